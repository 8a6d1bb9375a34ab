# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestRecommendation(ClientMgmtCommon):
    """PRO 008 §5.3.3: what was recommended follows the customer to the next visit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_done_intervention(user_id=cls.other_technician.id)
        cls.first.action_reopen()
        cls.advice = cls._advise("Replace the belt")
        cls.first.action_finish()
        cls.next = cls._create_intervention(
            planned_start=cls.first.planned_start + timedelta(days=30)
        )
        cls.next.action_plan()
        cls.own = cls.advice.with_user(cls.technician)

    @classmethod
    def _advise(cls, name, **values):
        values = {"intervention_id": cls.first.id, "name": name, **values}
        return cls.env["airbag.recommendation"].create(values)

    def test_a_technician_closes_on_an_own_visit_what_a_colleague_advised(self):
        self.assertEqual(self.next.open_recommendation_ids, self.advice)
        self.own.with_context(closing_visit_id=self.next.id).action_done()
        self.assertEqual(self.advice.state, "done")
        self.assertEqual(self.advice.closed_by, self.technician)
        self.assertEqual(self.advice.closed_intervention_id, self.next)
        self.assertEqual(self.advice.closed_on, self.company._get_service_today())
        self.next.invalidate_recordset()
        self.assertFalse(self.next.open_recommendation_ids)

    def test_declining_keeps_what_the_customer_said(self):
        action = self.own.with_context(
            closing_visit_id=self.next.id
        ).action_ask_reason()
        asked = (
            self.env["airbag.recommendation.decline"]
            .with_user(self.technician)
            .with_context(**action["context"])
            .create({"reason": " Too dear "})
        )
        asked.action_apply()
        self.assertEqual(self.advice.state, "declined")
        self.assertEqual(self.advice.decline_reason, "Too dear")
        self.assertEqual(self.advice.closed_intervention_id, self.next)

    def test_who_may_not_close_is_not_asked_for_a_reason(self):
        asked = self.env["airbag.recommendation.decline"]
        values = {"recommendation_ids": self.advice.ids}
        for user in (self.care, self.management):
            with self.assertRaises(AccessError):
                asked.with_user(user).create(values)
        with self.assertRaises(AccessError):
            self.next.user_id = self.other_technician
            asked.with_user(self.technician).create(values).action_apply()
        asked.with_user(self.salesperson).create(values).action_apply()
        self.assertEqual(self.advice.closed_by, self.salesperson)
        self.assertFalse(self.advice.closed_intervention_id)

    def test_without_an_own_visit_nothing_is_closed(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        elsewhere = self._create_intervention(
            partner_id=stranger.id,
            vehicle_id=False,
            planned_start=self.next.planned_start + timedelta(days=1),
        )
        elsewhere.action_plan()
        for visit, state in ((self.next, "draft"), (self.next, "cancelled")):
            visit.state = state
            for context in (visit, elsewhere):
                own = self.own.with_context(closing_visit_id=context.id)
                for close in (own.action_done, own.action_decline):
                    with self.assertRaises(AccessError):
                        close()
        self.assertEqual(self.advice.state, "open")

    def test_a_visit_of_a_colleague_gives_no_right(self):
        self.next.user_id = self.other_technician
        with self.assertRaises(AccessError):
            self.own.with_context(closing_visit_id=self.next.id).action_done()
        self.next.technician_ids = self.technician
        self.own.action_done()
        self.assertEqual(self.advice.closed_by, self.technician)

    def test_a_colleagues_advice_is_not_rewritten(self):
        for vals in ({"name": "Other"}, {"state": "done"}, {"date_due": "2030-01-01"}):
            with self.assertRaises(AccessError):
                self.own.write(vals)

    def test_who_closed_it_is_not_written_by_hand(self):
        for vals in (
            {"closed_by": self.technician.id},
            {"closed_on": "2020-01-01"},
            {"closed_intervention_id": self.next.id},
        ):
            with self.assertRaises(AccessError):
                self.advice.with_user(self.planner).write(vals)

    def test_it_is_recorded_open(self):
        self.next.action_start()
        for vals in (
            {"state": "done"},
            {"closed_by": self.planner.id},
            {"closed_on": "2026-01-02"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.env["airbag.recommendation"].with_user(self.technician).create(
                    {"intervention_id": self.next.id, "name": "Closed", **vals}
                )

    def test_only_some_open_it_again(self):
        self.own.action_done()
        with self.assertRaises(AccessError):
            self.advice.with_user(self.other_technician).action_reopen()
        with self.assertRaises(AccessError):
            self.own.action_decline()
        for user in (self.planner, self.quality, self.salesperson):
            advice = self.advice.with_user(user)
            self.assertTrue(advice.can_reopen)
            advice.action_reopen()
            self.assertFalse(advice.closed_by or advice.closed_on)
            self.assertFalse(advice.closed_intervention_id)
            advice.action_done()
            self.assertEqual(advice.closed_by, user)

    def test_closing_twice_keeps_the_first(self):
        self.own.action_done()
        self.advice.with_user(self.planner).action_done()
        self.assertEqual(self.advice.closed_by, self.technician)

    def test_many_are_closed_at_once(self):
        second = self._advise_more("Clean the connector")
        (self.advice | second).with_user(self.salesperson).action_done()
        self.assertEqual((self.advice | second).mapped("state"), ["done", "done"])

    def _advise_more(self, name, **values):
        self.first.action_reopen()
        advice = self._advise(name, **values)
        self.first.action_finish()
        return advice

    def test_overdue_is_counted_where_the_company_works(self):
        self.first.action_reopen()
        self.first.write(
            {
                "started_at": datetime(2026, 2, 1, 15),
                "finished_at": datetime(2026, 2, 1, 16),
            }
        )
        due = self._advise("Check again", date_due="2026-03-02")
        find = self.env["airbag.recommendation"].search
        with freeze_time("2026-03-03 02:00:00"):  # the evening of the 2nd in Bogotá
            due.invalidate_recordset()
            self.assertFalse(due.is_overdue)
            self.assertNotIn(due, find([("is_overdue", "=", True)]))
        with freeze_time("2026-03-03 12:00:00"):
            due.invalidate_recordset()
            self.assertTrue(due.is_overdue)
            self.assertIn(due, find([("is_overdue", "=", True)]))
            self.assertNotIn(due, find([("is_overdue", "=", False)]))
            due.state = "done"
            self.assertFalse(due.is_overdue)

    def test_it_is_not_due_before_the_visit(self):
        day = self.company._get_service_date(self.first.started_at)
        with self.assertRaisesRegex(ValidationError, "before the day"):
            self._advise_more("Yesterday", date_due=day - timedelta(days=1))
        self._advise_more("Today", date_due=day)

    def test_those_of_the_vehicle_come_first(self):
        other = self.env["airbag.vehicle"].create(
            {"partner_id": self.customer.id, "license_plate": "XYZ 789"}
        )
        sooner = self._advise_more("Sooner", date_due="2030-01-01")
        self.assertEqual(self.next.open_recommendation_ids[0], sooner)
        visit = self._create_intervention(
            vehicle_id=other.id,
            user_id=self.other_technician.id,
            planned_start=self.first.planned_start + timedelta(days=40),
            state="draft",
        )
        visit.write({"recommendation_ids": [Command.create({"name": "Of the other"})]})
        self.next.vehicle_id = other
        shown = self.next.open_recommendation_ids
        self.assertEqual(
            shown.mapped("name"), ["Of the other", "Sooner", "Replace the belt"]
        )

    def test_companies_are_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        shared = self.env["airbag.recommendation"]._get_open_by_customer(
            self.customer, company
        )
        self.assertFalse(shared)
        elsewhere = (
            self.env["airbag.intervention"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": self.customer.id,
                    "treatment_id": self.treatment.id,
                }
            )
        )
        self.assertFalse(elsewhere.open_recommendation_ids)
        self.assertTrue(self.next.open_recommendation_ids)

    def test_a_done_visit_keeps_the_words(self):
        with self.assertRaisesRegex(UserError, "is done"):
            self.advice.name = "Something else"
        self.advice.decline_reason = "Said so"
