# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the post-service follow-up. PRO 008 §5.4."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    satisfaction_survey_id = fields.Many2one(
        related="company_id.satisfaction_survey_id", readonly=False
    )
    survey_contact_days = fields.Integer(
        related="company_id.survey_contact_days", readonly=False
    )
    survey_min_gap_days = fields.Integer(
        related="company_id.survey_min_gap_days", readonly=False
    )
    survey_reminder_days = fields.Integer(
        related="company_id.survey_reminder_days", readonly=False
    )
    survey_since = fields.Date(related="company_id.survey_since", readonly=False)
    satisfaction_ticket_threshold = fields.Integer(
        related="company_id.satisfaction_ticket_threshold", readonly=False
    )
