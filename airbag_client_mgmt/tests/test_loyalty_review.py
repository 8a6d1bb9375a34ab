# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .test_loyalty import LoyaltyCase

LOGGER = "odoo.addons.airbag_client_mgmt.models.res_partner_loyalty"


@tagged("post_install", "-at_install")
class TestLoyaltyReview(LoyaltyCase):
    """PRO 008 §5.5.1: each customer is reviewed, and nobody stops the others."""

    def _get_customers_to_review(self, limit=1000):
        return self.env["res.partner"]._get_customers_to_review(limit)

    def _create_served(self, count):
        partners = self.env["res.partner"].create(
            [{"name": f"Fleet {number}"} for number in range(count)]
        )
        for partner in partners:
            self._serve(partner)
        return partners

    def _run_cron(self, code=None):
        cron = self.env.ref("airbag_client_mgmt.ir_cron_loyalty_levels")
        if code:
            cron.code = code
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _count_triggers(self):
        cron = self.env.ref("airbag_client_mgmt.ir_cron_loyalty_levels")
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search_count([("cron_id", "=", cron.id)])

    def test_a_customer_who_only_ordered_is_reviewed(self):
        (self.low | self.high).active = False
        loyal = self.env["airbag.loyalty.level"].create(
            {"name": "Old friends", "min_months": 6}
        )
        yard = self.env["res.partner"].create(
            {"name": "Yard", "parent_id": self.customer.id}
        )
        order = self._create_contract(partner_id=yard.id)
        self.assertNotIn(self.customer, self._get_customers_to_review())
        with freeze_time(fields.Datetime.now() - relativedelta(months=8)):
            order.action_confirm()
        self.assertIn(self.customer, self._get_customers_to_review())
        self._run_cron()
        self.assertEqual(self.customer.loyalty_level_id, loyal)
        self.assertNotIn(self.customer, self._get_customers_to_review())

    def test_a_level_that_changes_is_reviewed_again(self):
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self.customer.with_company(other)
        self._serve()
        for values in (
            {"min_visits": 5},
            {"min_months": 2},
            {"min_satisfaction": 10},
            {"sequence": 7},
            {"company_id": self.company.id},
            {"active": False},
        ):
            self._review()
            self._review(elsewhere)
            self.assertNotIn(self.customer, self._get_customers_to_review())
            shared = not self.low.company_id
            with self.subTest(values):
                triggers = self._count_triggers()
                self.low.with_user(self.quality).write(values)
                self.assertIn(self.customer, self._get_customers_to_review())
                self.assertEqual(self._count_triggers(), triggers + 1)
                self.assertFalse(self.customer.loyalty_checked_on)
                self.assertEqual(bool(elsewhere.loyalty_checked_on), not shared)
        self._review()
        self.low.name = "Other words"
        self.assertNotIn(self.customer, self._get_customers_to_review())
        self.env["airbag.loyalty.level"].create({"name": "New", "min_visits": 1})
        self.assertIn(self.customer, self._get_customers_to_review())

    def test_contacts_of_which_one_has_a_level_are_merged(self):
        self._serve()
        self._review()
        other = self.env["res.partner"].create({"name": "Test Fleet again"})
        self._serve(other)
        self._review(other)
        user = new_test_user(self.env, "merger", "base.group_system")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard._merge((self.customer | other).ids, other.with_user(user))
        self.assertFalse(self.customer.exists())
        self.assertEqual(other.loyalty_level_id, self.low)
        self.assertIn(other, self._get_customers_to_review())
        self.assertEqual(other._get_loyalty_facts()[other.id].visits, 2)
        with self.assertRaises(AccessError):
            other.with_user(user).loyalty_level_id = self.high

    def test_one_customer_that_fails_does_not_stop_the_others(self):
        partners = self._create_served(4)
        bad = partners[1]
        model = type(self.env["res.partner"])
        get_facts = model._get_loyalty_facts

        def fail(customers):
            if bad in customers:
                raise ZeroDivisionError("wrong data")
            return get_facts(customers)

        with (
            patch.object(model, "_get_loyalty_facts", fail),
            self.assertLogs(LOGGER, "ERROR") as logs,
        ):
            self._run_cron()
        self.assertEqual(len(logs.output), 1)
        self.assertIn(f"customer {bad.id}", logs.output[0])
        self.assertEqual((partners - bad).loyalty_level_id, self.low)
        self.assertFalse(bad.loyalty_level_id)
        self.assertIn("wrong data", bad.message_ids[0].body)
        # It waits for the next day.
        self.assertEqual(bad.loyalty_checked_on, self.today)
        self.assertNotIn(bad, self._get_customers_to_review())

    def test_trouble_of_the_server_is_no_fault_of_a_customer(self):
        partners = self._create_served(2)
        model = type(self.env["res.partner"])
        with (
            patch.object(model, "_get_loyalty_facts", side_effect=OperationalError),
            self.assertRaises(OperationalError),
        ):
            partners._do_loyalty_levels_apart()
        self.assertFalse(any(partners.mapped("loyalty_checked_on")))

    def test_a_review_without_news_is_no_change_of_the_customer(self):
        self._serve()
        self._review()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2020-01-01', write_uid = %s"
            " WHERE id = %s",
            [self.salesperson.id, self.customer.id],
        )
        self.customer.sudo().invalidate_recordset()
        self.env["res.partner"]._repeat_loyalty_reviews(self.company)
        self.assertFalse(self.customer.loyalty_checked_on)
        self._review()
        self.env.flush_all()
        self.assertEqual(self.customer.loyalty_checked_on, self.today)
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.loyalty_checked_on, self.today)
        self.assertEqual(self.customer.write_date.date(), date(2020, 1, 1))
        self.assertEqual(self.customer.write_uid, self.salesperson)

    def test_batches_reach_every_customer_of_every_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        partners = self._create_served(5)
        theirs = self.env["res.partner"].create(
            [{"name": f"Theirs {number}"} for number in range(3)]
        )
        for partner in theirs.with_company(other):
            partner.sudo().loyalty_level_id = self.high
        self._run_cron("model._cron_loyalty_levels(batch_size=2)")
        self.assertEqual(partners.loyalty_level_id, self.low)
        self.assertEqual(set(partners.mapped("loyalty_checked_on")), {self.today})
        theirs = theirs.with_company(other)
        self.assertFalse(theirs.loyalty_level_id)
        self.assertEqual(
            set(theirs.mapped("loyalty_checked_on")), {other._get_service_today()}
        )

    def test_a_level_that_only_a_quotation_has_is_not_deleted(self):
        self.customer.sudo().loyalty_level_id = self.high
        order = self._create_contract()
        self.assertEqual(order.loyalty_level_id, self.high)
        self.customer.sudo().loyalty_level_id = False
        with self.assertRaisesRegex(UserError, "1 customers or quotations .* High"):
            self.high.unlink()
        order.sudo().loyalty_level_id = False
        self.high.unlink()

    @mute_logger("odoo.sql_db")
    def test_impossible_thresholds_are_explained(self):
        with self.assertRaises(CheckViolation) as caught, self.env.cr.savepoint():
            self.low.min_visits = -1
            self.low.flush_recordset()
        message = self.low._sql_error_to_message(caught.exception)
        self.assertIn("cannot be negative", message)
        self.assertIn("percentage from 0 to 100", message)

    def test_a_level_in_use_elsewhere_does_not_become_ours_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.customer.sudo().loyalty_level_id = self.low
        self.low.with_user(self.quality).company_id = self.company
        self.low.company_id = False
        self.customer.with_company(other).sudo().loyalty_level_id = self.low
        self.env["loyalty.program"].create(
            {
                "name": "Everywhere",
                "company_id": False,
                "currency_id": self.company.currency_id.id,
                "limited_to_levels": True,
                "loyalty_level_ids": [(6, 0, self.high.ids)],
                "reward_ids": [(0, 0, {"discount": 10})],
                "rule_ids": [(0, 0, {})],
            }
        )
        for level, where in ((self.low, "Other"), (self.high, "all companies")):
            with self.assertRaisesRegex(ValidationError, f"is in use in {where}"):
                level.with_user(self.quality).company_id = self.company
            level.invalidate_recordset()
        order = self._create_contract()
        order.sudo().loyalty_level_id = self.low
        self.customer.with_company(other).sudo().loyalty_level_id = False
        with self.assertRaisesRegex(ValidationError, "in use in .*quotations"):
            self.low.company_id = other
