# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

TICKET_KINDS = [
    ("complaint", "Complaint"),
    ("claim", "Claim"),
    ("query", "Query"),
    ("request", "Request"),
]
#: What a complaint does to the customer (ISO 9001 10.2).
SEVERITIES = [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")]


class HelpdeskTicketCategory(models.Model):
    """What a ticket is about: it says which area acts, and by when. §5.4.2."""

    _inherit = "helpdesk.ticket.category"

    # === FIELDS === #
    kind = fields.Selection(selection=TICKET_KINDS)
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Responsible Area",
        check_company=True,
        help="Tickets of this category go to this area.",
    )
    target_acknowledgement_hours = fields.Float(
        string="Acknowledge within",
        help="Working hours of the area from reception to the first attention. 0 "
        "sets no target.",
    )
    target_resolution_hours = fields.Float(
        string="Resolve within",
        help="Working hours of the area from reception to resolution, pauses out. "
        "0 sets no target.",
    )

    severity = fields.Selection(
        selection=SEVERITIES,
        default="minor",
        help="Of its complaints and claims, until somebody who reads them says "
        "otherwise.",
    )

    _targets_positive = models.Constraint(
        "CHECK (target_acknowledgement_hours >= 0 AND target_resolution_hours >= 0)",
        "Target hours cannot be negative.",
    )
