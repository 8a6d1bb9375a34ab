# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCommon

FOLLOWUP = "odoo.addons.airbag_client_mgmt.models.survey_user_input_followup"


@tagged("post_install", "-at_install")
class TestSurveyContact(SurveyCommon):
    """PRO 008 §5.4.1: e-mail, else a call; what counts as the contact."""

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

    # === MAIL SERVER === #
    def _mail_server_down(self):
        return patch.object(
            type(self.env["ir.mail_server"]),
            "_connect__",
            side_effect=OSError("Connection refused"),
        )

    def _run_mail_queue(self):
        # An hour later: time cannot be made to pass here.
        self.env["mail.mail"].search(
            [("state", "=", "outgoing")]
        ).scheduled_date = False
        self.env["mail.mail"].process_email_queue()

    def test_with_the_mail_server_down_the_email_waits_and_leaves_once(self):
        owed = self._owe(self.visit, self.other_visit)
        with self.mock_mail_gateway(), self._mail_server_down():
            self._run("ir_cron_survey_followup")
            self.assertEqual(owed.survey_mail_id.mapped("state"), ["outgoing"] * 2)
            later = fields.Datetime.now() + timedelta(minutes=50)
            self.assertGreater(min(owed.survey_mail_id.mapped("scheduled_date")), later)
            self._run("ir_cron_survey_followup")
            self._run_mail_queue()
        self.assertEqual(set(owed.mapped("contact_state")), {"pending"})
        self.assertFalse(any(owed.mapped("email_failed")))
        self.assertFalse(self._calls(owed), "there is time")
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self._run("ir_cron_survey_followup")
            self._run_mail_queue()
            self._run_mail_queue()
            links = [owed._get_absolute_start_url() for owed in owed]
            sent = [m["body"] for m in self._mails if m["email_to"]]
        for token in owed.mapped("access_token"):
            self.assertEqual(sum(token in body for body in sent), 1, links)
        self.assertEqual(set(owed.mapped("contact_state")), {"contacted"})

    def test_an_email_that_waits_too_long_asks_for_the_call(self):
        owed = self._owe(self.visit)
        with self.mock_mail_gateway(), self._mail_server_down():
            self._run("ir_cron_survey_followup")
            self._age(owed, 4)
            self._run("ir_cron_survey_followup")
            self.assertEqual(len(self._calls(owed)), 1)
            self.assertEqual(owed.contact_state, "pending")
            self._age(owed, 2)
            self._run_mail_queue()
        self.assertEqual(owed.survey_mail_id.state, "exception", "not for ever")
        self.assertTrue(owed.email_failed)
        self.assertTrue(owed.contact_error)

    def test_not_now_is_tried_again_and_never_is_not(self):
        owed = self._owe(self.visit, self.other_visit)
        first, second = owed
        mails = owed._do_followup()
        self.assertEqual(len(mails), 2)
        mails.state = "exception"
        busy = "SMTPRecipientsRefused: {'ana@example.com': (450, b'4.2.0 Greylisted')}"
        first._note_mail_result(first.survey_mail_id, busy, "unknown")
        self.assertEqual(first.survey_mail_id.state, "outgoing")
        self.assertFalse(self._calls(first))
        gone = (
            "SMTPRecipientsRefused: {'ana@example.com': (550, b'5.1.1 No such user')}"
        )
        second._note_mail_result(second.survey_mail_id, gone, "unknown")
        self.assertEqual(second.survey_mail_id.state, "exception")
        self.assertTrue(second.email_failed)
        self.assertIn("No such user", second.contact_error)
        self.assertEqual(len(self._calls(second)), 1, "at once")

    def test_who_answered_meanwhile_gets_no_late_email(self):
        owed = self._owe(self.visit, self.other_visit)
        with self.mock_mail_gateway(), self._mail_server_down():
            self._run("ir_cron_survey_followup")
        owed[0].sudo()._mark_done()
        owed[1].with_user(self.quality)._waive("Warranty")
        self.assertEqual(owed.survey_mail_id.mapped("state"), ["cancel"] * 2)

    # === BOUNCES === #
    def test_a_bounce_after_somebody_called_leaves_the_call_as_the_contact(self):
        owed = self._owe(self.visit)
        self._mail(owed)
        owed.with_user(self.care).action_log_call()
        self.assertEqual(owed.contact_channel, "email", "the first contact counts")
        spoken = owed.spoken_on
        self.assertTrue(spoken)
        owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(owed.contact_state, "contacted")
        self.assertEqual(owed.contact_channel, "phone")
        self.assertEqual(owed.contact_user_id, self.care)
        self.assertEqual(owed.contacted_on, spoken)
        self.assertFalse(self._calls(owed))

    def test_a_bounce_after_the_call_was_taken_back_asks_again(self):
        owed = self._owe(self.visit)
        self._mail(owed)
        owed._request_call()
        self._calls(owed).unlink()
        owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(owed.contact_state, "pending")
        self.assertEqual(len(self._calls(owed)), 1)
        owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(len(self._calls(owed)), 1)

    def test_a_bounce_after_the_answer_changes_nothing(self):
        owed = self._owe(self.visit)
        self._mail(owed)
        owed.sudo()._mark_done()
        owed._message_receive_bounce("ana@example.com", self.contact)
        self.assertEqual(owed.contact_state, "answered")
        self.assertFalse(self._calls(owed))

    # === CALLS === #
    def test_a_call_marked_as_done_is_the_contact(self):
        self.contact.email = False
        owed = self._owe(self.visit)
        owed._do_followup()
        call = self._calls(owed)
        call.with_user(self.care).sudo(False).action_feedback(feedback="Happy")
        self.assertEqual(owed.contact_state, "contacted")
        self.assertEqual(owed.contact_channel, "phone")
        self.assertEqual(owed.contact_user_id, self.care)

    def test_the_call_goes_when_quality_waives(self):
        self.contact.email = False
        owed = self._owe(self.visit)
        owed._do_followup()
        owed.with_user(self.quality)._waive("Warranty")
        self.assertFalse(self._calls(owed))

    def test_who_is_overdue_is_called_and_leaves_overdue(self):
        self.contact.email = False
        owed = self._owe(self.visit)
        self._age(owed, 7)
        owed._do_followup()
        self.assertEqual(owed.contact_state, "overdue")
        owed.with_user(self.care).action_log_call()
        self.assertEqual(owed.contact_state, "contacted")
        self.assertEqual(owed.contact_timing, "late")
        self.assertFalse(self._calls(owed))

    # === WHO IS ASKED === #
    def test_two_visits_of_one_person_get_each_its_own_link(self):
        owed = self._owe(self.visit, self.other_visit)
        self.assertEqual(owed.partner_id, self.contact)
        with self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
            bodies = [m["body"] for m in self._mails]
        for user_input in owed:
            with_link = [b for b in bodies if user_input.access_token in b]
            self.assertEqual(len(with_link), 1)
        self.assertEqual(len(set(owed.mapped("access_token"))), 2)

    def test_a_contact_corrected_before_the_email_is_asked_instead(self):
        owed = self._owe(self.visit)
        right = self.contact.copy({"name": "Luz", "email": "luz@example.com"})
        self.visit.with_user(self.quality).action_reopen()
        self.assertFalse(owed._do_followup(), "it may be the wrong person")
        self.visit.contact_id = right
        self.visit.action_finish()
        self._mail(owed)
        self.assertEqual(owed.partner_id, right)
        self.assertEqual(owed.email, "luz@example.com")
        self.assertEqual(owed.survey_mail_id.recipient_ids, right)

    def test_a_contact_corrected_after_the_email_stays_who_was_asked(self):
        owed = self._owe(self.visit)
        self._mail(owed)
        self.visit.with_user(self.quality).action_reopen()
        self.visit.contact_id = self.customer
        self.visit.action_finish()
        self.assertFalse(owed._do_followup())
        self.assertEqual(owed.partner_id, self.contact)

    def test_an_archived_contact_is_called_not_written_to(self):
        owed = self._owe(self.visit)
        self.contact.action_archive()
        self.assertFalse(owed._do_followup())
        self.assertEqual(len(self._calls(owed)), 1)

    def test_a_contact_without_language_is_written_to_in_that_of_the_company(self):
        lang = self.env["res.lang"]._activate_lang("es_419").code
        self.contact.lang = False
        self.company.partner_id.lang = lang
        template = self.env.ref("airbag_client_mgmt.mail_template_satisfaction_survey")
        template.with_context(lang=lang).subject = "¿Cómo fue?"
        owed = self._owe(self.visit).with_context(lang=None)
        self.assertEqual(owed._do_followup().subject, "¿Cómo fue?")

    # === ONE BAD SURVEY === #
    def test_one_survey_that_fails_stops_no_other(self):
        owed = self._owe(self.visit, self.other_visit)
        self.other_visit.contact_id.lang = False
        bad = self.contact.copy({"email": "bad@example.com"})
        # As left by a language that was deleted.
        self.env.cr.execute(
            "UPDATE res_partner SET lang = 'xx_XX' WHERE id = %s", [bad.id]
        )
        bad.invalidate_recordset()
        owed[0].sudo().partner_id = bad
        models.BaseModel.write(owed[0].intervention_id, {"contact_id": bad.id})
        with self.mock_mail_gateway(), mute_logger(FOLLOWUP):
            for _turn in range(2):
                self._run("ir_cron_survey_followup")
        self.assertEqual(owed[1].contact_state, "contacted")
        self.assertEqual(owed[0].contact_state, "pending")
        self.assertIn("xx_XX", owed[0].contact_error)
        self.assertEqual(len(self._calls(owed[0])), 1)

    def test_a_broken_template_asks_for_the_calls_until_it_is_mended(self):
        template = self.env.ref("airbag_client_mgmt.mail_template_satisfaction_survey")
        usual = template.email_from
        models.BaseModel.write(template, {"email_from": "{{ object.nothing }}"})
        owed = self._owe(self.visit, self.other_visit)
        with (
            self.mock_mail_gateway(),
            mute_logger(FOLLOWUP, "odoo.addons.mail.models.mail_render_mixin"),
        ):
            self._run("ir_cron_survey_followup")
        self.assertTrue(all(owed.mapped("contact_error")))
        self.assertEqual(len(self._calls(owed)), 2)
        template.email_from = usual
        with self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
        self.assertEqual(set(owed.mapped("contact_state")), {"contacted"})
        self.assertFalse(any(owed.mapped("contact_error")))
        self.assertEqual(len(self._calls(owed)), 2, "what was promised stays")

    # === WAIVING === #
    def test_only_quality_waives_and_only_with_a_reason(self):
        owed = self._owe(self.visit)
        for user in (self.care, self.salesperson, self.management):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    owed.with_user(user).action_waive()
                with self.assertRaises(AccessError):
                    self.env["airbag.survey.waive"].with_user(user).create(
                        {"user_input_ids": [Command.set(owed.ids)], "reason": "No"}
                    )
                with self.assertRaises(AccessError):
                    owed.with_user(user).write(
                        {"contact_state": "waived", "waive_reason": "No"}
                    )
        wizards = self.env["airbag.survey.waive"].with_user(self.quality)
        values = {"user_input_ids": [Command.set(owed.ids)], "reason": "   "}
        with self.assertRaises(UserError):
            wizards.create(values).action_apply()
        with self.assertRaises(AccessError):
            owed.with_user(self.quality).write({"contact_state": "waived"})
        wizards.create({**values, "reason": " Warranty "}).action_apply()
        self.assertEqual(owed.contact_state, "waived")
        self.assertEqual(owed.waive_reason, "Warranty")
        self.assertFalse(owed._do_followup())

    # === SPEED === #
    def test_surveys_with_nothing_to_do_cost_no_query_each(self):
        visits = self.env["airbag.intervention"].union(
            *(self._create_done_intervention() for _i in range(8))
        )
        many, one = self._owe(*visits), self._owe(self.visit)
        with self.mock_mail_gateway():
            (many | one)._do_followup().send()

        def count(user_inputs):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            user_inputs._do_followup()
            return self.env.cr.sql_log_count - before

        count(one)
        self.assertLessEqual(count(many), count(one))
