# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, freeze_time, tagged

from .contract_common import ContractCase
from .test_capture import PIXEL


class ProgramCase(ContractCase):
    """A customer of a level, another without, and programmes for the level."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.level = cls.env.ref("airbag_client_mgmt.loyalty_level_gold")
        cls.customer.loyalty_level_id = cls.level
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Somebody else", "email": "else@example.com"}
        )
        cls.service = cls.env.ref("airbag_client_mgmt.product_rep")
        cls.extra = cls.env.ref("airbag_client_mgmt.product_diag")

    @classmethod
    def _create_program(cls, reward=None, rule=None, **values):
        """Return a programme of the level, by default ten per cent off."""
        return cls.env["loyalty.program"].create(
            {
                "name": "Benefit",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "limited_to_levels": True,
                "loyalty_level_ids": [Command.set(cls.level.ids)],
                "rule_ids": [
                    Command.create({"minimum_qty": 1, **(rule or {})}),
                ],
                "reward_ids": [
                    Command.create(
                        reward
                        or {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _create_free_service(cls):
        return cls._create_program(
            {"reward_type": "product", "reward_product_id": cls.extra.id}
        )

    def _quote(self, partner=None, quantity=1):
        """Return a quotation written on the form by a salesperson."""
        form = Form(self.env["sale.order"].with_user(self.salesman))
        form.partner_id = partner or self.customer
        with form.order_line.new() as line:
            line.product_id = self.service
            line.product_uom_qty = quantity
        return form.save()

    def _get_rewards(self, order):
        return order.order_line.filtered("is_reward_line")


@tagged("post_install", "-at_install")
class TestLoyaltyProgram(ProgramCase):
    """PRO 008 §5.5.1: the benefit reaches those it is for, and nobody else."""

    def test_a_discount_reaches_the_quotation_by_itself(self):
        self._create_program()
        order = self._quote()
        self.assertEqual(order.loyalty_level_id, self.level)
        reward = self._get_rewards(order)
        self.assertAlmostEqual(reward.price_unit, -order.order_line[0].price_unit / 10)
        self.assertTrue(reward.name.endswith("10% for your loyalty"), reward.name)
        other = self._quote(self.stranger)
        self.assertFalse(self._get_rewards(other))
        self.assertFalse(other._get_claimable_rewards())

    def test_a_promotion_reaches_the_quotation_by_itself(self):
        self._create_program(
            {
                "reward_type": "product",
                "reward_product_id": self.service.id,
                "required_points": 3,
            },
            {"reward_point_mode": "unit", "product_ids": [(6, 0, self.service.ids)]},
            program_type="buy_x_get_y",
        )
        self.assertFalse(self._get_rewards(self._quote(quantity=2)))
        reward = self._get_rewards(self._quote(quantity=3))
        self.assertEqual(reward.product_id, self.service)
        self.assertEqual(reward.price_subtotal, 0)
        self.assertFalse(self._get_rewards(self._quote(self.stranger, quantity=3)))

    def test_an_extra_service_makes_its_visit(self):
        self._create_free_service()
        order = self._quote()
        reward = self._get_rewards(order)
        self.assertEqual(reward.product_id, self.extra)
        self.assertEqual(reward.price_subtotal, 0)
        order.action_confirm()
        visits = order.intervention_ids
        self.assertEqual(len(visits), 2)
        self.assertIn(self.extra.treatment_id, visits.treatment_id)

    def test_the_benefit_follows_the_quotation(self):
        self._create_program()
        order = self._quote()
        before = self._get_rewards(order).price_unit
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 3
        self.assertAlmostEqual(self._get_rewards(order).price_unit, 3 * before)
        # As the catalogue, the portal and outside clients do.
        order.order_line[0].product_uom_qty = 2
        self.assertAlmostEqual(self._get_rewards(order).price_unit, 2 * before)
        order.order_line = [Command.create({"product_id": self.extra.id})]
        self.assertLess(self._get_rewards(order).price_unit, 2 * before)

    def test_another_customer_loses_the_benefit(self):
        self._create_program()
        order = self._quote()
        order.partner_id = self.stranger
        self.assertFalse(order.loyalty_level_id)
        self.assertFalse(self._get_rewards(order))
        order.partner_id = self.customer
        self.assertTrue(self._get_rewards(order))

    def test_a_benefit_taken_off_stays_off(self):
        self._create_program()
        order = self._quote()
        order.order_line = [Command.delete(self._get_rewards(order).id)]
        self.assertFalse(self._get_rewards(order))
        order.order_line[0].product_uom_qty = 5
        self.assertFalse(self._get_rewards(order))
        # Claimed by hand, it is wanted again.
        order.action_open_reward_wizard()
        self.assertTrue(self._get_rewards(order))
        order.order_line[0].product_uom_qty = 6
        self.assertTrue(self._get_rewards(order))

    def test_what_was_offered_stays_offered(self):
        self._create_program()
        draft, sent = self._quote(), self._quote()
        sent.action_quotation_sent()
        total = sent.amount_total
        self.customer.loyalty_level_id = False
        draft.order_line[0].product_uom_qty = 2
        self.assertFalse(self._get_rewards(draft))
        sent.action_confirm()
        self.assertEqual(sent.amount_total, total)

    def test_a_signed_contract_is_left_alone(self):
        order = self._create_contract()
        lines = order.order_line
        self._create_program()
        order._apply_level_rewards()
        order.client_order_ref = "X"
        self.assertEqual(order.order_line, lines)

    def test_points_are_consistent_after_confirming(self):
        program = self._create_program()
        order = self._quote()
        order.action_confirm()
        self.assertTrue(self._get_rewards(order))
        self.assertEqual(order.coupon_point_ids.coupon_id.mapped("points"), [0])
        self.assertEqual(program.total_order_count, 1)

    def test_a_code_of_a_level_opens_nothing_to_others(self):
        self._create_program(
            rule={"mode": "with_code", "code": "GOLD10"},
            trigger="with_code",
            program_type="promo_code",
        )
        order, other = self._quote(), self._quote(self.stranger)
        self.assertIn("error", other._try_apply_code("GOLD10"))
        status = order._try_apply_code("GOLD10")
        self.assertNotIn("error", status)

    def test_a_coupon_of_a_level_is_no_use_to_others(self):
        program = self._create_program(
            trigger="with_code", program_type="coupons", rule_ids=[]
        )
        coupon = self.env["loyalty.card"].create(
            {"program_id": program.id, "points": 10}
        )
        other = self._quote(self.stranger)
        self.assertIn("error", other._try_apply_code(coupon.code))
        self.assertNotIn("error", self._quote()._try_apply_code(coupon.code))

    def test_a_programme_for_everybody_works_as_ever(self):
        self._create_program(limited_to_levels=False, loyalty_level_ids=False)
        order = self._quote(self.stranger)
        self.assertFalse(self._get_rewards(order))
        order.action_open_reward_wizard()
        self.assertTrue(self._get_rewards(order))

    def test_copies_revisions_and_renewals_earn_their_own(self):
        self._create_program()
        self._create_free_service()
        with freeze_time("2026-01-01"):
            contract = self._create_contract()
        self.assertEqual(len(self._get_rewards(contract)), 2)
        with freeze_time("2026-11-20"):
            renewal = self.env["sale.order"].browse(contract.action_renew()["res_id"])
            amendment = self.env["sale.order"].browse(contract.action_amend()["res_id"])
        copy = contract.copy()
        renewal.action_quotation_sent()
        renewal.create_revision()
        for order in (renewal.current_revision_id, amendment, copy):
            rewards = self._get_rewards(order)
            self.assertEqual(len(rewards), 2, order.name)
            self.assertEqual(rewards.coupon_id.order_id, order)
        self.customer.loyalty_level_id = False
        self.assertFalse(self._get_rewards(contract.copy()))
        self.assertEqual(len(self._get_rewards(contract)), 2)

    def test_what_was_taken_off_stays_off_the_revision(self):
        self._create_program()
        order = self._quote()
        self._get_rewards(order).unlink()
        order.action_quotation_sent()
        order.create_revision()
        self.assertFalse(self._get_rewards(order.current_revision_id))

    def test_the_template_brings_the_benefit_along(self):
        self._create_program()
        order = self._create_quotation(date(2026, 1, 1))
        self.assertTrue(self._get_rewards(order))
        self.assertEqual(order.order_line.mapped("visit_interval")[:2], [3, 6])

    def test_a_programme_of_levels_without_level_is_refused(self):
        program = self._create_program()
        with self.assertRaisesRegex(ValidationError, "at least one loyalty level"):
            program.loyalty_level_ids = False
        with self.assertRaisesRegex(ValidationError, "at least one loyalty level"):
            self._create_program(loyalty_level_ids=False)

    def test_a_programme_refused_leaves_nothing_half_written(self):
        program = self._create_program()
        models = ("loyalty.program", "loyalty.rule", "loyalty.reward")

        def count():
            return [
                self.env[model].with_context(active_test=False).search_count([])
                for model in models
            ]

        before = count()
        for refused in (
            lambda: self._create_program(name="Half", loyalty_level_ids=False),
            lambda: program.write({"name": "Half", "loyalty_level_ids": False}),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                refused()
            self.assertEqual(count(), before)
            self.assertEqual(program.name, "Benefit")
            self.assertEqual(program.loyalty_level_ids, self.level)

    def test_a_level_of_a_programme_is_not_deleted(self):
        self._create_program()
        self.customer.loyalty_level_id = False
        with self.assertRaisesRegex(UserError, "limits the programme Benefit"):
            self.level.unlink()

    def test_levels_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        level = self.env["airbag.loyalty.level"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self._create_program(
                company_id=self.company.id, loyalty_level_ids=[(6, 0, level.ids)]
            )

    def test_a_customer_without_level_costs_no_search(self):
        self._create_program()
        order = self._quote(self.stranger)
        self.env.flush_all()
        order.order_line.mapped("coupon_id")
        order.loyalty_level_id.program_ids.mapped("name")
        order._apply_level_rewards()
        with self.assertQueryCount(2):
            order._apply_level_rewards()


@tagged("post_install", "-at_install")
class TestLoyaltyPage(ProgramCase, HttpCase):
    """PRO 008 §5.5.1: the customer reads and signs the price of its level."""

    def test_the_customer_signs_the_price_of_its_level(self):
        program = self._create_program()
        order, other = self._quote(), self._quote(self.stranger)
        description = program.reward_ids.description
        for quotation, has_benefit in ((order, True), (other, False)):
            quotation.action_quotation_sent()
            page = self.url_open(quotation.get_portal_url()).text
            self.assertEqual(description in page, has_benefit, quotation.partner_id)
        total = order.amount_total
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order.access_token, "name": "Ana", "signature": PIXEL},
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, total)

    def test_the_benefit_follows_what_the_customer_chooses(self):
        self._create_program()
        order = self._quote()
        order.order_line = [
            Command.create(
                {
                    "display_type": "line_section",
                    "name": "Options",
                    "is_optional": True,
                    "sequence": 90,
                }
            ),
            Command.create(
                {
                    "product_id": self.extra.id,
                    "product_uom_qty": 0,
                    "sequence": 91,
                }
            ),
        ]
        option = order.order_line.filtered(lambda line: line.product_id == self.extra)
        before = self._get_rewards(order).price_unit
        order.action_quotation_sent()
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/update_line_dict",
            {
                "access_token": order._portal_ensure_token(),
                "line_id": option.id,
                "input_quantity": 2,
            },
        )
        self.assertEqual(option.product_uom_qty, 2)
        self.assertLess(self._get_rewards(order).price_unit, before)
