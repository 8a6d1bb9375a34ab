# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .sale_order_loyalty import UPDATING_REWARDS

#: Fields of a line that decide on the rewards of its order.
REWARD_FIELDS = {
    "discount",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    """Lines changed one by one (catalogue, portal, outside clients). §5.5.1."""

    _inherit = "sale.order.line"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._update_level_rewards()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if REWARD_FIELDS & set(vals):
            self.filtered(lambda line: not line.reward_id)._update_level_rewards()
        return result

    def unlink(self):
        """Remember the benefits that were taken off on purpose.

        Those that go with all the services do not: another template is chosen, or
        the quotation is typed again.
        """
        orders = self.order_id
        for order in orders.filtered(lambda order: order.state in ("draft", "sent")):
            lines = order.order_line
            taken_off = (lines & self).filtered("points_cost").reward_id
            services = (lines - self).filtered(
                lambda line: not line.reward_id and not line.display_type
            )
            if taken_off and services:
                order.sudo().declined_reward_ids |= taken_off
        result = super().unlink()
        if not self.env.context.get(UPDATING_REWARDS):
            orders.exists()._apply_level_rewards()
        return result

    # === BUSINESS METHODS === #
    def _update_level_rewards(self):
        if not self.env.context.get(UPDATING_REWARDS):
            self.order_id._apply_level_rewards()

    def _is_same_benefit(self, other):
        """Tell whether a line of another version gives the very same."""
        self.ensure_one()
        return (
            self.reward_id == other.reward_id
            and self.product_id == other.product_id
            and self.tax_ids == other.tax_ids
            and self.price_subtotal == other.price_subtotal
        )
