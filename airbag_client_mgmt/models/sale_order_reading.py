# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class SaleOrder(models.Model):
    """What the form of a contract counts for planners and management, who only read it.

    They have no right to invoices or coupons, which the form counts for its buttons.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    invoice_ids = fields.Many2many(compute_sudo=True)
    invoice_count = fields.Integer(compute_sudo=True)
    gift_card_count = fields.Integer(compute_sudo=True)
    loyalty_data = fields.Json(compute_sudo=True)
