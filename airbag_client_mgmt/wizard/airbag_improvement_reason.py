# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagImprovementReason(models.TransientModel):
    """Ask why months go back to analysis, or why actions are cancelled."""

    _name = "airbag.improvement.reason"
    _description = "Reason"

    # === FIELDS === #
    snapshot_ids = fields.Many2many(comodel_name="airbag.kpi.snapshot")
    action_ids = fields.Many2many(comodel_name="airbag.improvement.action")
    reason = fields.Text(required=True)

    # === ACTION METHODS === #
    def action_apply(self):
        """Return the months, or cancel the actions: whoever may."""
        self.ensure_one()
        if self.snapshot_ids:
            self.snapshot_ids._return(self.reason)
        if self.action_ids:
            self.action_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #
    @api.model
    def _open(self, fname, records, title):
        """Return the window that asks for the reason.

        :param str fname: field of the records
        :param str title: what is to be done with them
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{fname}": records.ids},
        }
