# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command, Domain

#: Set on the context while Odoo itself puts rewards on an order, so that they are not
#: taken for a change of the order that asks for rewards anew.
UPDATING_REWARDS = "updating_level_rewards"
#: Fields of an order that decide on its rewards.
REWARD_FIELDS = {"company_id", "order_line", "partner_id", "pricelist_id"}


class SaleOrder(models.Model):
    """The benefits of a customer's level reach its quotation. PRO 008 §5.5.1.

    Odoo's programmes only become claimable; those of the customer's level are put
    on the quotation by themselves, whenever it is saved. What was offered stays
    offered: the level is the customer's when the quotation was last in preparation.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    loyalty_level_id = fields.Many2one(
        comodel_name="airbag.loyalty.level",
        compute="_compute_loyalty_level_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Level of the customer when it was quoted.",
    )
    declined_reward_ids = fields.Many2many(
        comodel_name="loyalty.reward",
        relation="sale_order_declined_reward_rel",
        string="Benefits Taken Off",
        readonly=True,
        copy=False,
        help="Benefits of the level that were taken off this quotation on purpose.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "company_id")
    def _compute_loyalty_level_id(self):
        """The level's later changes do not count: see ``_refresh_loyalty_level``."""
        for order in self:
            order.loyalty_level_id = order._get_customer_level()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(UPDATING_REWARDS):
            return super().create(vals_list)
        updating = self.with_context(**{UPDATING_REWARDS: True})
        orders = super(SaleOrder, updating).create(vals_list).with_env(self.env)
        orders._apply_level_rewards()
        return orders

    def write(self, vals):
        if self.env.context.get(UPDATING_REWARDS) or not REWARD_FIELDS & set(vals):
            return super().write(vals)
        updating = self.with_context(**{UPDATING_REWARDS: True})
        result = super(SaleOrder, updating).write(vals)
        self._apply_level_rewards()
        return result

    def copy(self, default=None):
        updating = self.with_context(**{UPDATING_REWARDS: True})
        orders = super(SaleOrder, updating).copy(default).with_env(self.env)
        orders._apply_level_rewards()
        return orders

    # === BUSINESS METHODS === #
    def _get_customer_level(self):
        """Return the level that the customer has today with this company."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id.with_company(self.company_id)
        return customer.sudo().loyalty_level_id

    def _refresh_loyalty_level(self):
        """Bring the level of quotations in preparation up to date."""
        for order in self.filtered(lambda order: order.state == "draft"):
            level = order._get_customer_level()
            if order.loyalty_level_id != level:
                order.loyalty_level_id = level

    def _apply_level_rewards(self):
        """Put the benefits of each customer's level on its open quotation."""
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        quotations._refresh_loyalty_level()
        for order in quotations:
            if order._may_have_level_rewards():
                order._update_programs_and_rewards()
                if order._claim_level_rewards():
                    order._update_programs_and_rewards()

    def _may_have_level_rewards(self):
        """Tell whether there is something to put on the quotation, or to take off."""
        self.ensure_one()
        programs = (self.coupon_point_ids.coupon_id | self.order_line.coupon_id).sudo()
        return bool(self.order_line) and (
            bool(self.loyalty_level_id.sudo().program_ids)
            or any(programs.program_id.mapped("limited_to_levels"))
        )

    def _claim_level_rewards(self):
        """Claim what needs no choice among the rewards of the level's programmes.

        :return: whether a reward was put on the quotation
        """
        self.ensure_one()
        claimed = False
        applied = self.order_line.reward_id
        for coupon, rewards in self._get_claimable_rewards().items():
            program = coupon.program_id
            if not program.limited_to_levels or program.trigger != "auto":
                continue
            free = len(rewards) == 1 and not rewards.multi_product
            if free and rewards not in applied | self.declined_reward_ids:
                claimed |= "error" not in self._apply_program_reward(rewards, coupon)
        return claimed

    def _update_programs_and_rewards(self):
        updating = self.with_context(**{UPDATING_REWARDS: True})
        return super(SaleOrder, updating)._update_programs_and_rewards()

    def _apply_program_reward(self, reward, coupon, **kwargs):
        updating = self.with_context(**{UPDATING_REWARDS: True})
        result = super(SaleOrder, updating)._apply_program_reward(
            reward, coupon, **kwargs
        )
        if reward in self.declined_reward_ids and "error" not in result:
            # Whoever claims it by hand wants it again.
            self.sudo().declined_reward_ids -= reward
        return result

    def _get_program_domain(self):
        """A programme limited to levels is for customers of those levels only."""
        return Domain.AND([super()._get_program_domain(), self._get_level_domain()])

    def _get_trigger_domain(self):
        """A promo code does not open a programme of other levels."""
        return Domain.AND(
            [super()._get_trigger_domain(), self._get_level_domain("program_id.")]
        )

    def _get_level_domain(self, path=""):
        return Domain(f"{path}limited_to_levels", "=", False) | Domain(
            f"{path}loyalty_level_ids", "in", self.loyalty_level_id.ids
        )

    def _get_new_rev_data(self, new_rev_number):
        """What was taken off a quotation stays off its revision."""
        return {
            **super()._get_new_rev_data(new_rev_number),
            "declined_reward_ids": [Command.set(self.declined_reward_ids.ids)],
        }

    def _get_copiable_order_lines(self):
        """A copy earns rewards of its own: those of its customer, today."""
        lines = super()._get_copiable_order_lines()
        return lines.filtered(lambda line: not line.is_reward_line)
