# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

#: Open actions listed of each kind; the rest is counted.
ACTIONS_SHOWN = 40


class AirbagAuditFile(models.TransientModel):
    """What is still to be done on the day the audit file is made. ISO 9001 10.2."""

    _inherit = "airbag.audit.file"

    # === BUSINESS METHODS === #
    def _get_audit_sections(self):
        return [*super()._get_audit_sections(), self._get_action_section()]

    def _get_action_section(self):
        return self._prepare_section(
            50,
            self.env._("Open Actions Today"),
            "audit_tables",
            tables=self._get_action_tables(),
        )

    def _get_action_tables(self):
        """Return a table of each kind of open action; hook for more of them."""
        return [
            self._get_open_incident_table(),
            self._get_effectiveness_table(),
            self._get_recommendation_table(),
        ]

    def _prepare_list(
        self, title, columns, model, domain, order, prepare_row, limit=ACTIONS_SHOWN
    ):
        """Return a table with a row for each record found, up to a number.

        Two queries, and those that read the fields of all rows together.
        """
        records = self.env[model].search(domain, order=order, limit=limit)
        rows = [prepare_row(record) for record in records]
        more = self.env[model].search_count(domain) - len(records)
        return {**self._prepare_table(title, columns, rows), "more": more}

    def _format_deadline(self, moment, is_late):
        zone = self.company_id._get_service_tz()
        if not moment:
            return "—"
        text = format_datetime(self.env, moment, tz=zone, dt_format="short")
        return self.env._("%(moment)s (overdue)", moment=text) if is_late else text

    def _get_open_incident_table(self):
        labels = self._get_labels(self.env["helpdesk.ticket"], "kind")
        return self._prepare_list(
            self.env._("Complaints and claims not resolved"),
            [
                self.env._("Number"),
                self.env._("Kind"),
                self.env._("Customer"),
                self.env._("Responsible area"),
                self.env._("Deadline"),
            ],
            "helpdesk.ticket",
            Domain("company_id", "in", self.company_id.ids)
            & Domain("kind", "in", ("complaint", "claim"))
            & Domain("stage_id.closed", "=", False),
            "resolution_deadline, id",
            lambda ticket: (
                ticket.number,
                labels[ticket.kind],
                ticket.partner_id.commercial_partner_id.name
                or ticket.partner_name
                or "",
                ticket.team_id.name or "",
                self._format_deadline(ticket.resolution_deadline, ticket.is_overdue),
            ),
        )

    def _get_effectiveness_table(self):
        return self._prepare_list(
            self.env._("Corrective actions whose effectiveness is to be checked"),
            [
                self.env._("Number"),
                self.env._("Customer"),
                self.env._("Corrective action"),
                self.env._("Check due"),
            ],
            "helpdesk.ticket",
            Domain("company_id", "in", self.company_id.ids)
            & Domain("effectiveness_due", "!=", False)
            & Domain("effectiveness_result", "=", False)
            & Domain("resolved_on", "!=", False),
            "effectiveness_due, id",
            lambda ticket: (
                ticket.number,
                ticket.partner_id.commercial_partner_id.name or "",
                ticket.corrective_action or "",
                format_date(self.env, ticket.effectiveness_due),
            ),
        )

    def _get_recommendation_table(self):
        today = self.company_id._get_service_today()
        return self._prepare_list(
            self.env._("Recommendations past their date"),
            [
                self.env._("Customer"),
                self.env._("Visit"),
                self.env._("Recommendation"),
                self.env._("Due Date"),
            ],
            "airbag.recommendation",
            Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "=", "open")
            & Domain("date_due", "<", today),
            "date_due, id",
            lambda advice: (
                advice.commercial_partner_id.name,
                advice.intervention_id.name,
                advice.name,
                format_date(self.env, advice.date_due),
            ),
        )
