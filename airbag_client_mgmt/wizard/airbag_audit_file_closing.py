# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date


class AirbagAuditFile(models.TransientModel):
    """The months closed, and the actions they led to. ISO 9001 §9.1.3 and §10.1."""

    _inherit = "airbag.audit.file"

    # === BUSINESS METHODS === #
    def _get_audit_sections(self):
        return [*super()._get_audit_sections(), self._get_closing_section()]

    def _get_closing_section(self):
        """Say of each month of the period who analysed and who approved it."""
        period = self._get_steps()._get_period()
        snapshots = self.env["airbag.kpi.snapshot"].search(
            Domain("company_id", "in", self.company_id.ids)
            & Domain("month", ">=", period.first.replace(day=1))
            & Domain("month", "<=", period.last),
            order="month",
        )
        table = self._prepare_table(
            self.env._("Analysis and approval of the indicators"),
            [
                self.env._("Month"),
                self.env._("Indicators"),
                self.env._("Off target"),
                self.env._("To analyse"),
                self.env._("To approve"),
                self.env._("Approved"),
                self.env._("Approved by"),
            ],
            [
                self._prepare_closing_row(month, found)
                for month, found in snapshots.grouped("month").items()
            ],
        )
        return self._prepare_section(
            35, self.env._("Months Closed"), "audit_tables", tables=[table]
        )

    def _prepare_closing_row(self, month, snapshots):
        """Return one month: how far its indicators are, and who approved them."""
        counts = Counter(snapshots.mapped("state"))
        return (
            f"{month:%m/%y}",
            len(snapshots),
            len(snapshots.filtered(lambda row: row.status == "off_target")),
            *(counts[state] for state in ("draft", "to_approve", "approved")),
            self._get_approval(snapshots),
        )

    def _get_approval(self, snapshots):
        """Return who approved the month, and on which day the last indicator of it."""
        approved = snapshots.filtered("approved_by")
        if not approved:
            return "—"
        day = format_date(self.env, max(approved.mapped("approved_on")))
        return f"{', '.join(approved.approved_by.mapped('name'))}, {day}"

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
