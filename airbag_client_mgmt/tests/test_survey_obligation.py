# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestSurveyObligation(ClientMgmtCommon, MailCommon):
    """PRO 008 §5.4.1: the customer is contacted within 5 days of the service."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_inputs = cls.env["survey.user_input"]
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Ana Torres",
                "parent_id": cls.customer.id,
                "email": "ana@example.com",
                "phone": "+57 300 123 4567",
            }
        )
        cls.visit = cls._create_done_intervention(contact_id=cls.contact.id)
        cls.other_visit = cls._create_done_intervention(
            contact_id=cls.contact.id, user_id=cls.other_technician.id
        )

    def _owe(self, *visits):
        """Return the surveys owed by the visits; all open ones by default."""
        found = self.env["airbag.intervention"].search(
            self.user_inputs._get_survey_obligations_domain()
        )
        if visits:
            found &= self.env["airbag.intervention"].union(*visits)
        return self.user_inputs._create_obligations(found)

    def _run(self, cron):
        with self.enter_registry_test_mode():
            self.env.ref(f"airbag_client_mgmt.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _move_service(self, visit, finished_at):
        # Past every lock: time cannot be made to pass here.
        models.BaseModel.write(
            visit,
            {
                "started_at": finished_at - timedelta(hours=1),
                "finished_at": finished_at,
            },
        )

    def _calls(self, user_input):
        kind = self.env.ref("airbag_client_mgmt.mail_activity_type_satisfaction_call")
        return user_input.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    # === OBLIGATIONS === #
    def test_the_states_of_many_visits_are_read_at_once(self):
        visits = self.visit + self.other_visit
        self._owe(*visits)
        counts = []
        for records in (self.visit, visits):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("survey_contact_state")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_each_done_visit_owes_one_survey(self):
        first, second = self._owe(self.visit), self._owe(self.other_visit)
        self.assertEqual(first.intervention_id, self.visit)
        self.assertEqual(first.contact_state, "pending")
        self.assertEqual(first.partner_id, self.contact)
        self.assertEqual(first.email, "ana@example.com")
        self.assertEqual(first.company_id, self.company)
        self.assertEqual(first.treatment_id, self.treatment)
        self.assertEqual(first.technician_id, self.technician)
        self.assertEqual(self.visit.survey_input_id, first)
        self.assertNotEqual(first.access_token, second.access_token)
        self.assertEqual(first.predefined_question_ids, first.survey_id.question_ids)

    def test_a_visit_not_done_owes_none(self):
        planned = self._create_intervention()
        self.assertNotIn(planned, self._owe().intervention_id)

    def test_the_scheduled_action_creates_it_once(self):
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1)
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1)

    def test_a_visit_done_again_owes_no_second_survey(self):
        owed = self._owe(self.visit)
        self.visit.with_user(self.quality).action_reopen()
        self.visit.action_finish()
        self.assertFalse(self._owe(self.visit))
        self.assertEqual(self.visit.survey_input_ids, owed)

    def test_many_visits_cost_no_more_queries_than_few(self):
        many = self.env["airbag.intervention"].union(
            *(self._create_done_intervention() for _i in range(8))
        )

        def count(visits):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.user_inputs._create_obligations(visits)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(self.visit)  # warms the caches
        self.assertLessEqual(count(many), count(self.other_visit) + 2)

    def test_the_database_refuses_a_second_survey(self):
        owed = self._owe(self.visit)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.user_inputs.create(
                {"survey_id": owed.survey_id.id, "intervention_id": self.visit.id}
            )
            self.env.flush_all()

    def test_the_deadline_counts_from_the_local_day_of_the_service(self):
        # 02:30 UTC on 1 March is still 28 February in Bogotá.
        self._move_service(self.visit, datetime(2026, 3, 1, 2, 30))
        owed = self._owe(self.visit)
        self.assertEqual(owed.service_date, date(2026, 2, 28))
        self.assertEqual(owed.contact_deadline, date(2026, 3, 5))

    def test_a_service_reopened_keeps_its_day(self):
        owed = self._owe(self.visit)
        day = owed.service_date
        self.visit.with_user(self.quality).action_reopen()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(day)
        self.assertEqual(owed.service_date, day, "its answer still counts")

    def test_the_days_to_contact_are_a_setting(self):
        self.company.survey_contact_days = 2
        owed = self._owe(self.visit)
        self.assertEqual(owed.contact_deadline - owed.service_date, timedelta(days=2))

    def test_a_company_without_questionnaire_asks_nobody(self):
        self.company.satisfaction_survey_id = False
        self.assertNotIn(self.visit, self._owe().intervention_id)

    def test_companies_get_the_shipped_questionnaire(self):
        survey = self.env.ref("airbag_client_mgmt.satisfaction_survey")
        self.assertEqual(self.company.satisfaction_survey_id, survey)
        created = self.env["res.company"].create({"name": "Another workshop"})
        self.assertEqual(created.satisfaction_survey_id, survey)
        self.assertEqual(created.survey_contact_days, 5)

    def test_a_customer_asked_too_recently_is_waived_with_the_reason(self):
        self.company.survey_min_gap_days = 30
        now = fields.Datetime.now()
        self._move_service(self.visit, now - timedelta(days=10))
        self._owe(self.visit)
        second = self._owe(self.other_visit)
        self.assertEqual(second.contact_state, "waived")
        self.assertIn("30", second.waive_reason)

    def test_two_visits_of_one_run_ask_once_within_the_gap(self):
        self.company.survey_min_gap_days = 30
        states = self._owe(self.visit, self.other_visit).mapped("contact_state")
        self.assertEqual(sorted(states), ["pending", "waived"])

    def test_a_threshold_of_satisfied_customers_is_refused(self):
        with self.assertRaises(ValidationError):
            self.company.satisfaction_ticket_threshold = 4

    # === CONTACT === #
    def test_the_scheduled_action_sends_the_email_once(self):
        owed = self._owe(self.visit)
        with self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
            sent = [m for m in self._mails if "ana@example.com" in m["email_to"][0]]
            self.assertEqual(len(sent), 1)
        self.assertEqual(owed.contact_state, "contacted")
        self.assertEqual(owed.contact_channel, "email")
        self.assertTrue(owed.contacted_on)
        self.assertEqual(owed.survey_mail_id.state, "sent")
        body = sent[0]["body"]
        self.assertIn(owed.access_token, body)
        self.assertIn(self.technician.name, body)
        self.assertIn("ABC123", body)
        with self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
            self.assertFalse(self._mails)

    def test_an_email_left_by_a_crash_is_sent_once_by_the_queue(self):
        owed = self._owe(self.visit)
        mail = owed._do_followup()
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(owed.contact_state, "pending", "it has not left yet")
        self.assertFalse(owed._do_followup(), "a second run makes no other e-mail")
        with self.mock_mail_gateway():
            mail.send()
        self.assertEqual(owed.contact_state, "contacted")

    def test_an_email_that_cannot_leave_asks_for_a_call(self):
        owed = self._owe(self.visit)

        mail = owed._do_followup()
        with (
            self.mock_mail_gateway(),
            patch.object(
                type(self.env["ir.mail_server"]), "_connect__", side_effect=OSError
            ),
        ):
            mail.send()
        self.assertTrue(owed.email_failed)
        self.assertEqual(owed.contact_state, "pending")
        owed._do_followup()
        self.assertEqual(len(self._calls(owed)), 1)

    def test_a_bounced_email_is_no_contact(self):
        owed = self._owe(self.visit)
        with self.mock_mail_gateway():
            owed._do_followup().send()
        owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(owed.contact_state, "pending")
        self.assertFalse(owed.contacted_on)
        self.assertEqual(len(self._calls(owed)), 1)

    def test_without_email_the_salesperson_calls_before_the_deadline(self):
        self.contact.email = False
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.salesperson.id}
        )
        models.BaseModel.write(self.visit, {"order_id": order.id})
        owed = self._owe(self.visit)
        self.assertFalse(owed._do_followup())
        call = self._calls(owed)
        self.assertEqual(call.user_id, self.salesperson)
        self.assertLess(call.date_deadline, owed.contact_deadline)
        owed._do_followup()
        self.assertEqual(len(self._calls(owed)), 1)

    def test_past_the_deadline_it_is_overdue(self):
        self._move_service(self.visit, fields.Datetime.now() - timedelta(days=7))
        owed = self._owe(self.visit)
        self.assertFalse(owed._do_followup(), "no e-mail once it is late")
        self.assertEqual(owed.contact_state, "overdue")
        self.assertEqual(len(self._calls(owed)), 1)

    def test_the_last_day_is_still_in_time(self):
        self._move_service(self.visit, fields.Datetime.now() - timedelta(days=5))
        owed = self._owe(self.visit)
        owed._do_followup()
        self.assertEqual(owed.contact_state, "pending")

    def test_whatsapp_opens_with_the_link_and_is_the_contact(self):
        owed = self._owe(self.visit)
        action = owed.with_user(self.care).action_whatsapp()
        self.assertIn("https://wa.me/573001234567", action["url"])
        self.assertIn(owed.access_token, action["url"])
        self.assertEqual(owed.contact_channel, "whatsapp")
        self.assertEqual(owed.contact_user_id, self.care)
        self.assertEqual(owed.contact_state, "contacted")
