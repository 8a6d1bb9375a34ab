# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from odoo.addons.mail.tests.common import MailCase

from .report_common import ReportCase, draw

REPORT = "airbag_client_mgmt.action_report_intervention"
LOGGER = "odoo.addons.airbag_client_mgmt.models.airbag_intervention_report"


@tagged("post_install", "-at_install")
class TestReportContent(ReportCase):
    """PRO 008 §5.3.3: the *Informe de intervención* says all that was documented."""

    def _print(self, visit):
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html(REPORT, visit.ids)[0].decode()

    def test_it_prints_what_was_documented(self):
        order = self._create_contract()
        self.vehicle.write({"make": "Chevrolet", "model": "NHR", "year": 2021})
        self.contact.lang = "en_US"
        visit = self._create_documented()
        visit.write(
            {"order_id": order.id, "technician_ids": [self.other_technician.id]}
        )
        visit.action_finish()
        # Past every lock: time cannot be made to pass here.
        models.BaseModel.write(visit, {"finished_at": datetime(2031, 3, 2, 3, 30)})
        page = self._print(visit)
        for text in (
            "PRO 008-F4",
            "01.12.2024",
            visit.name,
            "Test Fleet",
            "Ana Mora",
            "ABC123",
            "Chevrolet NHR 2021",
            order.name,
            "Test diagnosis",
            "2031 22:30",  # the evening before in Bogotá
            "Test technician, Test other_technician",
            "Not done because:",
            "Driver airbag",
            "LOT-77",
            "31/01/2027",
            "Pending signature",
        ):
            self.assertIn(text, page)
        self.assertNotIn("Draft", page)

    def test_it_prints_text_as_it_was_typed(self):
        page = self._print(self._create_documented())
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page)
        self.assertIn("Camera &lt;b&gt;broken&lt;/b&gt;", page)
        self.assertIn("Squib open<br", page.replace("<br/>", "<br>"))
        self.assertIn("Change the<br", page)

    def test_it_says_who_read_the_special_requirements(self):
        self.contact.lang = "en_US"
        self.customer.special_requirements = "Knock twice"
        visit = self._create_intervention(contact_id=self.contact.id)
        visit.action_plan()
        visit.with_user(self.technician).action_acknowledge_requirements()
        page = self._print(visit)
        self.assertIn("Knock twice", page)
        self.assertRegex(page, r"Read by\s*<span>Test technician</span>")

    def test_advice_of_earlier_visits_that_was_closed_here_is_printed(self):
        self.contact.lang = "en_US"
        earlier = self._create_intervention()
        advice = self.env["airbag.recommendation"].create(
            {"intervention_id": earlier.id, "name": "Renew the belt"}
        )
        visit = self._create_intervention(
            contact_id=self.contact.id,
            planned_start=fields.Datetime.now() + timedelta(days=9),
        )
        visit.action_plan()
        advice.with_user(self.technician).action_done()
        page = self._print(visit)
        self.assertRegex(page, r"(?s)Earlier Recommendations.*Renew the belt")
        self.assertNotIn("Earlier Recommendations", self._print(earlier))

    def test_what_is_not_finished_says_so(self):
        self.contact.lang = "en_US"
        visit = self._create_documented()
        self.assertIn("Draft: this visit is not finished", self._print(visit))
        visit.action_cancel()
        self.assertIn("Cancelled: this visit did not", self._print(visit))

    def test_it_speaks_the_language_of_the_person(self):
        self.assertIn('data-oe-lang="es_419"', self._print(self.visit))
        self.contact.lang = "en_US"
        self.assertIn('data-oe-lang="en_US"', self._print(self.visit))

    def test_photos_are_scaled_and_damaged_ones_left_out(self):
        visit = self._create_documented()
        photo = self._create_photo(size=(4000, 3000))
        visit.photo_ids = photo
        # The store lost the end of one, and an old register brought a list along.
        damaged, invoice = self.env["ir.attachment"].create(
            [
                {"name": "cut.jpg", "raw": b"\xff\xd8cut", "mimetype": "image/jpeg"},
                {"name": "list.txt", "raw": b"Parts", "mimetype": "text/plain"},
            ]
        )
        self.env.cr.execute(
            "INSERT INTO airbag_intervention_photo_rel VALUES (%s, %s), (%s, %s)",
            (visit.id, damaged.id, visit.id, invoice.id),
        )
        visit.invalidate_recordset(["photo_ids"])
        with self.assertLogs(
            "odoo.addons.airbag_client_mgmt.models.airbag_intervention_print",
            "WARNING",
        ):
            printed = visit._get_printed_photos()
        self.assertEqual([shown.name for shown in printed], ["front.jpg"])
        self.assertLess(len(printed[0].url), len(photo.datas))

    def test_the_pdf_is_complete_and_numbered(self):
        visit = self._create_documented(
            photo_ids=[Command.set([self._create_photo().id for _photo in range(5)])],
            customer_signature=draw(),
            signed_by="Ana Mora",
        )
        visit.action_finish()
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(REPORT, visit.ids)
            )
        self.assertEqual(kind, "pdf")
        pages = PdfFileReader(io.BytesIO(content)).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        for number, text in enumerate(texts, 1):
            self.assertIn(f"{number} / {len(texts)}", text)
        self.assertIn("LOT-77", " ".join(texts))
        # The signature is not alone on its page.
        self.assertIn(visit.name, texts[-1])


@tagged("post_install", "-at_install")
class TestReportMail(MailCase, ReportCase):
    """PRO 008 §5.3.3: the customer receives the report, once."""

    def setUp(self):
        super().setUp()
        self.env["airbag.intervention"].search([]).sudo().write(
            {"report_state": False, "signed_report_state": False}
        )

    def _finish(self, **values):
        visit = self._create_documented(**values)
        visit.with_user(self.technician).action_finish()
        return visit

    def _get_triggers(self, cron):
        return self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref(cron).id)]
        )

    # === WHICH VISITS === #
    def test_finishing_only_notes_that_the_report_is_due(self):
        visit = self._create_documented()
        cron = "airbag_client_mgmt.ir_cron_intervention_reports"
        self._get_triggers(cron).unlink()
        with self.mock_mail_gateway():
            visit.with_user(self.technician).action_finish()
        self.assertEqual(visit.report_state, "to_send")
        self.assertFalse(self._new_mails)
        self.assertTrue(self._get_triggers(cron))

    def test_what_was_finished_elsewhere_is_not_mailed(self):
        visit = self._create_documented()
        yesterday = fields.Datetime.now() - timedelta(days=1)
        visit.sudo().write(
            {"started_at": yesterday, "finished_at": yesterday + timedelta(hours=1)}
        )
        visit.action_finish()
        at_once = self._create_documented()
        at_once.sudo().write({"state": "done", "finished_at": fields.Datetime.now()})
        imported = self._create_intervention(
            state="done",
            no_products_used=True,
            no_recommendations=True,
            finished_at=yesterday,
        )
        self.assertFalse((visit | at_once | imported).filtered("report_state"))

    # === THE E-MAIL === #
    def test_the_person_receives_the_report_once(self):
        visit = self._finish()
        self._get_triggers("mail.ir_cron_mail_scheduler_action").unlink()
        with self.mock_mail_gateway():
            self._run_reports()
            self._run_reports()
        # It does not wait for the hour of the mail queue.
        self.assertTrue(self._get_triggers("mail.ir_cron_mail_scheduler_action"))
        mail = self._new_mails
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(mail.author_id, self.company.partner_id)
        self.assertIn("office@example.com", mail.email_from)
        self.assertIn(visit.name, mail.subject)
        self.assertIn(visit.access_token, mail.body_html)
        self.assertIn(f"/my/interventions/{visit.id}?", mail.body_html)
        # No link of the message asks the person to log in.
        self.assertNotIn("/mail/view", mail.body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn(visit.name.replace("/", "-"), mail.attachment_ids.name)
        self.assertEqual(visit.report_state, "sent")
        self.assertTrue(visit.report_sent_on)
        self.assertEqual(visit.report_message_id, mail.mail_message_id)
        self.assertEqual(self._get_pdfs(visit), mail.attachment_ids)
        self.assertNotIn(self.contact, visit.message_partner_ids)

    def test_the_email_speaks_the_language_of_the_person(self):
        template = self.env.ref("airbag_client_mgmt.mail_template_intervention_report")
        template.with_context(lang="es_419").subject = "Informe {{ object.name }}"
        self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertRegex(self._new_mails.subject, "^Informe")

    def test_without_contact_address_the_customer_receives_it(self):
        self.contact.email = "no address"
        self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(self._new_mails.recipient_ids, self.customer)

    def test_without_any_address_the_visit_says_so(self):
        (self.contact | self.customer).email = False
        visit = self._finish(customer_signature=draw(), signed_by="Ana Mora")
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertFalse(self._new_mails)
        self.assertEqual(visit.report_state, "no_email")
        # What was signed is kept all the same.
        self.assertEqual(visit.signed_report_state, "filed")
        self.assertEqual(len(self._get_pdfs(visit)), 1)
        self.contact.email = "ana.mora@example.com"
        visit.with_user(self.care).action_send_report()
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(visit.report_state, "sent")
        self.assertEqual(len(self._new_mails), 1)

    def test_others_add_files_and_learn_what_was_sent(self):
        sent = []
        model = self.registry["airbag.intervention"]
        original = model._get_report_attachments
        self.patch(
            model,
            "_get_report_attachments",
            lambda record: [*original(record), ("guide.pdf", b"Guide")],
        )
        self.patch(model, "_after_report_sent", lambda record: sent.append(record.id))
        visit = self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        files = self._new_mails.attachment_ids
        self.assertEqual(files.filtered(lambda f: f.name == "guide.pdf").raw, b"Guide")
        self.assertEqual(sent, visit.ids)

    # === FAILURES === #
    def test_one_that_fails_stops_no_other_and_waits_for_people(self):
        bad, good = self._finish(), self._finish()
        model = self.registry["airbag.intervention"]
        original = model._render_report
        tries = []

        def render(record):
            if record == bad:
                tries.append(record)
                raise OSError("No paper\nTraceback")
            return original(record)

        with (
            patch.object(model, "_render_report", render),
            self.mock_mail_gateway(),
            mute_logger(LOGGER),
        ):
            self._run_reports()
            self._run_reports()
        self.assertEqual(len(tries), 1)
        self.assertEqual((bad.report_state, good.report_state), ("failed", "sent"))
        self.assertEqual(bad.report_error, "No paper")
        bad.with_user(self.planner).action_send_report()
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(bad.report_state, "sent")
        self.assertFalse(bad.report_error)

    def test_a_mail_server_that_is_down_is_waited_for(self):
        visit = self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        mail = visit.report_message_id.mail_ids
        servers = self.registry["ir.mail_server"]
        with patch.object(servers, "_connect__", side_effect=OSError("down")):
            mail.send()
        self.assertEqual(mail.state, "outgoing")
        self.assertGreater(mail.scheduled_date, fields.Datetime.now())
        self.assertEqual(visit.report_state, "sent")

    def test_an_email_that_comes_back_is_seen(self):
        visit = self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        visit._message_receive_bounce("ana.mora@example.com", self.contact)
        self.assertEqual(visit.report_state, "failed")
        self.assertIn("ana.mora@example.com", visit.report_error)

    # === WHO SENDS === #
    def test_the_office_sends_again_and_technicians_do_not(self):
        visit = self._finish()
        for user in (self.planner, self.care, self.quality, self.salesperson):
            visit.with_user(user).action_send_report()
        for user in (self.technician, self.management):
            with self.assertRaises(AccessError, msg=user.login):
                visit.with_user(user).action_send_report()
        with self.assertRaisesRegex(UserError, "when the visit is done"):
            self._create_intervention().with_user(self.planner).action_send_report()

    def test_nobody_writes_what_the_system_notes(self):
        visit = self._finish()
        for values in ({"report_state": "sent"}, {"access_token": "guess"}):
            with self.assertRaises(AccessError):
                visit.with_user(self.planner).write(values)

    # === SIGNATURE AND CORRECTION === #
    def test_a_report_signed_before_it_is_sent_is_filed_by_its_email(self):
        visit = self._finish(customer_signature=draw(), signed_by="Ana Mora")
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(visit.signed_report_state, "filed")
        self.assertEqual(len(self._get_pdfs(visit)), 1)

    def test_a_report_signed_afterwards_is_filed_without_another_email(self):
        visit = self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        visit.with_user(self.technician).customer_signature = draw()
        self.assertEqual(visit.signed_by, "Ana Mora")
        self.assertTrue(visit.signed_on)
        self.assertEqual(visit.signed_report_state, "to_file")
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertFalse(self._new_mails)
        self.assertEqual(visit.signed_report_state, "filed")
        self.assertEqual(len(self._get_pdfs(visit)), 2)

    def test_a_correction_clears_the_signature_and_is_sent_again(self):
        visit = self._finish()
        with self.mock_mail_gateway():
            self._run_reports()
        visit.with_user(self.technician).customer_signature = draw()
        visit.with_user(self.quality).action_reopen()
        # It was signed after it was sent: the chatter keeps it.
        self.assertEqual(len(self._get_pdfs(visit)), 2)
        self.assertFalse(visit.customer_signature or visit.signed_by or visit.signed_on)
        self.assertEqual(visit.report_revision, 1)
        visit.with_user(self.technician).action_finish()
        self.contact.lang = "en_US"
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(len(self._new_mails), 1)
        self.assertIn("corrected version 1", self._new_mails.subject)
        self.assertIn("replaces the one before", self._new_mails.body_html)
        page = self.env["ir.actions.report"]._render_qweb_html(REPORT, visit.ids)[0]
        self.assertIn("It replaces the ones before", page.decode())

    def test_who_may_not_reopen_files_nothing(self):
        visit = self._finish()
        visit.customer_signature = draw()
        with self.assertRaises(AccessError):
            visit.with_user(self.planner).action_reopen()
        self.assertFalse(self._get_pdfs(visit))
