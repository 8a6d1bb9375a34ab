# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the planning of visits. PRO 008 §5.3.1."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    visit_horizon_days = fields.Integer(
        related="company_id.visit_horizon_days", readonly=False
    )
    visit_day_off_policy = fields.Selection(
        related="company_id.visit_day_off_policy", readonly=False
    )
