# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL


class AirbagKpiReport(models.Model):
    """The facts of the satisfaction register. PRO 008 §5.4, §7."""

    _inherit = "airbag.kpi.report"

    _depends = {
        "survey.user_input": [
            "company_id",
            "contact_state",
            "contact_timing",
            "contact_user_id",
            "customer_id",
            "intervention_id",
            "is_satisfied",
            "salesperson_id",
            "satisfaction_score",
            "service_date",
            "state",
            "technician_id",
            "test_entry",
            "treatment_id",
        ],
    }

    # === FACTS === #
    def _get_fact_queries(self):
        return {
            **super()._get_fact_queries(),
            "satisfaction": [self._query_satisfaction()],
            "contact": [self._query_contact()],
            "response": [self._query_response()],
        }

    def _query_answers(self, code, where: SQL, **columns: SQL) -> SQL:
        return self._query_facts(
            code,
            SQL("survey_user_input answer"),
            SQL(
                "answer.intervention_id IS NOT NULL AND answer.test_entry IS NOT TRUE"
                " AND (%s)",
                where,
            ),
            **{
                "res_model": SQL("'survey.user_input'::varchar"),
                "res_id": SQL("answer.id"),
                "date": SQL("answer.service_date"),
                "company_id": SQL("answer.company_id"),
                "partner_id": SQL("answer.customer_id"),
                "user_id": SQL("answer.technician_id"),
                "technician_id": SQL("answer.technician_id"),
                "salesperson_id": SQL("answer.salesperson_id"),
                "treatment_id": SQL("answer.treatment_id"),
                **columns,
            },
        )

    def _query_satisfaction(self) -> SQL:
        answered = SQL("answer.state = 'done'")
        return self._query_answers(
            "satisfaction",
            SQL(
                "answer.state = 'done' AND answer.satisfaction_score > 0"
                " OR answer.state != 'done' AND answer.contact_state != 'waived'"
            ),
            **self._sql_share(SQL("%s AND answer.is_satisfied", answered), answered),
        )

    def _query_contact(self) -> SQL:
        return self._query_answers(
            "contact",
            SQL(
                "answer.contact_timing IS NOT NULL OR answer.contact_state = 'pending'"
            ),
            user_id=SQL("COALESCE(answer.contact_user_id, answer.salesperson_id)"),
            **self._sql_share(
                SQL("answer.contact_timing = 'in_time'"),
                SQL("answer.contact_timing IS NOT NULL"),
            ),
        )

    def _query_response(self) -> SQL:
        answered = SQL("answer.state = 'done'")
        return self._query_answers(
            "response",
            SQL("%s OR answer.contact_state != 'waived'", answered),
            user_id=SQL("COALESCE(answer.contact_user_id, answer.salesperson_id)"),
            **self._sql_share(
                answered,
                SQL(
                    "%s OR answer.contact_state IN ('contacted', 'answered')", answered
                ),
            ),
        )
