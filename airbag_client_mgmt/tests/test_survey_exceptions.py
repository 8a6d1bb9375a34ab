# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields, models
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCommon

FOLLOWUP = "odoo.addons.airbag_client_mgmt.models.survey_user_input_followup"
GONE = "SMTPRecipientsRefused: {'ana@example.com': (550, b'5.1.1 No such user')}"
BUSY = "SMTPRecipientsRefused: {'ana@example.com': (450, b'4.2.0 Greylisted')}"


@tagged("post_install", "-at_install")
class TestSurveyExceptions(SurveyCommon):
    """PRO 008 §5.4.1: what seldom happens between the service and the answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owed = cls._owe(cls, cls.visit)

    def _bounce(self):
        self.owed._message_receive_bounce("ana@example.com", self.contact)

    # === OBLIGATIONS === #
    def test_a_visit_cancelled_in_the_end_owes_none(self):
        models.BaseModel.write(self.other_visit, {"state": "cancelled"})
        self.assertTrue(self.other_visit.finished_at)
        self.assertFalse(self._owe(self.other_visit))

    def test_the_first_moment_of_the_first_day_owes(self):
        # 05:00 UTC is midnight in Bogotá.
        self._move_service(self.other_visit, datetime(2026, 3, 1, 5, 0))
        self.company.survey_since = "2026-03-01"
        self.assertEqual(len(self._owe(self.other_visit)), 1)

    # === BOUNCES === #
    def test_a_bounce_after_waiving_changes_nothing(self):
        self._mail(self.owed)
        self.owed.with_user(self.quality)._waive("Warranty")
        self._bounce()
        self.assertEqual(self.owed.contact_state, "waived")
        self.assertFalse(self._calls(self.owed))

    def test_a_bounce_leaves_a_contact_that_was_no_email(self):
        # As imported: nobody recorded who spoke.
        moment = datetime(2026, 3, 1, 15)
        self.owed.sudo().write(
            {
                "contact_state": "contacted",
                "contact_channel": "in_person",
                "contacted_on": moment,
            }
        )
        self._bounce()
        self.assertEqual(self.owed.contact_state, "contacted")
        self.assertEqual(self.owed.contacted_on, moment)

    def test_the_first_time_somebody_spoke_is_the_contact(self):
        self._mail(self.owed)
        first = datetime(2026, 3, 1, 15)
        with freeze_time(first):
            self.owed.with_user(self.care).action_log_call()
        self.owed.with_user(self.salesperson).action_log_call()
        self._bounce()
        self.assertEqual(self.owed.contacted_on, first)
        self.assertEqual(self.owed.contact_user_id, self.care)

    def test_no_survey_is_mailed_to_an_address_that_just_bounced(self):
        self._bounce()
        self.assertFalse(self.owed._do_followup())
        self.assertEqual(len(self._calls(self.owed)), 1)

    def test_a_reminder_that_leaves_after_the_bounce_is_no_contact(self):
        self._mail(self.owed)
        reminder = self.owed._create_reminders()
        self._bounce()
        with self.mock_mail_gateway():
            reminder.send()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(self.owed.contact_state, "pending")

    # === E-MAILS === #
    def test_a_reminder_refused_for_good_asks_for_the_call(self):
        self._mail(self.owed)
        reminder = self.owed._create_reminders()
        reminder.write({"state": "exception", "failure_reason": GONE})
        reminder._postprocess_sent_message([], [], failure_type="unknown")
        self.assertTrue(self.owed.email_failed)
        self.assertEqual(len(self._calls(self.owed)), 1)

    def test_an_email_refused_after_the_answer_asks_for_no_call(self):
        mail = self.owed._do_followup()
        self.owed.sudo()._mark_done()
        self.owed._note_mail_result(mail, GONE, "unknown")
        self.assertFalse(self._calls(self.owed))
        self.assertEqual(self.owed.contact_state, "answered")

    def test_an_email_somebody_cancelled_in_the_queue_asks_for_the_call(self):
        mail = self.owed._do_followup()
        mail.state = "cancel"
        self.assertFalse(self.owed._do_followup())
        self.assertTrue(self.owed.email_failed)
        self.assertEqual(len(self._calls(self.owed)), 1)

    def test_on_the_last_day_not_now_is_still_tried_again(self):
        mail = self.owed._do_followup()
        self.owed.contact_deadline = self.owed._get_service_today()
        self.owed._note_mail_result(mail, BUSY, "unknown")
        self.assertEqual(mail.state, "outgoing")
        self.assertFalse(self.owed.email_failed)

    def test_an_email_that_left_stays_sent_when_the_customer_answers(self):
        mail = self.owed._do_followup()
        mail.auto_delete = False
        with self.mock_mail_gateway(mail_unlink_sent=False):
            mail.send()
        self.owed.sudo()._mark_done()
        self.assertEqual(mail.state, "sent")

    def test_the_register_keeps_the_address_that_was_written_to(self):
        self.contact.email = "Ana <ANA.new@example.com>"
        self._mail(self.owed)
        self.contact.email = "later@example.com"
        self.assertEqual(self.owed.email, "ana.new@example.com")

    def test_an_address_taken_off_the_contact_is_not_written_to(self):
        self.contact.email = False
        self.assertFalse(self.owed._do_followup())
        self.assertEqual(len(self._calls(self.owed)), 1)

    # === CALLS === #
    def test_a_salesperson_who_left_is_asked_for_no_call(self):
        self.salesperson.active = False
        self.owed.sudo().salesperson_id = self.salesperson
        self.owed._request_call()
        self.assertTrue(self._calls(self.owed).user_id.active)

    def test_another_task_is_no_call(self):
        task = self.owed.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.care.id
        )
        self._mail(self.owed)
        self._bounce()
        self.assertEqual(len(self._calls(self.owed)), 1)
        task.action_feedback(feedback="Done")
        self.assertEqual(self.owed.contact_state, "pending")

    def test_who_is_called_already_is_not_called_again_once_overdue(self):
        self.contact.email = False
        self.owed._do_followup()
        call = self._calls(self.owed)
        self._age(self.owed, 7)
        self.owed._do_followup()
        self.assertEqual(self.owed.contact_state, "overdue")
        self.assertEqual(self._calls(self.owed), call)

    def test_it_is_overdue_also_when_the_call_cannot_be_asked(self):
        self._age(self.owed, 7)
        register = type(self.owed)
        failing = patch.object(register, "_request_call", side_effect=ValueError("x"))
        with failing, mute_logger(FOLLOWUP, FOLLOWUP.replace("followup", "call")):
            self.owed._do_followup_apart()
        self.assertEqual(self.owed.contact_state, "overdue")
        self.assertEqual(self.owed.contact_error, "x")

    # === ANSWERS === #
    def test_a_test_entry_answers_for_no_customer(self):
        self.owed.sudo().test_entry = True
        self.owed._keep_answer(self.owed._get_deciding_question(), "1")
        self.owed.sudo()._mark_done()
        self.assertNotEqual(self.owed.contact_state, "answered")
        self.assertFalse(self.owed.ticket_ids)

    # === SPEED === #
    def test_each_email_costs_the_same_queries_in_a_large_batch(self):
        def mail(user_inputs):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.mock_mail_gateway():
                user_inputs._do_followup().send()
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            self.assertEqual(set(user_inputs.mapped("contact_state")), {"contacted"})
            return spent

        visits = self.env["airbag.intervention"].union(
            *(self._create_done_intervention() for _i in range(22))
        )
        many = self._owe(*visits)
        mail(self.owed)  # warms the caches
        few = mail(many[:2])
        # Each one more than those two; what a batch costs is in both.
        each = (mail(many[2:]) - few) / (len(many) - 4)
        self.assertLessEqual(each, 5)


@tagged("post_install", "-at_install")
class TestSurveySettings(SurveyCommon):
    """PRO 008 §5.4.1: the days are settings; each company has its own."""

    #: Monday, 10:00 in Bogotá.
    SERVICE = datetime(2026, 3, 2, 15)

    def _on(self, owed, days):
        with (
            freeze_time(self.SERVICE + timedelta(days=days, hours=1)),
            self.mock_mail_gateway(),
        ):
            mails = owed._do_followup()
            mails.send()
        return mails

    def _owe_then(self, visit):
        self._move_service(visit, self.SERVICE)
        with freeze_time(self.SERVICE):
            return self._owe(visit)

    def test_no_day_to_contact_means_the_day_of_the_service(self):
        self.company.survey_contact_days = 0
        owed, silent = self._owe_then(self.visit), self._owe_then(self.other_visit)
        self.assertEqual(owed.contact_deadline, owed.service_date)
        self.assertEqual(len(self._on(owed, 0)), 1)
        self.assertEqual(owed.contact_timing, "in_time")
        self.assertFalse(self._on(owed, 1), "no reminder past the deadline")
        self.assertFalse(self._on(silent, 1), "no e-mail either")
        self.assertEqual(silent.contact_state, "overdue")
        self.assertEqual(len(self._calls(silent)), 1)

    def test_no_reminder_when_it_would_come_after_the_days_to_contact(self):
        self.company.survey_contact_days = 3
        for days, visit in ((3, self.visit), (9, self.other_visit)):
            with self.subTest(days=days):
                self.company.survey_reminder_days = days
                owed = self._owe_then(visit)
                self._on(owed, 0)
                for day in range(1, 12):
                    self.assertFalse(self._on(owed, day))
                self.assertEqual(owed.contact_state, "contacted")

    def test_two_companies_in_one_run_each_by_its_own_days_and_clock(self):
        other = self.env["res.company"].create(
            {"name": "Tokyo workshop", "survey_contact_days": 2}
        )
        other.resource_calendar_id.tz = "Asia/Tokyo"
        other.survey_min_gap_days = 30
        self.technician.company_ids |= other
        self.other_technician.company_ids |= other
        moved = {"company_id": other.id, "vehicle_id": False}
        models.BaseModel.write(self.other_visit, moved)
        # Monday, 16:30 UTC: noon in Bogotá, Tuesday in Tokyo.
        moment = self.SERVICE + timedelta(hours=1, minutes=30)
        for visit in (self.visit, self.other_visit):
            self._move_service(visit, moment)
        with freeze_time(moment):
            self._run("ir_cron_survey_obligations")
        here, there = self.visit.survey_input_id, self.other_visit.survey_input_id
        self.assertEqual(here.contact_deadline, fields.Date.to_date("2026-03-07"))
        self.assertEqual(there.contact_deadline, fields.Date.to_date("2026-03-05"))
        self.assertEqual(there.contact_state, "pending", "asked elsewhere only")
        # 15:30 UTC on the 5th is already the 6th in Tokyo.
        with freeze_time("2026-03-05 15:30:00"), self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
        self.assertEqual(there.contact_state, "overdue")
        self.assertEqual(here.contact_state, "contacted")
        self.assertFalse(there.survey_mailed_on)
