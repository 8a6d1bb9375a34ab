# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Renewal of contracts in the settings. PRO 008 §5.5.3."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    renewal_notice_days = fields.Integer(
        related="company_id.renewal_notice_days", readonly=False
    )
    renewal_grace_days = fields.Integer(
        related="company_id.renewal_grace_days", readonly=False
    )
