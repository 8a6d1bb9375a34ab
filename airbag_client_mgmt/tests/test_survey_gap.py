# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyGap(SurveyCommon):
    """How often one person is asked; a setting, off by default. PRO 008 §5.4.1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.survey_min_gap_days = 30
        cls.now = fields.Datetime.now()

    def _visit(self, days_ago, **values):
        visit = self._create_done_intervention(
            **{"contact_id": self.contact.id, **values}
        )
        self._move_service(visit, self.now - timedelta(days=days_ago))
        return visit

    def test_a_customer_asked_too_recently_is_waived_with_the_reason(self):
        now = fields.Datetime.now()
        self._move_service(self.visit, now - timedelta(days=10))
        self._owe(self.visit)
        second = self._owe(self.other_visit)
        self.assertEqual(second.contact_state, "waived")
        self.assertIn("30", second.waive_reason)

    def test_two_visits_of_one_run_ask_once_within_the_gap(self):
        states = self._owe(self.visit, self.other_visit).mapped("contact_state")
        self.assertEqual(sorted(states), ["pending", "waived"])

    def test_by_default_every_service_is_asked_about(self):
        self.company.survey_min_gap_days = 0
        states = self._owe(self.visit, self.other_visit).mapped("contact_state")
        self.assertEqual(states, ["pending", "pending"])

    def test_another_contact_with_the_same_address_is_the_same_person(self):
        double = self.contact.copy(
            {"name": "Ana T.", "email": "Ana Torres <ANA@example.com>"}
        )
        second = self._visit(3, contact_id=double.id)
        first = self._owe(self._visit(10))
        self.assertEqual(first.contact_state, "pending")
        self.assertEqual(self._owe(second).contact_state, "waived")
        both = [self._visit(200), self._visit(199, contact_id=double.id)]
        states = self._owe(*both).mapped("contact_state")
        self.assertEqual(states, ["pending", "waived"], "also in one run")

    def test_the_address_that_was_written_to_counts(self):
        self._owe(self._visit(10))
        self.contact.email = "new@example.com"
        other = self.env["res.partner"].create(
            {
                "name": "Someone",
                "parent_id": self.customer.id,
                "email": "ana@example.com",
            }
        )
        second = self._owe(self._visit(3, contact_id=other.id))
        self.assertEqual(second.contact_state, "waived")

    def test_the_gap_counts_from_the_last_time_the_person_was_asked(self):
        visits = [self._visit(days) for days in (70, 60, 40, 20)]
        states = self._owe(*visits).mapped("contact_state")
        self.assertEqual(states, ["pending", "waived", "pending", "waived"])

    def test_a_service_recorded_later_is_as_near(self):
        self._owe(self._visit(10))
        self.assertEqual(self._owe(self._visit(20)).contact_state, "waived")
        self.assertEqual(self._owe(self._visit(40)).contact_state, "pending")

    def test_others_are_asked(self):
        owed = self._owe(self.visit, self._visit(1, contact_id=self.customer.id))
        self.assertEqual(owed.mapped("contact_state"), ["pending", "pending"])

    def test_many_visits_cost_no_more_queries_than_few(self):
        def count(visits):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.user_inputs._create_obligations(self.user_inputs._lock_persons(visits))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        many = self.env["airbag.intervention"].union(
            *(self._visit(days) for days in range(100, 900, 100))
        )
        count(self.visit)  # warms the caches
        self.assertLessEqual(count(many), count(self.other_visit) + 2)
