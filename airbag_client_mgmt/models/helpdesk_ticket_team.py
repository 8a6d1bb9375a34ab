# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    """An area that resolves complaints. PRO 008 §5.4.2."""

    _inherit = "helpdesk.ticket.team"

    # === FIELDS === #
    resource_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        help="In which the area's resolution time is counted. Empty: those of the "
        "company.",
    )
