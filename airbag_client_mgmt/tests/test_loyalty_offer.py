# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from .test_capture import PIXEL
from .test_loyalty_program import ProgramCase


@tagged("post_install", "-at_install")
class TestLoyaltyOffer(ProgramCase):
    """PRO 008 §5.5.1: what is offered is what the level gives, and stays offered."""

    def _send(self, order):
        order.with_user(self.salesman).action_quotation_sent()
        return order.amount_total

    def test_a_discount_without_its_product_does_not_stop_the_quotation(self):
        for applicability in ("specific", "cheapest"):
            self._create_program(
                {
                    "reward_type": "discount",
                    "discount": 10,
                    "discount_mode": "percent",
                    "discount_applicability": applicability,
                    "discount_product_ids": [Command.set(self.extra.ids)],
                }
            )
        self._create_program()
        order = self._quote()
        # The other benefits reach it.
        self.assertEqual(len(self._get_rewards(order)), 1)
        order.order_line = [Command.create({"product_id": self.extra.id})]
        self.assertEqual(len(self._get_rewards(order).reward_id), 3)

    def test_an_archived_level_keeps_what_was_offered(self):
        program = self._create_program()
        order = self._quote()
        total = self._send(order)
        self.level.active = False
        self.env.invalidate_all()
        # So does who has the level, until its next review.
        self.assertTrue(self._get_rewards(self._quote()))
        order.order_line[0].product_uom_qty = 2
        self.assertAlmostEqual(order.amount_total, 2 * total)
        order.action_confirm()
        self.assertAlmostEqual(order.amount_total, 2 * total)
        with Form(program) as form:
            form.name = "Renamed"
        self.assertEqual(program.loyalty_level_ids, self.level)

    def test_a_programme_that_ends_keeps_what_was_offered(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        for end in ({"active": False}, {"date_to": yesterday}):
            with self.subTest(end):
                program = self._create_program()
                order, changed, draft = self._quote(), self._quote(), self._quote()
                total = self._send(order)
                self._send(changed)
                program.write(end)
                order.action_confirm()
                self.assertEqual(order.amount_total, total)
                # Also when the customer takes more of it.
                changed.order_line[0].product_uom_qty = 2
                self.assertAlmostEqual(changed.amount_total, 2 * total)
                changed.action_confirm()
                self.assertAlmostEqual(changed.amount_total, 2 * total)
                # What nobody was offered ends with its programme.
                draft.action_confirm()
                self.assertFalse(self._get_rewards(draft))

    def test_a_programme_that_changes_keeps_what_was_offered(self):
        program = self._create_program()
        order = self._quote()
        total = self._send(order)
        program.reward_ids.discount = 5
        program.rule_ids.minimum_qty = 9
        order.action_confirm()
        self.assertEqual(order.amount_total, total)

    def test_another_customer_is_not_given_what_was_offered(self):
        self._create_program()
        order = self._quote()
        self._send(order)
        order.partner_id = self.stranger
        self.assertFalse(self._get_rewards(order))

    def test_the_benefit_follows_units_and_taxes(self):
        self._create_program()
        order = self._quote()
        line = order.order_line[0].with_user(self.salesman)
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        reward = self._get_rewards(order)
        self.assertAlmostEqual(reward.price_subtotal, -line.price_subtotal / 10)
        tax = self.env["account.tax"].create(
            {"name": "Tax of the test", "amount": 10, "amount_type": "percent"}
        )
        line.tax_ids = tax
        self.assertEqual(self._get_rewards(order).tax_ids, tax)
        line.tax_ids = False
        self.assertFalse(self._get_rewards(order).tax_ids)

    def test_another_template_takes_no_benefit_off(self):
        self._create_program()
        order = self._create_quotation(date(2026, 1, 1))
        with Form(order.with_user(self.salesman)) as form:
            form.sale_order_template_id = self.template.copy({"name": "Other"})
        self.assertFalse(order.declined_reward_ids)
        self.assertTrue(self._get_rewards(order))

    def test_typing_the_quotation_again_takes_no_benefit_off(self):
        self._create_program()
        order = self._quote()
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "By the gate"})
        ]
        services = order.order_line.filtered(lambda line: not line.display_type)
        services.unlink()
        order.order_line = [Command.create({"product_id": self.service.id})]
        self.assertFalse(order.declined_reward_ids)
        self.assertTrue(self._get_rewards(order))

    def test_a_draft_is_brought_up_to_date_before_it_leaves(self):
        self._create_program()
        orders = {
            name: (self._quote(), self._quote(self.stranger))
            for name in ("action_quotation_send", "action_quotation_sent", "confirm")
        }
        self.customer.loyalty_level_id = False
        self.stranger.loyalty_level_id = self.level
        for name, (lost, reached) in orders.items():
            for order in (lost, reached):
                method = "action_confirm" if name == "confirm" else name
                getattr(order.with_user(self.salesman), method)()
            with self.subTest(name):
                self.assertFalse(self._get_rewards(lost))
                self.assertTrue(self._get_rewards(reached))
                self.assertFalse(lost.declined_reward_ids)

    def test_what_goes_back_to_preparation_is_brought_up_to_date(self):
        self._create_program()
        order = self._quote()
        self._send(order)
        self.customer.loyalty_level_id = False
        order.with_user(self.salesman).action_quotation_send()
        self.assertTrue(self._get_rewards(order))
        order.with_user(self.salesman).action_draft()
        self.assertFalse(self._get_rewards(order))

    def test_nobody_gives_a_quotation_a_level_by_hand(self):
        self._create_program()
        order = self._quote(self.stranger).with_user(self.salesman)
        rewards = self._quote()
        reward = self._get_rewards(rewards).reward_id
        self._get_rewards(rewards).with_user(self.salesman).unlink()
        for record in (order, rewards.with_user(self.salesman)):
            for values in (
                {"loyalty_level_id": self.level.id},
                {"declined_reward_ids": [Command.set(reward.ids)]},
            ):
                with self.assertRaisesRegex(AccessError, "cannot be changed by hand"):
                    record.write(values)
                with self.assertRaisesRegex(AccessError, "cannot be changed by hand"):
                    record.copy(values)
                with self.assertRaisesRegex(AccessError, "cannot be changed by hand"):
                    record.create({"partner_id": self.stranger.id, **values})
        by_default = order.with_context(default_loyalty_level_id=self.level.id)
        new = by_default.create({"partner_id": self.stranger.id})
        self.assertFalse(new.loyalty_level_id)
        # A salesperson copies and revises as ever.
        self.assertTrue(self._get_rewards(rewards.with_user(self.salesman).copy()))
        rewards.with_user(self.salesman).create_revision()
        self.assertEqual(rewards.current_revision_id.declined_reward_ids, reward)
        self.assertFalse(self._get_rewards(rewards.current_revision_id))

    def test_points_saved_and_coupons_of_other_orders_are_not_spent_unasked(self):
        reward = {
            "reward_type": "discount",
            "discount": 10,
            "discount_mode": "per_order",
            "required_points": 100,
        }
        saved = self._create_program(reward, program_type="loyalty", applies_on="both")
        self.env["loyalty.card"].create(
            {"program_id": saved.id, "partner_id": self.customer.id, "points": 150}
        )
        self.assertFalse(self._get_rewards(self._quote()))
        saved.active = False
        self._create_program(program_type="next_order_coupons", applies_on="future")
        first = self._quote()
        first.action_confirm()
        coupon = self.env["loyalty.card"].search([("order_id", "=", first.id)])
        self.assertTrue(coupon)
        second = self._quote()
        second._try_apply_code(coupon.code)
        second.order_line[0].product_uom_qty = 2
        self.assertFalse(self._get_rewards(second))
        # Asked for, it is.
        second.action_open_reward_wizard()
        self.assertTrue(self._get_rewards(second))

    def test_gift_cards_and_wallets_are_not_for_levels(self):
        defaults = self.env["loyalty.program"]._program_type_default_values()
        for kind in ("gift_card", "ewallet"):
            values = {
                name: defaults[kind][name]
                for name in ("applies_on", "trigger", "rule_ids", "reward_ids")
            }
            with self.assertRaisesRegex(ValidationError, "customers' own money"):
                self._create_program(program_type=kind, **values)
            program = self._create_program()
            with self.assertRaisesRegex(ValidationError, "customers' own money"):
                program.program_type = kind
        # The form lets go of the tick that stands in the way.
        with Form(self._create_program()) as form:
            form.program_type = "ewallet"
            form.limited_to_levels = False

    def test_the_domains_are_lists_of_leaves(self):
        """website_sale_loyalty replaces the leaf sale_ok in place."""
        self._create_program()
        order = self._quote()
        self._send(order)
        for domain, name in (
            (order._get_program_domain(), "sale_ok"),
            (order._get_trigger_domain(), "program_id.sale_ok"),
            (self._quote(self.stranger)._get_program_domain(), "sale_ok"),
        ):
            leaves = [place for place, leaf in enumerate(domain) if leaf[0] == name]
            self.assertEqual(len(leaves), 1)
            domain[leaves[0]] = (name.replace("sale_ok", "active"), "=", True)


@tagged("post_install", "-at_install")
class TestLoyaltyOfferPage(ProgramCase, HttpCase):
    """PRO 008 §5.5.1: the price read is the price signed."""

    def _accept(self, order):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token(),
                "name": "Ana",
                "signature": PIXEL,
            },
        )

    def test_an_extra_service_is_read_and_signed_on_the_portal(self):
        self._create_free_service()
        order = self._quote()
        name = self._get_rewards(order).name
        order.action_quotation_sent()
        self.assertIn(name, self.url_open(order.get_portal_url()).text)
        other = self._quote(self.stranger)
        other.action_quotation_sent()
        self.assertNotIn(name, self.url_open(other.get_portal_url()).text)
        self.assertTrue(self._accept(order).get("force_refresh"))
        self.assertIn(self.extra.treatment_id, order.intervention_ids.treatment_id)

    def test_a_draft_signed_as_previewed_keeps_the_price_read(self):
        program = self._create_program()
        drafts = self._quote(), self._quote(self.stranger)
        totals = [order.amount_total for order in drafts]
        self.customer.loyalty_level_id = False
        self.stranger.loyalty_level_id = self.level
        program.active = False
        for order in drafts:
            self.assertTrue(self._accept(order).get("force_refresh"))
            self.assertEqual(order.state, "sale")
        self.assertEqual([order.amount_total for order in drafts], totals)
