# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class AirbagKpiReport(models.Model):
    """The facts of the register of complaints. PRO 008 §5.4, §7."""

    _inherit = "airbag.kpi.report"

    _depends = {
        "airbag.intervention": ["order_id", "treatment_id", "user_id"],
        "airbag.ticket.pause": ["start", "stop", "ticket_id"],
        "helpdesk.ticket": [
            "commitment_date",
            "company_id",
            "incident_date",
            "intervention_id",
            "kind",
            "order_id",
            "partner_id",
            "resolution_deadline",
            "resolution_hours",
            "resolved_on",
            "stage_id",
            "team_id",
            "user_id",
        ],
        "helpdesk.ticket.stage": ["closed"],
        "sale.order": ["user_id"],
    }

    # === FACTS === #
    def _get_fact_queries(self):
        return {
            **super()._get_fact_queries(),
            "resolution": [self._query_resolved(), self._query_unresolved()],
            "resolution_in_time": [
                self._query_resolved_in_time(),
                self._query_unresolved_in_time(),
            ],
        }

    def _query_tickets(self, code, tables: SQL, where: SQL, **columns: SQL) -> SQL:
        """Return facts of complaints and claims; queries and requests are none."""
        return self._query_facts(
            code,
            SQL(
                """helpdesk_ticket ticket
                LEFT JOIN airbag_intervention visit ON visit.id = ticket.intervention_id
                LEFT JOIN sale_order contract
                  ON contract.id = COALESCE(ticket.order_id, visit.order_id)
                %s""",
                tables,
            ),
            SQL("ticket.kind IN ('complaint', 'claim') AND %s", where),
            **{
                "res_model": SQL("'helpdesk.ticket'::varchar"),
                "res_id": SQL("ticket.id"),
                "date": SQL("ticket.incident_date"),
                "company_id": SQL("ticket.company_id"),
                "partner_id": SQL("ticket.partner_id"),
                "user_id": SQL("ticket.user_id"),
                "technician_id": SQL("visit.user_id"),
                "salesperson_id": SQL("contract.user_id"),
                "team_id": SQL("ticket.team_id"),
                "treatment_id": SQL("visit.treatment_id"),
                **columns,
            },
        )

    def _query_resolved(self) -> SQL:
        return self._query_tickets(
            "resolution",
            SQL(),
            SQL("ticket.resolved_on IS NOT NULL"),
            numerator=SQL("ticket.resolution_hours"),
            denominator=SQL("1::float8"),
        )

    def _query_unresolved(self) -> SQL:
        return self._query_tickets(
            "resolution",
            SQL("JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id"),
            SQL("ticket.resolved_on IS NULL AND stage.closed IS NOT TRUE"),
            pending=SQL("1::float8"),
        )

    def _query_resolved_in_time(self) -> SQL:
        return self._query_tickets(
            "resolution_in_time",
            SQL(),
            SQL(
                "ticket.resolved_on IS NOT NULL"
                " AND ticket.resolution_deadline IS NOT NULL"
            ),
            date=SQL("ticket.commitment_date"),
            **self._sql_share(
                SQL("ticket.resolved_on <= ticket.resolution_deadline"), SQL("true")
            ),
        )

    def _query_unresolved_in_time(self) -> SQL:
        """Who was late stays late; who waits for the customer since before is not."""
        late = SQL(
            """(ticket.resolution_deadline < %s AND NOT EXISTS (
                SELECT 1
                  FROM airbag_ticket_pause pause
                 WHERE pause.ticket_id = ticket.id
                   AND pause.stop IS NULL
                   AND pause.start <= ticket.resolution_deadline
            ))""",
            fields.Datetime.now(),
        )
        return self._query_tickets(
            "resolution_in_time",
            SQL(
                """JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
                CROSS JOIN LATERAL (SELECT %s AS is_late) clock""",
                late,
            ),
            SQL(
                "ticket.resolved_on IS NULL AND ticket.resolution_deadline IS NOT NULL"
                " AND stage.closed IS NOT TRUE"
            ),
            date=SQL(
                "CASE WHEN clock.is_late THEN ticket.commitment_date"
                " ELSE ticket.incident_date END"
            ),
            **self._sql_share(SQL("false"), SQL("clock.is_late")),
        )
