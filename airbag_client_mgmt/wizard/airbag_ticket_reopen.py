# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagTicketReopen(models.TransientModel):
    """Ask why a closed ticket is reopened. PRO 008 §5.4.2."""

    _name = "airbag.ticket.reopen"
    _description = "Reopen a Ticket"

    # === FIELDS === #
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", required=True)
    reason = fields.Text(required=True)

    # === ACTION METHODS === #
    def action_apply(self):
        """Reopen the ticket."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
