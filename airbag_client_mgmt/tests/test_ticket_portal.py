# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import re
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..controllers import helpdesk_complaint
from ..models.helpdesk_ticket_portal import PORTAL_FIELDS
from .common import PIXEL
from .test_ticket_security import AreaCase

#: What is needed to close a complaint, in one way or the other.
CLOSING_FIELDS = ("root_cause", "corrective_action", "cancel_reason")
PHOTO = ("photo.png", base64.b64decode(PIXEL), "image/png")


class PortalCase(AreaCase, HttpCase):
    """A customer with two people, and another customer, each with a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contact = cls.env["res.partner"].create(
            {
                "name": "Luis Paz",
                "email": "luis@example.com",
                "parent_id": cls.customer.id,
            }
        )
        cls.user = cls._create_login("ticket_luisa", cls.customer)
        cls.colleague = cls._create_login("ticket_luis", contact)
        cls.other_customer = cls.env["res.partner"].create({"name": "Other Fleet"})
        cls.stranger = cls._create_login("ticket_other", cls.other_customer)
        cls.visit = cls._create_done_intervention()
        vehicle = cls.env["airbag.vehicle"].create(
            {"partner_id": cls.other_customer.id, "license_plate": "zzz999"}
        )
        cls.other_visit = cls._create_done_intervention(
            partner_id=cls.other_customer.id, vehicle_id=vehicle.id
        )
        cls.care_area.user_id = cls.care
        cls.general = cls.env.ref("airbag_client_mgmt.helpdesk_category_general")

    @classmethod
    def _create_login(cls, login, partner):
        return new_test_user(
            cls.env, login, "base.group_portal", partner_id=partner.id, lang="en_US"
        )

    def setUp(self):
        super().setUp()
        self.authenticate(self.user.login, self.user.login)

    def _open(self, url="/new/ticket"):
        page = self.url_open(url)
        names = ("csrf_token", "token")
        return {
            name: re.search(f'name="{name}"[^>]*value="([^"]*)"', page.text)[1]
            for name in names
        }

    def _send(self, hidden=None, files=(), **values):
        hidden = hidden or self._open()
        return self.url_open(
            "/submitted/ticket",
            data={
                **hidden,
                "kind": "complaint",
                "category": "",
                "intervention": str(self.visit.id),
                "subject": "It rattles",
                "description": "Since the visit\nof <b>yesterday</b>",
                **values,
            },
            files=[("attachment", file) for file in files] or None,
        )

    def _find(self, partner=None):
        partner = partner or self.user.partner_id
        return self.env["helpdesk.ticket"].search([("partner_id", "=", partner.id)])


@tagged("post_install", "-at_install")
class TestTicketForm(PortalCase):
    """PRO 008 §5.4.2: a customer complains on the portal."""

    def test_a_complaint_with_a_photo(self):
        page = self._send(files=[PHOTO])
        ticket = self._find()
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "It rattles",
                    "kind": "complaint",
                    "category_id": self.general.id,
                    "team_id": self.care_area.id,
                    "intervention_id": self.visit.id,
                    "partner_name": self.user.partner_id.name,
                    "partner_email": self.user.partner_id.email,
                    "user_id": False,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;yesterday", ticket.description)
        self.assertEqual(ticket.attachment_ids.name, "photo.png")
        self.assertEqual(ticket.attachment_ids.mimetype, "image/png")
        self.assertFalse(ticket.attachment_ids.public)
        self.assertEqual(ticket.activity_ids.user_id, self.care)
        self.assertIn(self.user.partner_id, ticket.message_partner_ids)
        # The page says its number, and by when it is answered.
        self.assertIn(f"/my/ticket/{ticket.id}", page.url)
        self.assertIn("alert-success", page.text)
        self.assertIn(ticket.number, page.text)
        self.assertIn('name="promised_on"', page.text)
        self.assertIn("&lt;b&gt;yesterday", page.text)
        token = ticket.attachment_ids.access_token
        self.assertIn(token, page.text)
        self.authenticate(None, None)
        url = f"/web/content/{ticket.attachment_ids.id}"
        self.assertEqual(self.url_open(f"{url}?access_token={token}").status_code, 200)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_each_kind_goes_to_its_area(self):
        warranty = self.env.ref("airbag_client_mgmt.helpdesk_category_warranty")
        for kind, category, team in (
            ("claim", "", self.care_area),
            ("claim", str(warranty.id), self.quality_area),
            ("query", "", self.care_area),
            ("complaint", str(self.punctuality.id), self.operations),
            ("request", "", self.commercial),
            ("request", str(self.punctuality.id), self.commercial),
        ):
            before = self._find()
            self._send(kind=kind, category=category)
            ticket = self._find() - before
            self.assertEqual(ticket.kind, kind)
            self.assertEqual(ticket.team_id, team)

    def test_the_form_shows_the_own_visits_only(self):
        page = self.url_open("/new/ticket")
        self.assertIn(self.visit.name, page.text)
        self.assertNotIn(self.other_visit.name, page.text)
        self.assertNotIn("ZZZ999", page.text)

    def test_a_double_click_makes_one_ticket(self):
        hidden = self._open()
        self._send(hidden, files=[PHOTO])
        page = self._send(hidden, files=[PHOTO])
        ticket = self._find()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(len(ticket.attachment_ids), 1)
        self.assertIn(f"/my/ticket/{ticket.id}", page.url)

    def test_a_form_of_another_person_is_refused(self):
        hidden = self._open()
        self.authenticate(self.stranger.login, self.stranger.login)
        own = self._open()
        page = self._send({**own, "token": hidden["token"]}, intervention="")
        self.assertIn("alert-danger", page.text)
        for token in ("", "x", "é\x00", own["token"][:-4]):
            page = self._send({**own, "token": token}, intervention="")
            self.assertEqual(page.status_code, 200)
        self.assertFalse(self._find(self.other_customer))

    def test_what_is_forged_is_refused(self):
        hidden_category = self.env["helpdesk.ticket.category"].create(
            {"name": "Internal", "show_in_portal": False, "kind": "complaint"}
        )
        other = self.env["res.company"].create({"name": "Other workshop"})
        foreign = self.env["helpdesk.ticket.category"].create(
            {"name": "Foreign", "company_id": other.id, "kind": "complaint"}
        )
        for values in (
            {"intervention": str(self.other_visit.id)},
            {"intervention": "99999999"},
            {"intervention": "1 OR 1=1"},
            {"category": str(hidden_category.id)},
            {"category": str(foreign.id)},
            {"category": "abc"},
            {"category": "²"},
            {"kind": "owned"},
            {"kind": ""},
        ):
            page = self._send(**values)
            self.assertEqual(page.status_code, 200, values)
            self.assertIn("alert-danger", page.text, values)
            self.assertIn("Since the visit", page.text)
        self.assertFalse(self._find())
        self._send(team=str(self.quality_area.id), stage=str(self.done.id), user_id="2")
        ticket = self._find()
        self.assertEqual(ticket.team_id, self.care_area)
        self.assertTrue(ticket.unattended)
        self.assertFalse(ticket.user_id)

    def test_what_is_missing_or_too_long_loses_nothing(self):
        page = self._send(subject=" ", description="What <i>I</i> wrote")
        self._assert_wrong(page, "subject")
        self.assertIn("What &lt;i&gt;I&lt;/i&gt; wrote", page.text)
        self.assertRegex(page.text, r'value="complaint"\s+checked')
        self._assert_wrong(self._send(description="\x00\n "), "description")
        page = self._send(description="x" * 100_000)
        self._assert_wrong(page, "description")
        self.assertIn("x" * 100_000, page.text)
        self.assertFalse(self._find())

    def _assert_wrong(self, page, name):
        """The form is there again, with one field marked."""
        self.assertEqual(page.status_code, 200)
        marked = re.findall(
            r"<(?:input|textarea|select)[^>]*is-invalid[^>]*>", page.text
        )
        self.assertEqual(len(marked), 1)
        self.assertIn(f'name="{name}"', marked[0])

    def test_files_that_cannot_be_sent(self):
        limit = patch.object(helpdesk_complaint, "MAX_FILE_BYTES", 200)
        total = patch.object(helpdesk_complaint, "MAX_FILES_BYTES", 100)
        html = ("a.html", b"<script>alert(1)</script>", "text/html")
        masked = ("a.png", b"<svg onload='alert(1)'></svg>", "image/png")
        exe = ("a.exe", b"MZ\x90\x00" + b"0" * 50, "image/png")
        big = ("big.png", PHOTO[1] + b"0" * 500, "image/png")
        for files in ([html], [masked], [exe], [PHOTO, html]):
            page = self._send(files=files)
            self._assert_wrong(page, "attachment")
            self.assertIn("Since the visit", page.text)
        with limit:
            page = self._send(files=[big])
            self._assert_wrong(page, "attachment")
            self.assertIn("Since the visit", page.text)
        with total:
            page = self._send(files=[PHOTO, PHOTO])
            self._assert_wrong(page, "attachment")
        page = self._send(files=[PHOTO] * (helpdesk_complaint.MAX_FILES + 1))
        self._assert_wrong(page, "attachment")
        page = self._send(subject="", files=[PHOTO])
        self.assertEqual(page.text.count("is-invalid"), 2)
        self.assertFalse(self._find())

    def test_a_link_sends_nothing(self):
        page = self.url_open("/submitted/ticket?subject=x&description=y&kind=query")
        self.assertIn("/new/ticket", page.url)
        self.assertFalse(self._find())
        hidden = self._open()
        page = self._send({**hidden, "csrf_token": "x"})
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self._find())

    def test_one_customer_sends_only_so_many(self):
        with patch.object(helpdesk_complaint, "TICKETS_PER_HOUR", 2):
            forms = [self._open() for _number in range(3)]
            for number, hidden in enumerate(forms):
                page = self._send(hidden, subject=f"Noise {number}")
            self.assertIn("alert-danger", page.text)
            self.assertIn("Noise 2", page.text)
            self.assertEqual(len(self._find()), 2)
            # One already received is found again.
            page = self._send(forms[1], subject="Noise 1")
            self.assertIn("/my/ticket/", page.url)


@tagged("post_install", "-at_install")
class TestTicketPages(PortalCase):
    """PRO 008 §5.4.2: customers follow their own tickets, and nobody else's."""

    def _create_own(self, **values):
        return self._create_ticket(partner_id=self.user.partner_id.id, **values)

    def test_the_list_says_how_it_goes(self):
        ticket = self._create_own(received_on="2026-01-05 14:00:00")
        other = self._create_ticket(name="Secret", partner_id=self.other_customer.id)
        page = self.url_open("/my/tickets").text
        self.assertIn(ticket.number, page)
        self.assertIn("text-bg-secondary", page)
        self.assertIn('name="promised_on"', page)
        self.assertNotIn(other.number, page)
        self.assertNotIn("Secret", page)
        for stage, words in (
            ("in_progress", "text-bg-info"),
            ("awaiting", "text-bg-warning"),
            ("cancelled", "text-bg-light"),
        ):
            ticket.write(dict.fromkeys(CLOSING_FIELDS, "x"))
            ticket.stage_id = self.env.ref(
                f"helpdesk_mgmt.helpdesk_ticket_stage_{stage}"
            )
            self.assertIn(words, self.url_open("/my/tickets").text)
        ticket.stage_id = self.done
        page = self.url_open("/my/tickets").text
        self.assertIn("text-bg-success", page)
        self.assertNotIn('name="promised_on"', page)

    def test_an_address_typed_by_hand_shows_the_list(self):
        self._create_own()
        for query in (
            "sortby=x",
            "groupby=x",
            "search_in=x&search=y",
            "filterby=x",
            "date_begin=x&date_end=y",
            "search=%25",
            "page=x",
            "groupby=stage",
            "groupby=category",
            "sortby=stage",
            "sortby=update",
            "sortby=name",
        ):
            page = self.url_open(f"/my/tickets?{query}")
            self.assertEqual(page.status_code, 200, query)

    def test_who_sees_the_page(self):
        ticket = self._create_own()
        page = self.url_open(f"/my/ticket/{ticket.id}?values=1&message=x&document=2")
        self.assertEqual(page.status_code, 200)
        self.assertIn(ticket.number, page.text)
        self.authenticate(self.colleague.login, self.colleague.login)
        self.assertIn(ticket.number, self.url_open(f"/my/ticket/{ticket.id}").text)
        self.authenticate(self.stranger.login, self.stranger.login)
        for url in (
            f"/my/ticket/{ticket.id}",
            f"/my/ticket/{ticket.id}/{'0' * 36}",
            f"/my/ticket/{ticket.id + 100000}",
        ):
            page = self.url_open(url)
            self.assertNotIn(ticket.number, page.text)

    def test_internal_notes_stay_inside(self):
        ticket = self._create_own()
        for body, subtype in (("Our note", "note"), ("Our answer", "comment")):
            ticket.message_post(
                body=body,
                message_type="comment",
                subtype_xmlid=f"mail.mt_{subtype}",
            )
        found = self._fetch_messages(ticket)
        self.assertIn("Our answer", found)
        self.assertNotIn("Our note", found)

    def _fetch_messages(self, ticket):
        result = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {"thread_model": "helpdesk.ticket", "thread_id": ticket.id},
        )
        return str(result)

    def test_the_customer_writes_on_the_ticket(self):
        ticket = self._create_own()
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": ticket.id,
                "post_data": {
                    "body": "It still rattles",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        message = ticket.message_ids[:1]
        self.assertIn("It still rattles", message.body)
        self.assertEqual(message.author_id, self.user.partner_id)
        self.assertIn("It still rattles", self._fetch_messages(ticket))

    def test_what_is_ours_cannot_be_read_by_rpc(self):
        ticket = self._create_own(root_cause="Loose clip").with_user(self.user)
        for name, field in ticket._fields.items():
            if name not in PORTAL_FIELDS and field.store:
                with self.assertRaises(AccessError, msg=name):
                    ticket.read([name])
        self.assertEqual(ticket.read(["name"])[0]["name"], "Late")
        with self.assertRaises(AccessError):
            ticket.search_count([("root_cause", "ilike", "Loose")])
        with self.assertRaises(AccessError):
            ticket.write({"name": "x"})
        with self.assertRaises(AccessError):
            ticket.create({"name": "x", "description": "x"})

    def test_the_list_asks_the_database_as_often_for_many(self):
        def count():
            self.env.invalidate_all()
            self.url_open("/my/tickets")
            before = self._count_queries()
            self.url_open("/my/tickets")
            return self._count_queries() - before

        self._create_own()
        few = count()
        for number in range(15):
            self._create_own(name=f"Late {number}")
        self.assertLessEqual(count(), few + 2)

    def _count_queries(self):
        return self.cr.sql_log_count


@tagged("post_install", "-at_install")
class TestTicketClose(PortalCase):
    """The helpdesk's /ticket/close closes any ticket for anybody; ours does not."""

    def setUp(self):
        super().setUp()
        self.done.close_from_portal = True
        query = self.env.ref("airbag_client_mgmt.helpdesk_category_information")
        self.query = self._create_ticket(
            partner_id=self.user.partner_id.id, category_id=query.id
        )

    def _close(self, ticket, stage=None, **values):
        return self.url_open(
            "/ticket/close",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "ticket_id": str(ticket.id),
                "stage_id": str((stage or self.done).id),
                **values,
            },
        )

    def test_the_customer_closes_its_own(self):
        page = self.url_open(f"/my/ticket/{self.query.id}")
        self.assertRegex(page.text, r'<form method="POST"[^>]*action="/ticket/close"')
        self._close(self.query)
        self.assertEqual(self.query.stage_id, self.done)
        self.assertTrue(self.query.resolved_on)
        # Reopened, the dates of the first closing are gone from page and register.
        self.query.stage_id = self.in_progress
        self.assertFalse(self.query.closed_date)
        self.assertFalse(self.query.resolved_on)
        page = self.url_open(f"/my/ticket/{self.query.id}")
        self.assertNotIn('name="resolved_on"', page.text)
        self._close(self.query)
        self.assertEqual(self.query.reopen_count, 1)
        self.assertTrue(self.query.closed_date)

    def test_a_link_closes_nothing(self):
        page = self.url_open(
            f"/ticket/close?ticket_id={self.query.id}&stage_id={self.done.id}"
        )
        self.assertIn(f"/my/ticket/{self.query.id}", page.url)
        self.assertFalse(self.query.closed)
        self.assertEqual(self._close(self.query, csrf_token="x").status_code, 400)
        self.assertFalse(self.query.closed)

    def test_nobody_closes_anothers(self):
        self.authenticate(self.stranger.login, self.stranger.login)
        for values in (
            {},
            {"ticket_id": "abc"},
            {"ticket_id": ""},
            {"ticket_id": "²"},
            {"ticket_id": "9" * 30},
            {"stage_id": "abc"},
        ):
            self.assertEqual(self._close(self.query, **values).status_code, 404)
        self.assertFalse(self.query.closed)
        # Who follows a ticket of another customer reads it, and closes it not.
        self.query.message_subscribe(self.other_customer.ids)
        self.assertEqual(self._close(self.query).status_code, 404)
        self.assertFalse(self.query.closed)

    def test_another_company_closes_nothing(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        theirs = self._create_ticket(
            partner_id=self.user.partner_id.id, company_id=other.id
        )
        self.assertEqual(self._close(theirs).status_code, 404)

    def test_only_a_stage_for_it_closes(self):
        for stage in (
            self.in_progress,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled"),
        ):
            stage.close_from_portal = False
            self.assertEqual(self._close(self.query, stage).status_code, 404)
        self.assertFalse(self.query.closed)

    def test_what_is_closed_stays_as_it_is(self):
        cancelled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        self.query.stage_id = cancelled
        self._close(self.query)
        self.assertEqual(self.query.stage_id, cancelled)

    def test_a_complaint_not_yet_explained_leaves_a_wish(self):
        ticket = self._create_ticket(partner_id=self.user.partner_id.id)
        page = self._close(ticket)
        self.assertFalse(ticket.closed)
        self.assertIn("alert-info", page.text)
        wish = ticket.message_ids[:1]
        self.assertEqual(wish.author_id, self.user.partner_id)
        self.assertIn(self.planner.partner_id, wish.notified_partner_ids)
