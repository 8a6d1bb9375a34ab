# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .airbag_procedure_step import Evidence, Source

#: States of a renewal that the customer was offered.
OFFERED = ("sent", "sale")


class AirbagProcedureStep(models.Model):
    """Where the evidence of keeping customers is. PRO 008 §5.5."""

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self):
        return {
            **super()._get_source_methods(),
            "5.5.1": self._get_source_benefits,
            "5.5.2": self._get_source_good_practices,
            "5.5.3": self._get_source_renewals,
        }

    @api.model
    def _get_source_benefits(self, period):
        """5.5.1: recurrent customers were offered a discount or a promotion.

        Recurrent is who had a level with benefits when it was quoted.
        """
        benefit = Domain("reward_id", "!=", False) | Domain("discount", ">", 0)
        return Source(
            model="sale.order",
            window="sale.action_quotations",
            expected=self._at_moments("date_order", period)
            & Domain("state", "in", ("sent", "sale"))
            & Domain("amended_order_id", "=", False)
            & self._recorded_here()
            & Domain("loyalty_level_id.program_ids", "!=", False),
            evidences={
                "benefit": Evidence(Domain.TRUE, Domain("order_line", "any", benefit)),
            },
        )

    @api.model
    def _get_source_good_practices(self, period):
        """5.5.2: the customer of each visit got the guides of its treatment."""
        treatments = self.env["airbag.treatment"].with_context(active_test=False)
        in_force = [("version_ids.state", "=", "current"), ("active", "=", True)]
        guided = treatments.search([("guide_ids", "any", in_force)])
        return Source(
            model="airbag.intervention",
            window="airbag_client_mgmt.airbag_intervention_action",
            expected=self._get_done_visits(period)
            & Domain("treatment_id", "in", guided.ids),
            evidences={"informed": Evidence(Domain.TRUE, self._get_informed())},
        )

    @api.model
    def _get_informed(self) -> Domain:
        """Return the visits whose customer was informed of each guide of theirs.

        Of any version: a newer one does not undo what was done then.
        """
        self.env["res.partner"]._flush_guides()

        def to_sql(model, alias, query):
            return SQL(
                """NOT EXISTS (
                    SELECT 1
                      FROM airbag_guide_treatment_rel link
                      JOIN airbag_guide guide ON guide.id = link.guide_id
                     WHERE link.treatment_id = %(treatment_id)s
                       AND guide.active
                       AND COALESCE(guide.company_id, %(company_id)s) = %(company_id)s
                       AND EXISTS (
                           SELECT 1
                             FROM airbag_guide_version version
                            WHERE version.guide_id = guide.id
                              AND version.state = 'current')
                       AND NOT EXISTS (
                           SELECT 1
                             FROM airbag_guide_delivery delivery
                             JOIN res_partner customer
                               ON customer.commercial_partner_id
                                = delivery.commercial_partner_id
                            WHERE customer.id = %(partner_id)s
                              AND delivery.guide_id = guide.id
                              AND delivery.company_id = %(company_id)s
                              AND delivery.email_failed IS NOT TRUE))""",
                treatment_id=model._field_to_sql(alias, "treatment_id", query),
                company_id=model._field_to_sql(alias, "company_id", query),
                partner_id=model._field_to_sql(alias, "partner_id", query),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_source_renewals(self, period):
        """5.5.3: customers of contracts that ended were contacted before, and offered.

        Contracts in their last version, which were not terminated before their end.
        """
        contacted = Domain("renewal_first_contacted_on", "!=", False)
        return Source(
            model="sale.order",
            window="airbag_client_mgmt.action_contracts",
            expected=self._on_days("contract_end", period)
            & self._by_company(
                lambda company: Domain(
                    "contract_end", "<", company._get_service_today()
                )
            )
            & Domain("is_service_contract", "=", True)
            & Domain("state", "=", "sale")
            & Domain("replaced_on", "=", False)
            & Domain("terminated_on", "=", False)
            & self._recorded_here("contract_end"),
            evidences={
                "contacted": Evidence(
                    Domain.TRUE,
                    contacted
                    & self._not_later("renewal_first_contacted_on", "contract_end"),
                ),
                "offered": Evidence(
                    Domain.TRUE,
                    Domain("renewal_order_ids", "any", [("state", "in", OFFERED)])
                    | Domain("renewal_lost_reason_id", "!=", False),
                ),
            },
        )
