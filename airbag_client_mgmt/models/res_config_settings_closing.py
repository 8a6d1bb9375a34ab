# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the month closing of the indicators. PRO 008 §7."""

    _inherit = "res.config.settings"

    # === FIELDS === #
    kpi_closing_days = fields.Integer(
        related="company_id.kpi_closing_days", readonly=False
    )
    kpi_approver_id = fields.Many2one(
        related="company_id.kpi_approver_id", readonly=False
    )
