# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .guide_common import GuideCommon
from .report_common import ReportCase, draw

PDF = base64.b64encode(b"%PDF-1.4\n%%EOF").decode()


@tagged("post_install", "-at_install")
class TestServiceEvidence(MailCase, GuideCommon, ReportCase):
    """What was sent, signed or taught stays as it was. PRO 008 §5.3.3, §5.5.2."""

    # --- what was sent ---
    def test_a_report_sent_stays_while_the_visit_is_corrected(self):
        self._run_reports()
        sent = self._get_pdfs(self.visit)
        self.assertTrue(sent)
        self.visit.with_user(self.quality).action_reopen()
        for file in sent.with_user(self.technician):
            with self.assertRaises(AccessError):
                file.raw = b"%PDF-other"
            with self.assertRaises(AccessError):
                file.unlink()

    def test_the_signed_report_that_a_correction_files_stays(self):
        self._run_reports()
        before = self._get_pdfs(self.visit)
        self.visit.write({"signed_by": "Ana", "customer_signature": draw()})
        self.visit.with_user(self.quality).action_reopen()
        filed = self._get_pdfs(self.visit) - before
        self.assertTrue(filed)
        with self.assertRaises(AccessError):
            filed.with_user(self.technician).unlink()

    def test_nobody_backdates_a_signature(self):
        visit = self.visit.with_user(self.technician)
        with self.assertRaises(AccessError):
            visit.signed_on = "2020-01-01 10:00:00"
        with self.assertRaises(AccessError):
            visit.write(
                {"customer_signature": draw(), "signed_on": "2020-01-01 10:00:00"}
            )
        visit.customer_signature = draw()
        self.assertGreater(visit.signed_on.year, 2020)

    def test_photos_are_shown_in_the_order_they_were_taken(self):
        photos = self._create_photo("1.jpg") + self._create_photo("2.jpg")
        visit = self._create_documented(photo_ids=[Command.set(photos.ids)])
        visit.invalidate_recordset()
        self.assertEqual(visit._get_photos().mapped("name"), ["1.jpg", "2.jpg"])

    # --- another customer ---
    def test_the_link_of_the_former_customer_shows_nothing_of_the_next(self):
        self._run_reports()
        token = self.visit._portal_ensure_token()
        delivery = self.visit.guide_delivery_ids
        self.assertEqual(delivery.commercial_partner_id, self.customer)
        self.visit.with_user(self.quality).action_reopen()
        other = self.env["res.partner"].create(
            {"name": "Other Fleet", "email": "other@example.com", "lang": "es_419"}
        )
        self.visit.write({"vehicle_id": False, "partner_id": other.id})
        self.visit.action_finish()
        model = self.env["airbag.intervention"].with_user(
            self.env.ref("base.public_user")
        )
        self.assertFalse(model._get_portal_visit(self.visit.id, token))
        self._run_reports()
        self.assertEqual(self.visit.report_state, "sent", self.visit.report_error)
        self.assertEqual(
            self.visit.guide_delivery_ids.commercial_partner_id, self.customer | other
        )
        self.assertFalse(self._is_pending(other))

    # --- guides with the report ---
    def test_the_scheduled_action_sends_no_archived_guide(self):
        self.guide.action_archive()
        self._run_reports()
        self.assertFalse(self.visit.guide_delivery_ids)

    def test_a_person_without_language_reads_the_one_of_the_company(self):
        module = self.env["ir.module.module"]._get("airbag_client_mgmt")
        module._update_translations(["es_419"])
        self.company.partner_id.lang = "es_419"
        (self.contact | self.customer).lang = False
        self.env.ref("base.user_root").lang = "en_US"
        self._run_reports()
        message = self.visit.report_message_id
        self.assertIn("Informe de intervención", message.subject)
        self.assertIn("Hola", message.body)
        names = " ".join(message.attachment_ids.mapped("name"))
        self.assertIn("Informe de intervención", names)
        for user in (self.env.user, self.env.ref("base.user_root")):
            page = (
                self.env["ir.actions.report"]
                .with_user(user)
                .sudo()
                ._render_qweb_html(
                    "airbag_client_mgmt.action_report_intervention", self.visit.ids
                )[0]
            )
            self.assertIn('data-oe-lang="es_419"', page.decode())

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_guides_that_left_at_the_second_try_informed(self):
        self._run_reports()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", self.visit.report_message_id.id)]
        )
        servers = self.env.registry["ir.mail_server"]
        with patch.object(servers, "_connect__", side_effect=OSError("down")):
            mail.send()
        self.assertTrue(self._is_pending())
        with self.mock_mail_gateway():
            mail.send()
        self.assertEqual(self.visit.report_state, "sent")
        self.assertFalse(self._is_pending())

    # --- guides and sessions ---
    def test_files_of_a_published_version_stay(self):
        version = (
            self.env["airbag.guide.version"]
            .with_user(self.quality)
            .create({"guide_id": self.guide.id, "document": PDF})
        )
        files = self.env["ir.attachment"].with_user(self.quality)
        version.action_publish()
        domain = [("res_model", "=", version._name), ("res_id", "=", version.id)]
        own = files.search([*domain, ("res_field", "=", "document")])
        cached = version._get_attachment()
        for file in own | cached.with_user(self.quality):
            with self.assertRaises(AccessError):
                file.raw = b"%PDF-other"
            with self.assertRaises(AccessError):
                file.unlink()
        with self.assertRaises(AccessError):
            files.create(
                {
                    "name": "x",
                    "raw": b"%PDF-other",
                    "res_model": version._name,
                    "res_id": version.id,
                    "description": cached.description,
                }
            )

    def test_translations_of_a_published_version_stay(self):
        version = self.guide.current_version_id.with_user(self.quality)
        with self.assertRaises(UserError):
            version.update_field_translations(
                "content", {"es_419": {"Watch the warning light": "Otra cosa"}}
            )

    def test_evidence_of_a_session_held_stays(self):
        files = self.env["ir.attachment"].with_user(self.technician)
        session = self._create_session().with_user(self.technician)
        session.attendee_ids[0].signature = draw()
        sheet = files.create({"name": "list.pdf", "raw": b"signed"})
        session.attachment_ids = [Command.link(sheet.id)]
        session.action_hold()
        signature = files.search(
            [
                ("res_model", "=", "airbag.guide.attendee"),
                ("res_id", "=", session.attendee_ids[0].id),
                ("res_field", "=", "signature"),
            ]
        )
        self.assertTrue(signature)
        for file in sheet | signature:
            with self.assertRaises(AccessError, msg=file.name):
                file.raw = b"forged"
            with self.assertRaises(AccessError, msg=file.name):
                file.unlink()

    # --- merged customers ---
    def test_merged_customers_keep_what_they_were_told(self):
        twin = self.env["res.partner"].create(
            {"name": "Twin", "is_company": True, "email": "twin@example.com"}
        )
        version = self.guide.current_version_id
        self.env["airbag.guide.delivery"]._register_versions(
            version,
            [
                {
                    "partner_id": partner.id,
                    "contact_id": partner.id,
                    "channel": "email",
                    "date": fields.Datetime.now(),
                }
                for partner in (self.customer, twin)
            ],
        )
        deliveries = self.env["airbag.guide.delivery"].search(
            [("version_id", "=", version.id)]
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(len(deliveries.exists()), 2)
        self.assertEqual(deliveries.partner_id, self.customer)

    def test_a_report_already_queued_is_not_queued_again(self):
        self.assertEqual(self.visit.report_state, "to_send")
        with patch.object(type(self.visit), "write", side_effect=AssertionError):
            self.visit.with_user(self.planner).action_send_report()
