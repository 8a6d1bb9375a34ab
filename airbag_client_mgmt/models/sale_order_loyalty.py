# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.contexts import drop_proposed

#: Set on the context while Odoo itself puts rewards on an order, so that they are not
#: taken for a change of the order that asks for rewards anew.
UPDATING_REWARDS = "updating_level_rewards"
#: Set while an order is confirmed: what its customer read is not calculated anew.
CONFIRMING = "confirming_level_rewards"
#: Set while a quotation turns into another offer: nothing offered before is kept.
NEW_OFFER = "new_level_offer"
#: Fields of an order that make it another offer.
OFFER_FIELDS = {"company_id", "partner_id", "pricelist_id"}
#: Fields of an order that decide on its rewards.
REWARD_FIELDS = OFFER_FIELDS | {"order_line"}
#: What follows from the customer and from the lines; people never write it.
LOYALTY_FACTS = {"declined_reward_ids", "loyalty_level_id"}


class SaleOrder(models.Model):
    """The benefits of a customer's level reach its quotation. PRO 008 §5.5.1.

    Odoo's programmes only become claimable; those of the customer's level are put
    on the quotation by themselves, whenever it is saved. A draft is brought up to
    date before it leaves our hands; what was offered stays offered, so that the
    customer signs the price it read.
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
        self._check_loyalty_facts(set().union(*vals_list))
        env = self.env(context=drop_proposed(self.env.context, LOYALTY_FACTS))
        updating = self.with_env(env).with_context(**{UPDATING_REWARDS: True})
        if self.env.context.get(UPDATING_REWARDS):
            orders = super(SaleOrder, updating).create(vals_list)
            return orders.with_env(self.env)
        orders = super(SaleOrder, updating).create(vals_list).with_env(self.env)
        orders._apply_level_rewards()
        return orders

    def write(self, vals):
        self._check_loyalty_facts(vals)
        if self.env.context.get(UPDATING_REWARDS) or not REWARD_FIELDS & set(vals):
            return super().write(vals)
        updating = self.with_context(**{UPDATING_REWARDS: True})
        result = super(SaleOrder, updating).write(vals)
        offer = self
        if OFFER_FIELDS & set(vals):
            offer = self.with_context(**{NEW_OFFER: True})
        offer._apply_level_rewards()
        return result

    def copy(self, default=None):
        updating = self.with_context(**{UPDATING_REWARDS: True})
        orders = super(SaleOrder, updating).copy(default).with_env(self.env)
        for source, order in zip(self, orders, strict=True):
            if source in (order.amended_order_id | order.old_revision_ids):
                # A new version of the same agreement, no quotation of its own.
                declined = source.sudo().declined_reward_ids
                order.sudo().declined_reward_ids = declined
        orders._apply_level_rewards()
        return orders

    # === ACTION METHODS === #
    def action_quotation_send(self):
        """The customer is offered what its level gives on this day."""
        self._bring_draft_up_to_date()
        return super().action_quotation_send()

    def action_quotation_sent(self):
        """The customer is offered what its level gives on this day."""
        self._bring_draft_up_to_date()
        return super().action_quotation_sent()

    def action_draft(self):
        """What goes back to preparation follows its customer's level again."""
        result = super().action_draft()
        self._bring_draft_up_to_date()
        return result

    def action_confirm(self):
        """Bring up to date what we confirm; leave what the customer accepts."""
        self._bring_draft_up_to_date()
        confirming = self.with_context(**{CONFIRMING: True})
        return super(SaleOrder, confirming).action_confirm()

    # === BUSINESS METHODS === #
    def _check_loyalty_facts(self, names):
        """:raise AccessError: when a user gives a quotation a level by hand."""
        if not self.env.su and LOYALTY_FACTS & set(names):
            raise AccessError(
                self.env._(
                    "The loyalty level of a quotation and the benefits taken off it "
                    "follow from its customer and its lines, and cannot be changed by "
                    "hand."
                )
            )

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
                order.sudo().loyalty_level_id = level

    def _bring_draft_up_to_date(self):
        """Give drafts what their customers' levels give today."""
        drafts = self.filtered(
            lambda order: order.state == "draft" and not order._is_offered()
        )
        drafts._apply_level_rewards()

    def _is_offered(self):
        """Tell whether the customer decides, or decided, on the price it reads.

        A customer may accept a draft, too, which it was shown as a preview. Odoo then
        confirms it with ``send_email``, and never otherwise.
        """
        self.ensure_one()
        return (
            self.state == "sent"
            or bool(self.signature)
            or bool(self.env.context.get("send_email"))
        )

    def _get_offered_programs(self):
        """Return the programmes whose benefits the customer was offered."""
        self.ensure_one()
        if self.env.context.get(NEW_OFFER) or not self._is_offered():
            return self.env["loyalty.program"]
        return self.order_line.reward_id.program_id.filtered("limited_to_levels")

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
        settled = self.order_line.reward_id | self.declined_reward_ids
        for coupon, rewards in self._get_claimable_rewards().items():
            if (
                coupon.program_id._is_given_by_itself()
                and len(rewards) == 1
                and not rewards.multi_product
                and rewards not in settled
            ):
                claimed |= self._try_program_reward(rewards, coupon)
        return claimed

    def _try_program_reward(self, reward, coupon, **kwargs):
        """Put a reward on the quotation, if there is something it applies to.

        :return: whether it was put there
        """
        try:
            with self.env.cr.savepoint():
                result = self._apply_program_reward(reward, coupon, **kwargs)
        except UserError:
            # Nothing to discount: no reason to refuse the quotation, as in Odoo's
            # own update of rewards.
            return False
        return "error" not in result

    def _update_programs_and_rewards(self):
        if (
            self.env.context.get(CONFIRMING)
            and self._is_offered()
            and self._get_offered_programs()
        ):
            return None
        updating = self.with_context(**{UPDATING_REWARDS: True})
        return super(SaleOrder, updating)._update_programs_and_rewards()

    def _recompute_taxes(self):
        """Bring the rewards up to date once, not line by line."""
        updating = self.with_context(**{UPDATING_REWARDS: True})
        result = super(SaleOrder, updating)._recompute_taxes()
        self._apply_level_rewards()
        return result

    def _program_check_compute_points(self, programs):
        """The rules of a programme archived since it was offered were archived too."""
        archived = programs.filtered(lambda program: not program.active)
        result = super()._program_check_compute_points(programs - archived)
        if archived:
            with_rules = archived.with_context(active_test=False)
            result.update(super()._program_check_compute_points(with_rules))
        return result

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
        """A programme limited to levels is for customers of those levels only.

        A list, as Odoo returns: ``website_sale_loyalty`` replaces leaves of it.
        """
        domain = [*super()._get_program_domain(), *self._get_level_domain()]
        if offered := self._get_offered_programs():
            return ["|", ("id", "in", offered.ids), *Domain(domain)]
        return domain

    def _get_trigger_domain(self):
        """A promo code does not open a programme of other levels."""
        return [*super()._get_trigger_domain(), *self._get_level_domain("program_id.")]

    def _get_level_domain(self, path=""):
        return [
            "|",
            (f"{path}limited_to_levels", "=", False),
            (f"{path}loyalty_level_ids", "in", self.loyalty_level_id.ids),
        ]

    def _get_copiable_order_lines(self):
        """A copy earns rewards of its own: those of its customer, today."""
        lines = super()._get_copiable_order_lines()
        return lines.filtered(lambda line: not line.is_reward_line)
