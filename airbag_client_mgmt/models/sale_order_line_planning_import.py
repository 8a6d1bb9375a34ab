# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, models


class SaleOrderLine(models.Model):
    """What the lines of an imported contract do not do: plan and invoice the past."""

    _inherit = "sale.order.line"

    # === COMPUTE METHODS === #
    @api.depends("order_id.imported_on", "order_id.contract_state")
    def _compute_invoice_status(self):
        """What ended before the import was invoiced elsewhere, or never will be."""
        result = super()._compute_invoice_status()
        self.filtered(
            lambda line: (
                line.order_id.imported_on
                and line.order_id.contract_state in ("ended", "terminated")
                and not line.invoice_lines
            )
        ).invoice_status = "no"
        return result

    # === BUSINESS METHODS === #
    def _get_due_visits(self, horizon: date, known=frozenset()):
        """The visits before the import are those that were imported, or none."""
        visits = super()._get_due_visits(horizon, known)
        since = self.order_id._get_history_end()
        if not since:
            return visits
        return [(number, day) for number, day in visits if day and day >= since]
