# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from .airbag_procedure_step import Evidence, Source


class AirbagProcedureStep(models.Model):
    """Where the evidence of capturing customers is. PRO 008 §5.1."""

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self):
        return {
            **super()._get_source_methods(),
            "5.1.1": self._get_source_channels,
            "5.1.2": self._get_source_customer_data,
            "5.1.3": self._get_source_proposals,
        }

    @api.model
    def _get_source_channels(self, period):
        """5.1.1: each opportunity of the period says by which channel it came."""
        asks_referrer = Domain("medium_id.asks_referrer", "=", True)
        return Source(
            model="crm.lead",
            window="crm.crm_lead_action_pipeline",
            expected=self._at_moments("create_date", period, shared=True),
            evidences={
                "channel": Evidence(Domain.TRUE, Domain("medium_id", "!=", False)),
                "referrer": Evidence(
                    asks_referrer, Domain("alliance_partner_id", "!=", False)
                ),
            },
        )

    @api.model
    def _get_source_customer_data(self, period):
        """5.1.2: customers quoted for the first time in the period are registered.

        A contact's telephone, address or need is the company's as well.
        """
        reachable = Domain("email", "not in", (False, "")) | Domain(
            "phone", "not in", (False, "")
        )
        needs = Domain("specific_needs", "not in", (False, ""))
        return Source(
            model="res.partner",
            window="base.action_partner_form",
            expected=Domain("id", "in", self._get_new_customers(period).ids),
            evidences={
                "contact": Evidence(
                    Domain.TRUE, reachable | Domain("child_ids", "any", reachable)
                ),
                "needs": Evidence(
                    Domain.TRUE, needs | Domain("child_ids", "any", needs)
                ),
            },
        )

    @api.model
    def _get_new_customers(self, period):
        """Return the customer companies whose first quotation is of the period.

        One that a revision replaced, which cancels and archives it, was the first
        all the same.
        """
        orders = self.env["sale.order"].with_context(active_test=False)
        quoted = self._in_companies() & (
            Domain("state", "!=", "cancel")
            | Domain("current_revision_id.state", "in", ("draft", "sent", "sale"))
        )
        in_period = (
            quoted & self._at_moments("date_order", period) & self._recorded_here()
        )
        groupby = ["partner_id.commercial_partner_id"]
        customers = {group for (group,) in orders._read_group(in_period, groupby)}
        known = quoted & self._by_company(
            lambda company: Domain(
                "date_order", "<", company._localize_service_time(period.first, 0)
            )
        )
        ids = [customer.id for customer in customers]
        customer_of = Domain("partner_id.commercial_partner_id", "in", ids)
        earlier = {
            group for (group,) in orders._read_group(known & customer_of, groupby)
        }
        return self.env["res.partner"].union(*customers - earlier)

    @api.model
    def _get_source_proposals(self, period):
        """5.1.3: quotations of services that were sent say needs and benefits."""
        is_service = Domain("product_id.treatment_id", "!=", False)
        benefits = Domain("service_benefits", "not in", (False, ""))
        return Source(
            model="sale.order",
            window="sale.action_quotations",
            expected=self._at_moments("date_order", period)
            & Domain("state", "in", ("sent", "sale"))
            & Domain("order_line", "any", is_service)
            & self._recorded_here(),
            evidences={
                "needs": Evidence(
                    Domain.TRUE, Domain("specific_needs", "not in", (False, ""))
                ),
                "benefits": Evidence(
                    Domain.TRUE, Domain("order_line", "not any", is_service & ~benefits)
                ),
            },
        )
