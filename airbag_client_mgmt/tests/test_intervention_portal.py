# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .report_common import ReportCase, draw


class PortalCase(ReportCase):
    """A user of the customer, and one of another customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_customer_user(cls.contact, "portal_ana")
        cls.stranger_partner = cls.env["res.partner"].create(
            {"name": "Other Fleet", "email": "other@example.com", "lang": "en_US"}
        )
        cls.stranger = cls._create_customer_user(cls.stranger_partner, "portal_other")
        cls.contact.lang = "en_US"

    @classmethod
    def _create_customer_user(cls, partner, login):
        return new_test_user(
            cls.env,
            login,
            "base.group_portal",
            name=partner.name,
            email=partner.email,
            partner_id=partner.id,
            lang="en_US",
        )


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCase):
    """PRO 008 §5.3.3: customers see their own visits, and nothing else."""

    def _get_visit(self, user, visit, token=None):
        model = self.env["airbag.intervention"].with_user(user)
        return model._get_portal_visit(visit.id, token)

    def test_customers_have_no_rights_on_the_models(self):
        for model in (
            "airbag.intervention",
            "airbag.intervention.step",
            "airbag.intervention.product",
            "airbag.recommendation",
            "airbag.vehicle",
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.user).search_read([], ["id"])

    def test_everybody_of_the_customer_sees_its_visits(self):
        self.assertEqual(self._get_visit(self.user, self.visit), self.visit)
        self.assertFalse(self._get_visit(self.stranger, self.visit))

    def test_only_visits_that_take_place_are_seen(self):
        visit = self._create_intervention(contact_id=self.contact.id)
        self.assertFalse(self._get_visit(self.user, visit))
        visit.action_plan()
        self.assertTrue(self._get_visit(self.user, visit))
        visit.action_cancel()
        self.assertFalse(self._get_visit(self.user, visit))
        self.visit.active = False
        self.assertFalse(self._get_visit(self.user, self.visit))

    def test_a_link_opens_its_own_visit_only(self):
        public = self.env.ref("base.public_user")
        other = self._create_done_intervention(
            partner_id=self.stranger_partner.id, vehicle_id=False
        )
        token, other_token = (
            self.visit._portal_ensure_token(),
            other._portal_ensure_token(),
        )
        self.assertTrue(self._get_visit(public, self.visit, token))
        for wrong in (None, "", "x", other_token, token[:-1]):
            self.assertFalse(self._get_visit(public, self.visit, wrong), wrong)
        untouched = self._create_done_intervention(contact_id=self.contact.id)
        untouched.sudo().access_token = False
        for wrong in (None, "", "False"):
            self.assertFalse(self._get_visit(public, untouched, wrong), wrong)

    def test_visits_of_another_of_our_companies_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Another of ours"})
        self.user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertFalse(self._get_visit(self.user, self.visit))

    def test_employees_preview_what_they_may_read(self):
        action = self.visit.with_user(self.planner).action_preview_intervention()
        self.assertEqual(action["url"], f"/my/interventions/{self.visit.id}")
        self.assertTrue(self._get_visit(self.planner, self.visit))
        self.assertTrue(self._get_visit(self.technician, self.visit))
        self.assertFalse(self._get_visit(self.other_technician, self.visit))

    def test_a_link_opens_no_chatter(self):
        public = self.env.ref("base.public_user")
        token = self.visit._portal_ensure_token()
        model = self.env["airbag.intervention"].with_user(public)
        self.assertFalse(model._get_thread_with_access(self.visit.id, token=token))
        pid, sign = self.contact.id, self.visit._sign_token(self.contact.id)
        self.assertFalse(
            model._get_thread_with_access(self.visit.id, pid=pid, hash=sign)
        )


@tagged("post_install", "-at_install")
class TestPortalSignature(MailCase, PortalCase):
    """PRO 008 §5.3.3: the customer signs once, and what is signed is kept."""

    def _sign(self, name="Ana Mora", signature=None, visit=None):
        visit = visit or self.visit
        visit.with_user(self.user).sudo()._sign_by_customer(
            name, draw() if signature is None else signature, self.contact
        )

    def test_signing_stamps_and_tells_the_responsible(self):
        with self.mock_mail_gateway():
            self._sign(" Ana\n Mora ")
        self.assertEqual(self.visit.signed_by, "Ana Mora")
        self.assertTrue(self.visit.signed_on)
        self.assertEqual(self.visit.signed_report_state, "to_file")
        message = self.visit.message_ids[0]
        self.assertEqual(message.author_id, self.contact)
        self.assertIn(self.technician.partner_id, message.notified_partner_ids)
        self.assertIn("Ana Mora", message.body)
        with self.mock_mail_gateway():
            self._run_reports()
        self.assertEqual(self.visit.signed_report_state, "filed")
        self.assertTrue(self._get_pdfs(self.visit))

    def test_nobody_signs_twice(self):
        self._sign()
        before = self.visit.customer_signature
        with self.assertRaisesRegex(UserError, "Ana Mora has already signed"):
            self._sign("Luis Paz", draw(color="red"))
        self.assertEqual(self.visit.customer_signature, before)
        self.assertEqual(self.visit.signed_by, "Ana Mora")

    def test_two_at_the_same_moment_sign_once(self):
        model = self.registry["airbag.intervention"]
        with (
            patch.object(model, "lock_for_update", side_effect=LockError("locked")),
            self.assertRaisesRegex(UserError, "signing this report now"),
        ):
            self._sign()
        self.assertFalse(self.visit.customer_signature)

    def test_only_a_finished_visit_is_signed(self):
        visit = self._create_intervention(contact_id=self.contact.id)
        visit.action_plan()
        with self.assertRaisesRegex(UserError, "when the visit is finished"):
            self._sign(visit=visit)
        self.assertFalse(visit.customer_signature)

    def test_what_is_no_signature_is_refused(self):
        for name, signature, message in (
            ("", draw(), "write your name"),
            (" \n", draw(), "write your name"),
            (None, draw(), "write your name"),
            ("A" * 101, draw(), "write your name"),
            ("Ana", "", "draw your signature"),
            ("Ana", ["x"], "draw your signature"),
            ("Ana", "no base64!", "no picture"),
            ("Ana", base64.b64encode(b"<svg onload='x'/>").decode(), "no picture"),
            ("Ana", base64.b64encode(b"%PDF-1.4").decode(), "no picture"),
            ("Ana", draw()[:80], "no picture"),
            ("Ana", "A" * 2_000_000, "too large"),
        ):
            with (
                self.subTest(name=name, signature=str(signature)[:20]),
                self.assertRaisesRegex(UserError, message),
            ):
                self._sign(name, signature)
        self.assertFalse(self.visit.customer_signature or self.visit.signed_by)

    def test_signing_on_the_phone_gives_the_same_stamps(self):
        self.visit.with_user(self.technician).write({"customer_signature": draw()})
        self.assertEqual(self.visit.signed_by, "Ana Mora")
        self.assertTrue(self.visit.signed_on)
        self.assertEqual(self.visit.signed_report_state, "to_file")


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase, HttpCase):
    """The pages, over HTTP, as a customer's browser asks for them.

    They come in the language of the database: their words are not looked at here.
    """

    def _open(self, url, status=200, **kwargs):
        response = self.url_open(url, **kwargs)
        self.assertEqual(response.status_code, status, url)
        return response

    def _url(self, visit, token=True, suffix=""):
        url = f"/my/interventions/{visit.id}{suffix}"
        return f"{url}?access_token={visit._portal_ensure_token()}" if token else url

    def _finish_documented(self, **values):
        visit = self._create_documented(**values)
        visit.action_finish()
        return visit

    def test_the_list_shows_own_visits(self):
        self._create_done_intervention(
            partner_id=self.stranger_partner.id, vehicle_id=False
        )
        self.authenticate("portal_ana", "portal_ana")
        page = self._open("/my/interventions").text
        self.assertIn(self.visit.name, page)
        self.assertEqual(page.count("list-group-item-action"), 1)
        self.assertIn("ABC123", page)
        for query, found in (
            ("search=abc1", 1),
            ("search=zzz", 0),
            ("filterby=coming", 0),
            ("filterby=done&sortby=oldest", 1),
            ("filterby=nonsense&sortby=nonsense", 1),
        ):
            page = self._open(f"/my/interventions?{query}").text
            self.assertEqual(page.count("list-group-item-action"), found, query)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["intervention_count"]}
        )
        self.assertEqual(counters["intervention_count"], 1)
        self._open("/my/home")

    def test_a_list_of_many_costs_no_more(self):
        self.authenticate("portal_ana", "portal_ana")
        counts = []
        for _turn in range(2):
            self._create_planned(12)
            self._open("/my/interventions")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self._open("/my/interventions").text
            counts.append((self.env.cr.sql_log_count - before, page.count("INT/")))
        (few_queries, few), (many_queries, many) = counts
        self.assertGreater(many, few)
        self.assertLessEqual(many_queries, few_queries)

    def _create_planned(self, number):
        for _visit in range(number):
            self._create_intervention(
                contact_id=self.contact.id, user_id=self.other_technician.id
            ).write({"booking_override_reason": "Test", "state": "planned"})
        self.env.flush_all()

    def test_the_page_shows_what_was_done(self):
        visit = self._finish_documented()
        page = self._open(self._url(visit)).text
        for text in ("LOT-77", "Squib open", "clock spring", "Camera", "ABC123"):
            self.assertIn(text, page)
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<b>broken", page)
        self.assertIn("portal.signature_form", page)

    def test_what_is_internal_is_not_shown(self):
        visit = self._create_documented()
        visit.write({"reschedule_reason": "Paula on holiday"})
        page = self._open(self._url(visit)).text
        for text in ("Paula on holiday", "Squib open", "LOT-77", "signature_form"):
            self.assertNotIn(text, page)

    def test_who_may_not_see_it_reads_why(self):
        self.authenticate("portal_other", "portal_other")
        for url in (
            self._url(self.visit, token=False),
            f"{self._url(self.visit, token=False)}?access_token=wrong",
            f"{self._url(self.visit, token=False)}?access_token=ñandú",
            "/my/interventions/999999999",
            "/my/interventions/99999999999999",
        ):
            self.assertIn('name="unavailable"', self._open(url, 404).text)
        self.authenticate(None, None)
        self._open(self._url(self.visit, token=False), 404)

    def test_what_else_is_in_the_address_does_no_harm(self):
        query = "document=1&values=2&visit=3&no_breadcrumbs=4"
        self._open(f"{self._url(self.visit)}&{query}")

    def test_photos_are_seen_with_the_visit_only(self):
        photo, foreign = self._create_photo(), self._create_photo()
        visit = self._finish_documented(photo_ids=[Command.set(photo.ids)])
        suffix = f"/photos/{photo.id}"
        response = self._open(self._url(visit, suffix=suffix))
        self.assertEqual(response.headers["Content-Type"], "image/jpeg")
        self.assertLess(len(response.content), len(photo.raw))
        self.assertIn(suffix, self._open(self._url(visit)).text)
        self._open(self._url(visit, token=False, suffix=suffix), 404)
        self._open(self._url(self.visit, suffix=suffix), 404)
        self._open(self._url(visit, suffix=f"/photos/{foreign.id}"), 404)
        self.assertNotEqual(self._open(f"/web/image/{photo.id}").content, photo.raw)
        self.authenticate("portal_other", "portal_other")
        self._open(self._url(visit, token=False, suffix=suffix), 404)
        self.authenticate("portal_ana", "portal_ana")
        self._open(self._url(visit, token=False, suffix=suffix))

    def test_the_report_is_downloaded(self):
        visit = self._finish_documented()
        response = self._open(f"{self._url(visit)}&report_type=pdf&download=true")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        going_on = self._create_documented()
        page = self._open(f"{self._url(going_on)}&report_type=pdf")
        self.assertIn("text/html", page.headers["Content-Type"])

    def _sign(self, url, **params):
        return self.make_jsonrpc_request(
            url, {"name": "Ana Mora", "signature": draw(), **params}
        )

    def test_the_customer_signs_with_the_link(self):
        url = self._url(self.visit, suffix="/sign")
        result = self._sign(url)
        self.assertTrue(result["force_refresh"], result)
        self.assertIn("message=signed", result["redirect_url"])
        page = self._open(result["redirect_url"]).text
        self.assertIn('name="signed"', page)
        self.assertNotIn("portal.signature_form", page)
        self.assertEqual(self.visit.signed_by, "Ana Mora")
        self.assertEqual(self.visit.message_ids[0].author_id, self.contact)
        self.assertIn("Ana Mora", self._sign(url, name="Luis")["error"])
        self.assertEqual(self.visit.signed_by, "Ana Mora")

    def test_who_may_not_see_it_does_not_sign_it(self):
        self.authenticate("portal_other", "portal_other")
        for url in (
            self._url(self.visit, token=False, suffix="/sign"),
            f"/my/interventions/{self.visit.id}/sign?access_token=wrong",
        ):
            self.assertTrue(self._sign(url)["error"])
        self.assertFalse(self.visit.customer_signature)

    def test_a_wrong_signature_says_so_and_loses_nothing(self):
        url = self._url(self.visit, suffix="/sign")
        self.assertTrue(self._sign(url, signature="AAAA")["error"])
        self.assertTrue(self._sign(url, name=" ")["error"])
        self.assertFalse(self.visit.customer_signature)
        self.assertTrue(self._sign(url)["force_refresh"])

    @mute_logger("odoo.http")
    def test_the_link_reads_and_writes_no_messages(self):
        token = self.visit._portal_ensure_token()
        self.visit.message_post(
            body="Between us", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        params = {
            "thread_model": "airbag.intervention",
            "thread_id": self.visit.id,
            "token": token,
        }
        try:
            found = self.make_jsonrpc_request("/mail/chatter_fetch", params)
        except Exception as error:
            found = str(error)
        self.assertNotIn("Between us", str(found))
