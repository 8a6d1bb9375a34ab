# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    """Whether the area's clock stops in a stage. PRO 008 §7."""

    _inherit = "helpdesk.ticket.stage"

    # === FIELDS === #
    is_paused = fields.Boolean(
        string="Pauses the Resolution Time",
        help="Time spent in this stage, waiting for the customer or a third "
        "party, does not count in the resolution time.",
    )
    is_cancelled = fields.Boolean(
        string="Closes without Resolving",
        help="A ticket closed in this stage was not resolved: it does not count "
        "in the resolution time.",
    )
