# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from odoo import models
from odoo.tests import freeze_time, tagged

from ..tools.calls import get_call_day, get_due_day
from .survey_common import SurveyCommon

#: Monday, 10:00 in Bogotá.
SERVICE = datetime(2026, 3, 2, 15)


@tagged("post_install", "-at_install")
class TestSurveyReminder(SurveyCommon):
    """PRO 008 §5.4.1: one reminder, then a call before the deadline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._move_service(cls, cls.visit, SERVICE)
        with freeze_time(SERVICE):
            cls.owed = cls._owe(cls, cls.visit)

    def _on(self, days, hours=1):
        """Do the follow-up so long after the service; return what was mailed."""
        with (
            freeze_time(SERVICE + timedelta(days=days, hours=hours)),
            self.mock_mail_gateway(),
        ):
            mails = self.owed._do_followup()
            mails.send()
        return mails

    def test_who_does_not_answer_is_reminded_once(self):
        first = self._on(0)
        self.assertEqual(first, self.owed.survey_mail_id)
        self.assertFalse(self._on(1))
        self.assertFalse(self._on(2, hours=0), "not two days after the e-mail yet")
        reminder = self._on(2)
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder, self.owed.reminder_mail_id)
        self.assertEqual(reminder.recipient_ids, self.contact)
        self.assertIn(self.owed.access_token, reminder.body_html)
        self.assertNotEqual(reminder.subject, first.subject)
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(
            self.owed.contacted_on, SERVICE + timedelta(hours=1), "the first counts"
        )
        for day in (2, 3, 4, 5, 6):
            self.assertFalse(self._on(day))

    def test_the_scheduled_action_reminds(self):
        self._on(0)
        with freeze_time(SERVICE + timedelta(days=2, hours=2)):
            with self.mock_mail_gateway():
                for _turn in range(2):
                    self._run("ir_cron_survey_followup")
                to_ana = [m for m in self._mails if "ana@" in m["email_to"][0]]
        self.assertEqual(len(to_ana), 1)
        self.assertTrue(self.owed.survey_reminded_on)

    def test_none_when_it_is_turned_off(self):
        self.company.survey_reminder_days = 0
        self._on(0)
        self.assertFalse(self._on(3))

    def test_none_on_or_after_the_deadline(self):
        self.company.survey_reminder_days = 5
        self._on(0)
        self.assertFalse(self._on(5))
        self.assertFalse(self._on(6))

    def test_none_for_who_answered_began_or_was_waived(self):
        self._on(0)
        self.owed.sudo()._mark_in_progress()
        self.assertFalse(self._on(2))
        self.owed.sudo()._mark_done()
        self.assertFalse(self._on(2))
        self.owed.sudo().write({"state": "new", "contact_state": "waived"})
        self.assertFalse(self._on(2))

    def test_none_for_who_was_called_only(self):
        self.owed.with_user(self.care).action_log_call()
        self.assertFalse(self._on(2))

    def test_a_reminder_that_bounces_takes_the_contact_back(self):
        self._on(0)
        self._on(2)
        self.owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(self.owed.contact_state, "pending")
        self.assertEqual(len(self._calls(self.owed)), 1)
        self.assertFalse(self._on(3), "no third e-mail")

    # === THE CALL WHEN NOBODY ANSWERED === #
    def test_a_call_is_asked_the_last_working_day_before_the_deadline(self):
        # The deadline is Saturday, 7 March: the call is asked on Friday.
        self._on(0)
        self._on(3)
        self.assertFalse(self._calls(self.owed))
        self._on(4)
        call = self._calls(self.owed)
        self.assertEqual(call.date_deadline, date(2026, 3, 6))
        self.assertEqual(self.owed.contact_state, "contacted")
        self._on(4, hours=2)
        self.assertEqual(self._calls(self.owed), call)
        call.unlink()
        self._on(5)
        self.assertFalse(self._calls(self.owed), "it is asked once")
        self._on(6)
        self.assertEqual(self.owed.contact_state, "contacted", "it was in time")
        self.assertEqual(self.owed.contact_timing, "in_time")

    def test_the_call_goes_when_the_customer_answers(self):
        self._on(0)
        self._on(4)
        self.owed.sudo()._mark_done()
        self.assertFalse(self._calls(self.owed))
        self.assertEqual(self.owed.contact_state, "answered")

    def test_who_begins_to_answer_is_not_called(self):
        self._on(0)
        self.owed.sudo()._mark_in_progress()
        self._on(4)
        self.assertFalse(self._calls(self.owed))

    def test_the_days_are_local(self):
        # 03:00 UTC on Friday is still Thursday in Bogotá.
        self._on(0)
        self._on(3, hours=12)
        self.assertFalse(self._calls(self.owed))
        self._on(3, hours=14.5)
        self.assertEqual(len(self._calls(self.owed)), 1)

    def test_no_email_to_the_salesperson_for_each_call(self):
        models.BaseModel.write(
            self.owed, {"salesperson_id": self.salesperson.id, "email": False}
        )
        self.contact.email = False
        with self.mock_mail_gateway():
            self.owed._do_followup()
            self.assertFalse(self._new_mails)


@tagged("post_install", "-at_install")
class TestCallDay(SurveyCommon):
    """On which day a call is asked for, and due."""

    @staticmethod
    def works(day):
        return day.weekday() < 5

    def test_the_last_working_day_before(self):
        # 8 March 2026 is a Sunday.
        for deadline, expected in ((8, 6), (9, 6), (10, 9), (7, 6), (6, 5)):
            with self.subTest(deadline=deadline):
                self.assertEqual(
                    get_call_day(date(2026, 3, deadline), self.works),
                    date(2026, 3, expected),
                )

    def test_due_not_in_the_past(self):
        deadline = date(2026, 3, 8)
        cases = {
            date(2026, 3, 3): date(2026, 3, 6),
            date(2026, 3, 6): date(2026, 3, 6),
            # The weekend is all that is left.
            date(2026, 3, 7): date(2026, 3, 7),
            date(2026, 3, 8): date(2026, 3, 8),
            # Late on a working day: now; on another one: the next.
            date(2026, 3, 10): date(2026, 3, 10),
            date(2026, 3, 14): date(2026, 3, 16),
        }
        for today, expected in cases.items():
            with self.subTest(today=today):
                self.assertEqual(get_due_day(deadline, today, self.works), expected)

    def test_the_deadline_itself_when_only_it_is_left(self):
        monday = date(2026, 3, 9)
        self.assertEqual(get_due_day(monday, date(2026, 3, 7), self.works), monday)

    def test_where_nobody_ever_works(self):
        deadline = date(2026, 3, 8)
        never = bool
        self.assertEqual(
            get_call_day(deadline, lambda day: never()), deadline - timedelta(days=1)
        )
        self.assertEqual(get_due_day(deadline, deadline, lambda day: never()), deadline)
