# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import Command, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyEdges(SurveyCommon):
    """PRO 008 §5.4.1: at the edge of each rule of asking and calling."""

    def _visit_of(self, days_ago, **values):
        visit = self._create_done_intervention(
            **{"contact_id": self.contact.id, **values}
        )
        self._move_service(visit, fields.Datetime.now() - timedelta(days=days_ago))
        return visit

    # === WHO OWES === #
    def test_the_first_day_of_another_company_is_not_ours(self):
        self.env["res.company"].create(
            {"name": "Other workshop", "survey_since": "2100-01-01"}
        )
        self.assertEqual(len(self._owe(self.visit)), 1)

    def test_an_imported_visit_owes_none(self):
        models.BaseModel.write(self.visit, {"imported_on": fields.Datetime.now()})
        self.assertFalse(self._owe(self.visit))

    # === HOW OFTEN ONE PERSON IS ASKED === #
    def test_who_was_waived_was_not_asked(self):
        self.company.survey_min_gap_days = 30
        states = [
            self._owe(self._visit_of(days)).contact_state for days in (70, 60, 35)
        ]
        self.assertEqual(states, ["pending", "waived", "pending"])

    def test_the_reason_says_the_last_service_that_was_asked_about(self):
        self.company.survey_min_gap_days = 30
        first, last = self._visit_of(50), self._visit_of(19)
        self._owe(first, last)
        waived = self._owe(self._visit_of(35))
        self.assertEqual(waived.contact_state, "waived")
        day = tools.format_date(
            self.env(context={"lang": self.company._get_lang()}),
            last._get_service_date(),
        )
        self.assertIn(day, waived.waive_reason)

    def test_a_new_address_is_the_same_person(self):
        self.company.survey_min_gap_days = 30
        self._owe(self._visit_of(10))
        self.contact.email = "new@example.com"
        double = self.contact.copy({"name": "Ana T."})
        second = self._owe(self._visit_of(3, contact_id=double.id))
        self.assertEqual(second.contact_state, "waived")

    # === FOLLOW-UP === #
    def _on(self, owed, days, hours=1):
        """Do the follow-up so long after Monday, 10:00 in Bogotá; return the mails."""
        moment = datetime(2026, 3, 2, 15) + timedelta(days=days, hours=hours)
        with freeze_time(moment), self.mock_mail_gateway():
            mails = owed._do_followup()
            mails.send()
        return mails

    def _owe_on_monday(self):
        self._move_service(self.visit, datetime(2026, 3, 2, 15))
        with freeze_time("2026-03-02 15:00:00"):
            return self._owe(self.visit)

    def test_who_was_contacted_is_not_called_once_the_days_are_over(self):
        owed = self._owe_on_monday()
        self._on(owed, 0)
        self._on(owed, 6)
        self.assertFalse(self._calls(owed))

    def test_who_is_to_be_called_is_reminded_as_well(self):
        self.company.survey_reminder_days = 4
        owed = self._owe_on_monday()
        self._on(owed, 0)
        self.assertFalse(self._on(owed, 4, hours=0))
        self.assertEqual(len(self._calls(owed)), 1)
        self.assertEqual(self._on(owed, 4), owed.reminder_mail_id)
        self.assertTrue(owed.survey_reminded_on)

    def test_who_was_written_to_stays_who_is_asked(self):
        owed = self._owe(self.visit)
        owed._do_followup()
        models.BaseModel.write(self.visit, {"contact_id": self.customer.id})
        owed._do_followup()
        self.assertEqual(owed.partner_id, self.contact)

    def test_the_answer_leaves_the_first_contact(self):
        owed = self._owe_on_monday()
        self._on(owed, 0)
        first = owed.contacted_on
        owed.sudo()._mark_done()
        self.assertEqual(owed.contacted_on, first)

    # === WAIVING === #
    def test_nobody_calls_for_what_was_waived(self):
        owed = self._owe_on_monday()
        owed.with_user(self.quality)._waive("Warranty")
        # When who is silent is called, before the deadline.
        self._on(owed, 4)
        self.assertFalse(self._calls(owed))

    def test_others_do_not_waive_nor_does_quality_what_was_answered(self):
        owed = self._owe(self.visit)
        for user in (self.care, self.salesperson, self.management):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                owed.with_user(user)._waive("Warranty")
        owed.sudo()._mark_done()
        with self.assertRaises(UserError):
            owed.with_user(self.quality)._waive("Warranty")
        self.assertEqual(owed.contact_state, "answered")

    # === WHO CALLS === #
    def test_without_salesperson_commercial_calls_else_quality(self):
        owed = self._owe(self.visit)
        owed.sudo().salesperson_id = False
        team = self.env.ref("airbag_client_mgmt.helpdesk_team_commercial")
        people = self.care | self.salesperson
        team.user_ids = people
        for leader in people:
            team.user_id = leader
            self.assertEqual(owed._get_call_user(), leader)
        member = [Command.set(self.salesperson.ids)]
        team.write({"user_id": False, "user_ids": member})
        self.assertEqual(owed._get_call_user(), self.salesperson)
        team.user_ids = False
        self.assertEqual(owed._get_call_user(), self.company._get_quality_user())
        owed.sudo().salesperson_id = self.planner
        self.assertEqual(owed._get_call_user(), self.planner)
