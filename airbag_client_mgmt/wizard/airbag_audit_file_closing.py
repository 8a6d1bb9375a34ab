# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

#: Months of indicators listed: three years of eight of them.
CLOSINGS_SHOWN = 288


class AirbagAuditFile(models.TransientModel):
    """The months closed, and the actions they led to. ISO 9001 §9.1.3 and §10.1."""

    _inherit = "airbag.audit.file"

    # === BUSINESS METHODS === #
    def _get_audit_sections(self):
        return [*super()._get_audit_sections(), self._get_closing_section()]

    def _get_closing_section(self):
        """Say of each month of the period who analysed and who approved it."""
        snapshots = self.env["airbag.kpi.snapshot"]
        period = self._get_steps()._get_period()
        first = period.first.replace(day=1)
        labels = self._get_labels(snapshots, "state")
        return self._prepare_section(
            35,
            self.env._("Months Closed"),
            "audit_tables",
            tables=[
                self._prepare_list(
                    self.env._("Analysis and approval of the indicators"),
                    [
                        self.env._("Month"),
                        self.env._("Indicator"),
                        self.env._("Figure of that day"),
                        self.env._("Status"),
                        self.env._("Approved by"),
                    ],
                    "airbag.kpi.snapshot",
                    Domain("company_id", "in", self.company_id.ids)
                    & Domain("month", ">=", first)
                    & Domain("month", "<=", period.last),
                    "month, sequence, id",
                    lambda snapshot: (
                        f"{snapshot.month:%m/%y}",
                        snapshot.name,
                        snapshot.value_display,
                        labels[snapshot.state],
                        self._get_approval(snapshot),
                    ),
                    limit=CLOSINGS_SHOWN,
                )
            ],
        )

    def _get_approval(self, snapshot):
        if not snapshot.approved_by:
            return "—"
        day = format_date(self.env, snapshot.approved_on)
        return f"{snapshot.approved_by.name}, {day}"

    def _get_action_tables(self):
        return [*super()._get_action_tables(), self._get_improvement_table()]

    def _get_improvement_table(self):
        return self._prepare_list(
            self.env._("Improvement actions"),
            [
                self.env._("Action"),
                self.env._("Indicator"),
                self.env._("Responsible"),
                self.env._("Due Date"),
            ],
            "airbag.improvement.action",
            Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "=", "open"),
            "date_due, id",
            lambda action: (
                action.name,
                action.kpi_id.name or "",
                action.user_id.name,
                self._format_due(action),
            ),
        )

    def _format_due(self, record):
        """Return the due date of a record that knows whether it is overdue."""
        day = format_date(self.env, record.date_due)
        if not record.is_overdue:
            return day
        return self.env._("%(moment)s (overdue)", moment=day)
