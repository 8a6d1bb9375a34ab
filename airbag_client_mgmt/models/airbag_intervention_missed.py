# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class AirbagIntervention(models.Model):
    """Which visits a contract promised, and which of them were missed.

    The definition is this one, for lists, filters and counts alike. A visit is
    promised when a line of a signed contract made it: what was added by hand is
    an extra. It is missed when its day has passed, where the company works, and
    it was not given: nobody took it to another day, or it was cancelled and not
    taken back. What the end of the contract called off is not missed.
    PRO 008 §5.3.1.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    is_missed = fields.Boolean(
        string="Missed",
        compute="_compute_is_missed",
        search="_search_is_missed",
        compute_sudo=True,
        help="Promised by a contract, its day has passed and it was not given.",
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "planned_start",
        "state",
        "order_line_id",
        "order_id.contract_state",
        "order_id.contract_end",
        "order_id.replaced_on",
        "order_id.terminated_on",
    )
    def _compute_is_missed(self):
        missed = self.with_context(active_test=False).search(
            Domain("id", "in", self.ids) & self._get_missed_domain()
        )
        for intervention in self:
            intervention.is_missed = intervention._origin in missed

    def _search_is_missed(self, operator, value):
        return self._get_missed_domain() if operator == "in" else NotImplemented

    # === BUSINESS METHODS === #
    @api.model
    def _get_missed_domain(self) -> Domain:
        """Return which visits were promised and not given on their day."""
        not_given = Domain("state", "in", ("draft", "planned", "cancelled"))
        return self._get_promised_domain() & not_given & self._get_passed_domain()

    @api.model
    def _get_promised_domain(self) -> Domain:
        """Return which visits the lines of signed contracts promise."""
        # Whoever may see the visit, also a technician, who sees no contract.
        signed = Domain("is_service_contract", "=", True) & Domain("state", "=", "sale")
        return (
            Domain("order_line_id", "!=", False)
            & Domain("visit_number", ">", 0)
            & Domain("order_id", "any!", signed)
        )

    @api.model
    def _get_passed_domain(self) -> Domain:
        """Return which visits had their day, while their contract held.

        One without a date had until the end of the contract.
        """
        companies = self.env["res.company"].sudo()
        companies = companies.search([])  # pylint: disable=no-search-all
        dated = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                "planned_start",
                "<",
                company._localize_service_time(company._get_service_today(), 0),
            )
            & self._get_within_term_domain(company)
            for company in companies
        )
        undated = (
            Domain("planned_start", "=", False)
            & Domain("state", "in", ("draft", "planned"))
            & Domain(
                "order_id", "any!", [("contract_state", "in", ("ended", "terminated"))]
            )
        )
        return dated | undated

    @api.model
    def _get_within_term_domain(self, company) -> Domain:
        """Return which visits are dated on a day on which their contract holds."""

        def to_sql(model, alias, query):
            contract = model.env["sale.order"].sudo()
            return SQL(
                """EXISTS (
                    SELECT 1
                      FROM sale_order contract
                     WHERE contract.id = %(order_id)s
                       AND (
                            %(planned_start)s AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s
                       )::date
                        <= COALESCE(LEAST(%(days)s), 'infinity'::date)
                )""",
                order_id=model._field_to_sql(alias, "order_id", query),
                planned_start=model._field_to_sql(alias, "planned_start", query),
                tz=company._get_service_tz(),
                days=SQL(", ").join(
                    contract._field_to_sql("contract", fname)
                    for fname in ("contract_end", "replaced_on", "terminated_on")
                ),
            )

        return Domain.custom(to_sql=to_sql)
