# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How long a customer can answer with the link. PRO 008 §5.4.1."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    survey_link_days = fields.Integer(
        related="company_id.survey_link_days", readonly=False
    )
