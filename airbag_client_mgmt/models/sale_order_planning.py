# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class SaleOrder(models.Model):
    """The visits of a confirmed order. PRO 008 §5.3.1."""

    _inherit = "sale.order"

    # === FIELDS === #
    intervention_ids = fields.One2many(
        comodel_name="airbag.intervention", inverse_name="order_id"
    )
