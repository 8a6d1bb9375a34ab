# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .sale_order_loyalty import NEW_OFFER, UPDATING_REWARDS


class SaleOrder(models.Model):
    """An amendment keeps the benefits the parties agreed on. PRO 008 §5.2.3, §5.5.1.

    Its level and its discounts are those of the contract, not of the day it is
    written; a free service already given is not earned twice.
    """

    _inherit = "sale.order"

    # === COMPUTE METHODS === #
    @api.depends("amended_order_id")
    def _compute_loyalty_level_id(self):
        return super()._compute_loyalty_level_id()

    # === CRUD METHODS === #
    def copy(self, default=None):
        orders = super().copy(default)
        for order in orders.filtered("amended_order_id"):
            order._earn_agreed_rewards()
        return orders

    # === BUSINESS METHODS === #
    def _get_agreed_order(self):
        """Return the version that an amendment for the same customer replaces.

        As the system: the contract may belong to another salesperson.
        """
        self.ensure_one()
        return self.sudo().amended_order_id.filtered(
            lambda order: (
                order.commercial_partner_id == self.commercial_partner_id
                and order.company_id == self.company_id
            )
        )

    def _get_customer_level(self):
        agreed = self._get_agreed_order()
        return agreed.loyalty_level_id if agreed else super()._get_customer_level()

    def _get_agreed_rewards(self):
        """Return what the version before gives that its amendment gives as well.

        A coupon is used up, and customers' own points and money are not spent again.
        """
        return self._get_agreed_order().order_line.reward_id.filtered(
            lambda reward: (
                reward.program_id.applies_on == "current"
                and not reward.program_id.is_payment_program
                and reward.program_id.program_type != "coupons"
            )
        )

    def _get_offered_programs(self):
        """What was agreed holds, though its programme ended since."""
        programs = super()._get_offered_programs()
        if not self.amended_order_id or self.env.context.get(NEW_OFFER):
            return programs
        return programs | self._get_agreed_rewards().program_id.with_env(self.env)

    def _get_given_rewards(self):
        """Return the free products of earlier versions, but for visits to come."""
        agreed = self._get_agreed_order()
        if not agreed:
            return self.env["loyalty.reward"]
        rewards = agreed._get_contract_versions().order_line.reward_id
        to_come = agreed._get_open_visits().order_line_id.reward_id
        free = rewards.filtered(lambda reward: reward.reward_type == "product")
        return (free - to_come).with_env(self.env)

    def _get_claimable_rewards(self, forced_coupons=None):
        """What was given under the contract is not given again."""
        claimable = super()._get_claimable_rewards(forced_coupons)
        if claimable and (given := self._get_given_rewards()):
            for coupon in list(claimable):
                claimable[coupon] -= given
                if not claimable[coupon]:
                    del claimable[coupon]
        return claimable

    def _earn_agreed_rewards(self):
        """Give an amendment the benefits of the version before that it lacks.

        Called when it is made; those whose programme is still there were earned by
        themselves.
        """
        self.ensure_one()
        lacking = self._get_agreed_rewards() - self.sudo().declined_reward_ids
        lacking -= self.sudo().order_line.reward_id | self._get_given_rewards().sudo()
        if not lacking:
            return
        updating = self.with_context(**{UPDATING_REWARDS: True})
        agreed = self._get_agreed_order()
        rules = lacking.program_id.with_context(active_test=False).rule_ids
        updating.sudo().code_enabled_rule_ids |= agreed.code_enabled_rule_ids & rules
        for line in agreed.order_line.filtered("points_cost"):
            if line.reward_id in lacking:
                updating._try_program_reward(
                    line.reward_id.with_env(updating.env),
                    updating._get_agreed_coupon(line).with_env(updating.env),
                    product=line.product_id.with_env(updating.env),
                )
        self._update_programs_and_rewards()

    def _get_agreed_coupon(self, line):
        """Return the coupon with which the amendment claims what a line gave."""
        program = line.reward_id.program_id
        coupons = self.sudo().coupon_point_ids.coupon_id
        coupon = coupons.filtered(lambda coupon: coupon.program_id == program)[:1]
        if not coupon:
            quietly = coupons.with_context(loyalty_no_mail=True, tracking_disable=True)
            coupon = quietly.create(
                {"program_id": program.id, "order_id": self.id, "points": 0}
            )
            self._add_points_for_coupon({coupon: line.points_cost})
        return coupon

    def _update_programs_and_rewards(self):
        result = super()._update_programs_and_rewards()
        if self.amended_order_id:
            self._continue_agreed_rewards()
        return result

    def _continue_agreed_rewards(self):
        """Let each benefit go on from that of the version before.

        A free service keeps its visit, and what was invoiced is not invoiced again.
        """
        agreed = self._get_agreed_order().order_line.filtered("reward_id")
        for line in self.sudo().order_line.filtered("reward_id"):
            before = agreed.filtered(line._is_same_benefit)[:1]
            agreed -= before
            if line.amended_line_id != before:
                line.amended_line_id = before
