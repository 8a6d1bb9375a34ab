# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagTicketPause(models.Model):
    """A time in which a ticket waited for somebody outside the area.

    Opened and closed by the stage moves of the ticket; it does not count in the
    resolution time. PRO 008 §7.
    """

    _name = "airbag.ticket.pause"
    _description = "Pause of a Ticket"
    _order = "start, id"

    # === FIELDS === #
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    stage_id = fields.Many2one(comodel_name="helpdesk.ticket.stage")
    start = fields.Datetime(
        string="Paused On", required=True, default=fields.Datetime.now
    )
    stop = fields.Datetime(string="Resumed On")

    # A ticket pauses once at a time, whichever server moved it.
    _open_uniq = models.UniqueIndex(
        "(ticket_id) WHERE stop IS NULL", "This ticket is already paused."
    )
    _stop_after_start = models.Constraint(
        "CHECK (stop IS NULL OR stop >= start)",
        "A pause cannot end before it starts.",
    )
