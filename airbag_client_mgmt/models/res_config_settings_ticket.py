# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of complaints and requests. PRO 008 §5.4.2."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    ticket_acknowledgement = fields.Boolean(
        related="company_id.ticket_acknowledgement", readonly=False
    )
    ticket_confirmation = fields.Boolean(
        related="company_id.ticket_confirmation", readonly=False
    )
    ticket_quality_escalation_hours = fields.Float(
        related="company_id.ticket_quality_escalation_hours", readonly=False
    )
    effectiveness_check_days = fields.Integer(
        related="company_id.effectiveness_check_days", readonly=False
    )
