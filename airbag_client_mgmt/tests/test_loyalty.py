# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.loyalty import Facts, Thresholds, choose, unmet
from .common import ClientMgmtCommon

THRESHOLDS = st.builds(
    Thresholds, st.integers(0, 9), st.integers(0, 9), st.integers(0, 100)
)
FACTS = st.builds(
    Facts, st.integers(0, 9), st.integers(0, 9), st.none() | st.floats(0, 100)
)


@tagged("post_install", "-at_install")
class TestLoyaltyMaths(BaseCase):
    """PRO 008 §5.5.1: the level follows from the facts alone."""

    @given(FACTS, st.lists(THRESHOLDS, max_size=5))
    def test_the_level_is_the_highest_one_met(self, facts, levels):
        place = choose(facts, levels)
        met = [not unmet(facts, level) for level in levels]
        self.assertEqual(place is None, not any(met))
        if place is not None:
            self.assertTrue(met[place])
            self.assertFalse(any(met[place + 1 :]))

    @given(FACTS, THRESHOLDS, st.integers(0, 5), st.integers(0, 5))
    def test_more_visits_or_months_never_cost_a_level(self, facts, level, more, later):
        if not unmet(facts, level):
            better = facts._replace(
                visits=facts.visits + more, months=facts.months + later
            )
            self.assertFalse(unmet(better, level))


class LoyaltyCase(ClientMgmtCommon):
    """Two levels of our own, and a customer with visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        levels = cls.env["airbag.loyalty.level"]
        levels.search([]).active = False
        cls.low, cls.high = levels.create(
            [
                {"name": "Low", "sequence": 1, "min_visits": 1},
                {
                    "name": "High",
                    "sequence": 2,
                    "min_visits": 2,
                    "min_months": 6,
                    "min_satisfaction": 50,
                },
            ]
        )
        cls.today = cls.company._get_service_today()

    @classmethod
    def _serve(cls, partner=None, months=0, satisfied=None):
        """Return a visit done some months ago, answered or not."""
        partner = partner or cls.customer
        moment = fields.Datetime.now() - relativedelta(months=months)
        visit = cls._create_done_intervention(
            partner_id=partner.id,
            vehicle_id=False,
            planned_start=fields.Datetime.now() + timedelta(days=1 + visit_day()),
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE airbag_intervention SET started_at = %s, finished_at = %s"
            " WHERE id = %s",
            [moment - timedelta(hours=1), moment, visit.id],
        )
        visit.invalidate_recordset()
        if satisfied is not None:
            answer = cls.env["survey.user_input"]._create_obligations(visit)
            answer.flush_recordset()
            cls.env.cr.execute(
                "UPDATE survey_user_input SET state = 'done', satisfaction_score = 5,"
                " is_satisfied = %s, service_date = %s WHERE id = %s",
                [satisfied, moment.date(), answer.id],
            )
            answer.invalidate_recordset()
        return visit

    def _review(self, partner=None):
        (partner or self.customer)._do_loyalty_levels()


def visit_day(counter=iter(range(10000))):  # noqa: B008
    """Return another day for each visit: nobody is booked twice."""
    return next(counter)


@tagged("post_install", "-at_install")
class TestLoyaltyLevel(LoyaltyCase):
    """PRO 008 §5.5.1: levels from facts, reviewed and explained."""

    def test_the_facts_of_a_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Yard", "parent_id": self.customer.id}
        )
        self._serve(contact, months=14)
        self._serve(months=2, satisfied=True)
        self._serve(months=1, satisfied=False)
        facts = self.customer._get_loyalty_facts()[self.customer.id]
        self.assertEqual(facts, Facts(2, 14, 50.0))

    def test_the_first_order_counts_as_well(self):
        order = self._create_contract()
        with freeze_time(fields.Datetime.now() - relativedelta(months=8, days=2)):
            order.action_confirm()
        self._serve()
        facts = self.customer._get_loyalty_facts()[self.customer.id]
        self.assertEqual(facts.months, 8)

    def test_the_level_is_the_highest_one_whose_thresholds_are_all_met(self):
        self._serve(months=7)
        self._review()
        self.assertEqual(self.customer.loyalty_level_id, self.low)
        self._serve(months=1)
        self._review()
        self.assertEqual(self.customer.loyalty_level_id, self.low)  # nobody asked
        self._serve(satisfied=True)
        self._review()
        self.assertEqual(self.customer.loyalty_level_id, self.high)
        self.assertEqual(self.customer.loyalty_checked_on, self.today)

    def test_a_level_is_lost_when_its_facts_are(self):
        self.customer.sudo().loyalty_level_id = self.high
        self._serve(months=20)
        self._review()
        self.assertFalse(self.customer.loyalty_level_id)

    def test_a_change_is_noted_once_on_the_customer(self):
        self._serve()
        before = self.customer.message_ids
        self._review()
        notes = self.customer.message_ids - before
        self.assertEqual(len(notes), 1)
        self.assertIn("Low", notes.body)
        self._review()
        self.assertEqual(self.customer.message_ids - before, notes)

    def test_the_customer_shows_why_it_has_its_level(self):
        self._serve(months=7)
        self._review()
        text = self.customer.with_user(self.salesperson).loyalty_explanation
        for words in (
            "Low",
            "present level",
            "High",
            "next level",
            "no answers",
            "≥ 2",
        ):
            self.assertIn(words, text)
        self.assertIn("✓", text)
        self.assertIn("✗", text)
        contact = self.env["res.partner"].create(
            {"name": "Yard", "parent_id": self.customer.id}
        )
        self.assertIn("present level", contact.loyalty_explanation)

    def test_customers_are_grouped_by_level(self):
        self._serve()
        self._review()
        groups = dict(
            self.env["res.partner"]._read_group(
                [("id", "=", self.customer.id)], ["loyalty_level_id"], ["__count"]
            )
        )
        self.assertEqual(groups, {self.low: 1})
        found = self.env["res.partner"].search([("loyalty_level_id", "=", self.low.id)])
        self.assertEqual(found, self.customer)

    def test_each_company_has_its_own_level_of_a_customer(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._serve()
        self._review()
        customer = self.customer.with_company(other)
        self.assertFalse(customer.loyalty_level_id)
        self._review(customer)
        self.assertFalse(customer.loyalty_level_id)
        self.assertEqual(self.customer.loyalty_level_id, self.low)

    def test_the_scheduled_action_reviews_everybody_once_a_day(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Fleet {number}"} for number in range(5)]
        )
        for partner in partners:
            self._serve(partner)
        stale = self.env["res.partner"].create({"name": "Once ours"})
        stale.sudo().loyalty_level_id = self.high
        model = self.env["res.partner"]
        first = model._get_customers_to_review(2)
        first._do_loyalty_levels()
        # What a crash left is where the next call goes on.
        self.assertEqual(
            model._get_customers_to_review(10), (partners | stale).sorted("id") - first
        )
        cron = self.env.ref("airbag_client_mgmt.ir_cron_loyalty_levels")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(partners.loyalty_level_id, self.low)
        self.assertFalse(stale.loyalty_level_id)
        self.assertFalse(model._get_customers_to_review(10))
        notes = partners.message_ids
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(partners.message_ids, notes)

    def test_a_review_costs_the_same_for_one_and_for_ten(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Fleet {number}"} for number in range(10)]
        )
        for partner in partners:
            self._serve(partner, satisfied=True)
        self.env.flush_all()

        def count(customers, work):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            work(customers)
            return self.env.cr.sql_log_count - start

        for work in (
            lambda customers: customers._get_loyalty_facts(),
            lambda customers: customers.mapped("loyalty_explanation"),
        ):
            count(partners, work)
            self.assertEqual(count(partners[:1], work), count(partners, work))

    def test_nobody_gives_a_level_by_hand(self):
        for user in (self.salesperson, self.quality):
            with self.assertRaises(AccessError):
                self.customer.with_user(user).loyalty_level_id = self.high
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.salesperson).create(
                {"name": "New", "loyalty_level_id": self.high.id}
            )
        by_default = {"default_loyalty_level_id": self.high.id}
        partners = self.env["res.partner"].with_user(self.salesperson)
        # As the column of a list grouped by level proposes it.
        new = partners.with_context(**by_default).create({"name": "New"})
        self.assertFalse(new.loyalty_level_id)

    def test_levels_are_kept_by_quality_and_sales_managers(self):
        self.assertTrue(self.low.with_user(self.salesperson).name)
        self.low.with_user(self.quality).min_visits = 3
        for user in (self.salesperson, self.technician, self.management):
            with self.assertRaises(AccessError):
                self.low.with_user(user).min_visits = 1

    def test_another_company_does_not_see_our_levels(self):
        self.low.company_id = self.company
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = self.env["airbag.loyalty.level"].with_user(self.quality).search([])
        self.assertEqual(found, self.high)

    def test_a_level_in_use_is_not_deleted(self):
        self._serve()
        self._review()
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.low.unlink()
        self.customer.sudo().loyalty_level_id = False
        self.low.unlink()

    @mute_logger("odoo.sql_db")
    def test_impossible_thresholds_are_refused(self):
        for values in (
            {"min_visits": -1},
            {"min_months": -1},
            {"min_satisfaction": 100.5},
        ):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.low.write(values)
                self.low.flush_recordset()
            self.low.invalidate_recordset()
