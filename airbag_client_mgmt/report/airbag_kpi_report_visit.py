# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL


class AirbagKpiReport(models.Model):
    """The facts of the visits that contracts promise. PRO 008 §5.3, §7."""

    _inherit = "airbag.kpi.report"

    _depends = {
        "airbag.intervention": [
            "company_id",
            "order_id",
            "order_line_id",
            "partner_id",
            "planned_start",
            "promised_date",
            "state",
            "treatment_id",
            "user_id",
            "visit_number",
        ],
        "sale.order": [
            "contract_end",
            "contract_state",
            "is_service_contract",
            "replaced_on",
            "state",
            "terminated_on",
            "user_id",
        ],
    }

    # === FACTS === #
    def _get_fact_queries(self):
        return {
            **super()._get_fact_queries(),
            "visits": [self._query_visits()],
        }

    def _query_visits(self) -> SQL:
        """Promised, due and missed are as on the contract (``visits_due``)."""
        due = SQL("(visit.state = 'done' OR %s)", self._sql_visit_passed())
        return self._query_facts(
            "visits",
            SQL(
                """airbag_intervention visit
                JOIN sale_order contract ON contract.id = visit.order_id
                JOIN %s company ON company.id = visit.company_id""",
                self._sql_today(),
            ),
            SQL(
                "visit.order_line_id IS NOT NULL AND visit.visit_number > 0"
                " AND contract.is_service_contract AND contract.state = 'sale'"
                " AND (visit.state != 'cancelled' OR %s)",
                due,
            ),
            res_model=SQL("'airbag.intervention'::varchar"),
            res_id=SQL("visit.id"),
            date=SQL("visit.promised_date"),
            company_id=SQL("visit.company_id"),
            partner_id=SQL("visit.partner_id"),
            user_id=SQL("visit.user_id"),
            technician_id=SQL("visit.user_id"),
            salesperson_id=SQL("contract.user_id"),
            treatment_id=SQL("visit.treatment_id"),
            **self._sql_share(SQL("visit.state = 'done'"), due),
        )

    def _sql_visit_passed(self) -> SQL:
        """Return whether a visit had its day while its contract held."""
        return SQL(
            """CASE WHEN visit.planned_start IS NULL
                THEN visit.state IN ('draft', 'planned')
                     AND contract.contract_state IN ('ended', 'terminated')
                ELSE visit.planned_start < company.today_start
                     AND (visit.planned_start AT TIME ZONE 'UTC'
                          AT TIME ZONE company.tz)::date
                      <= COALESCE(LEAST(contract.contract_end, contract.replaced_on,
                                        contract.terminated_on), 'infinity'::date)
                END"""
        )
