# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_ticket_acknowledgement import TicketMailCase


class ConfirmationCase(TicketMailCase):
    """Complaints of Ana that were resolved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ticket_acknowledgement = False

    def _resolve(self, **values):
        ticket = self._create_fresh(user_id=self.care.id, **values)
        self._close(ticket)
        return ticket

    def _close(self, ticket):
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]


@tagged("post_install", "-at_install")
class TestTicketConfirmation(ConfirmationCase):
    """ISO 10002 7.9: the customer is told what was done, and asked."""

    def test_one_email_says_what_was_done_and_asks(self):
        ticket = self._resolve(customer_answer="We changed the <clip>")
        mail = self._written(ticket)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.email_to, '"Ana Mora" <ana@example.com>')
        self.assertIn("We changed the &lt;clip&gt;", mail.body_html)
        self.assertNotIn("Loose clip", mail.body_html)
        for answer in ("yes", "no"):
            url = f"/ticket/solved/{ticket.id}/{ticket.confirmation_token}"
            self.assertIn(f"{url}?answer={answer}", mail.body_html)
        self.assertTrue(ticket.confirmation_requested_on)
        ticket.write({"root_cause": "Another", "name": "Another"})
        ticket.stage_id = self.stages["done"]
        self.assertEqual(len(self._written(ticket)), 1)

    def test_cancelled_ones_and_duplicates_are_not_asked(self):
        cancelled = self._create_fresh()
        self._explain(cancelled)
        cancelled.stage_id = self.stages["cancelled"]
        duplicate = self._create_fresh(duplicate_id=cancelled.id)
        duplicate.stage_id = self.stages["done"]
        self.assertFalse(self._written(cancelled) | self._written(duplicate))

    def test_who_closes_it_on_the_portal_is_not_asked(self):
        user = new_test_user(self.env, "test_portal_close", "base.group_portal")
        ticket = self._create_fresh(category_id=False, kind="query")
        ticket.with_user(user).sudo().stage_id = self.stages["done"]
        self.assertEqual(ticket.customer_confirmed, "yes")
        self.assertFalse(self._written(ticket))

    def test_the_company_may_tell_without_asking(self):
        self.company.ticket_confirmation = False
        mail = self._written(self._resolve(customer_answer="A new clip"))
        self.assertIn("A new clip", mail.body_html)
        self.assertNotIn("/ticket/solved/", mail.body_html)

    def test_each_resolution_asks_anew(self):
        ticket = self._resolve()
        token = ticket.confirmation_token
        ticket._record_confirmation("no")
        self._close(ticket)
        self.assertEqual(len(self._written(ticket)), 2)
        self.assertNotEqual(ticket.confirmation_token, token)
        self.assertFalse(ticket.customer_confirmed)
        self.assertEqual(ticket._get_confirmation_state(token), "invalid")

    def test_staff_records_what_the_customer_says_by_phone(self):
        ticket = self._resolve().with_user(self.care)
        ticket.action_confirm_unsolved()
        self.assertEqual(ticket.customer_confirmed, "no")
        self.assertFalse(ticket.closed)
        with self.assertRaises(UserError):
            ticket.action_confirm_solved()
        self._close(ticket.sudo())
        ticket.action_confirm_solved()
        self.assertEqual(ticket.customer_confirmed, "yes")
        with self.assertRaises(UserError):
            ticket.action_confirm_unsolved()
        self.assertTrue(ticket.closed)


@tagged("post_install", "-at_install")
class TestTicketConfirmationPage(ConfirmationCase, HttpCase):
    """The page behind the link: opening changes nothing, the button once."""

    def _url(self, ticket, token=None, suffix=""):
        token = token or ticket.confirmation_token
        return f"/ticket/solved/{ticket.id}/{token}{suffix}"

    def _open(self, url):
        response = self.url_open(url)
        self.env.invalidate_all()
        return response

    def _post(self, ticket, answer, comment="", token=None):
        self.env.flush_all()
        page = self._open(self._url(ticket, token)).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        response = self.url_open(
            self._url(ticket, token, "/send"),
            data={
                "answer": answer,
                "comment": comment,
                "csrf_token": csrf.group(1) if csrf else self._csrf(),
            },
        )
        self.env.invalidate_all()
        return response

    def _said(self, ticket, text):
        return ticket.message_ids.filtered(lambda message: text in message.body)

    def _csrf(self):
        fresh = self._resolve()
        page = self._open(self._url(fresh)).text
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def test_opening_it_changes_nothing(self):
        ticket = self._resolve(customer_answer="We changed the clip")
        response = self._open(f"{self._url(ticket)}?answer=no")
        self.assertIn("We changed the clip", response.text)
        self.assertNotIn("Loose clip", response.text)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(ticket.customer_confirmed)
        self.assertTrue(ticket.closed)

    def test_yes_is_recorded_once(self):
        ticket = self._resolve()
        response = self._post(ticket, "yes", "All well")
        self.assertIn("glad that it is solved", response.text)
        self.assertEqual(ticket.customer_confirmed, "yes")
        self.assertEqual(ticket.customer_comment, "All well")
        self.assertTrue(ticket.customer_confirmed_on)
        self.assertEqual(self._said(ticket, "All well").author_id, self.customer)
        self._post(ticket, "no", "Changed my mind")
        self.assertEqual(ticket.customer_confirmed, "yes")
        self.assertTrue(ticket.closed)
        self.assertFalse(self._said(ticket, "Changed"))

    def test_no_reopens_it_once_and_tells_who_is_responsible(self):
        leader = new_test_user(
            self.env, "test_area_leader", "helpdesk_mgmt.group_helpdesk_user"
        )
        self.team.user_id = leader
        ticket = self._resolve()
        response = self._post(ticket, "no", "<b>It rattles</b>")
        self.assertIn("taken it up again", response.text)
        self.assertEqual(ticket.customer_confirmed, "no")
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(ticket.closed_date)
        self.assertFalse(ticket.resolved_on)
        self.assertEqual(ticket.activity_ids.user_id, self.care | leader)
        self.assertEqual(len(self._said(ticket, "&lt;b&gt;It rattles")), 1)
        self._post(ticket, "no", "It rattles")
        self.assertEqual(ticket.reopen_count, 1)
        self.assertEqual(len(ticket.activity_ids), 2)

    def test_an_old_link_does_nothing_and_is_kind(self):
        ticket = self._resolve()
        old = ticket.confirmation_token
        ticket._record_confirmation("no")
        self._close(ticket)
        response = self._post(ticket, "no", token=old)
        self.assertIn("no longer valid", response.text)
        self.assertTrue(ticket.closed)
        self.assertFalse(ticket.customer_confirmed)
        self._post(ticket, "yes")
        self.assertEqual(ticket.customer_confirmed, "yes")

    def test_one_that_staff_reopened_says_so(self):
        ticket = self._resolve()
        ticket._reopen("It rattles")
        response = self._post(ticket, "yes")
        self.assertIn("working on it again", response.text)
        self.assertFalse(ticket.customer_confirmed)

    def test_an_expired_link_is_kind(self):
        ticket = self._resolve()
        ticket.confirmation_requested_on = fields.Datetime.now() - timedelta(days=61)
        response = self._post(ticket, "no")
        self.assertIn("no longer takes answers", response.text)
        self.assertTrue(ticket.closed)

    def test_a_link_says_nothing_to_who_guesses(self):
        ticket = self._resolve(name="Secret noise")
        other = self._resolve()
        self.env.flush_all()
        for url in (
            self._url(ticket, "x" * 32),
            self._url(ticket, other.confirmation_token),
            f"/ticket/solved/999999999/{ticket.confirmation_token}",
            f"/ticket/solved/{self._create_fresh().id}/False",
        ):
            response = self._open(url)
            self.assertIn("no longer valid", response.text)
            self.assertNotIn("Secret noise", response.text)
            self.assertNotIn(ticket.number, response.text)

    def test_it_is_written_in_the_customers_language(self):
        self.customer.lang = "es_419"
        ticket = self._resolve()
        self.env.flush_all()
        self.assertNotIn("Is it solved for you?", self._open(self._url(ticket)).text)
        self.customer.lang = "en_US"
        self.env.flush_all()
        self.assertIn("Is it solved for you?", self._open(self._url(ticket)).text)
