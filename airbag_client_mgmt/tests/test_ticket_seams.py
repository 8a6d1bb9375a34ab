# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from odoo import Command, fields, http
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_ticket_acknowledgement import TicketMailCase
from .test_ticket_portal import PHOTO, PortalCase
from .test_ticket_security import AreaCase


@tagged("post_install", "-at_install")
class TestTicketMoved(AreaCase):
    """A complaint goes to another area: nobody there has heard of it. §5.4.2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality_area.user_id = cls.quality
        cls.care_area.user_id = cls.care

    def _give(self, ticket, kind):
        kind = self.env.ref(f"airbag_client_mgmt.mail_activity_type_{kind}")
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_what_is_late_is_told_to_the_new_area(self):
        now = fields.Datetime.now()
        ticket = self._create_ticket(received_on=now - timedelta(days=60))
        ticket._escalate()
        told = self._give(ticket, "escalation").user_id
        self.assertEqual(told, self.planner | self.quality)
        ticket.with_user(self.planner).team_id = self.care_area
        self.assertEqual(self._give(ticket, "escalation").user_id, self.quality)
        self.assertIn(ticket, ticket.search(ticket._get_escalation_domain()))
        ticket._escalate()
        told = self._give(ticket, "escalation").user_id
        self.assertEqual(told, self.care | self.quality)

    def test_what_is_critical_is_told_to_the_new_leader(self):
        ticket = self._create_ticket(severity="critical")
        told = self._give(ticket, "critical").user_id
        self.assertEqual(told, self.planner | self.quality)
        ticket.with_user(self.planner).team_id = self.care_area
        told = self._give(ticket, "critical")
        self.assertEqual(told.user_id, self.care | self.quality)
        self.assertEqual(len(told), 2)

    def test_the_leader_of_an_area_reopens_with_a_reason(self):
        ticket = self._create_ticket(root_cause="x", corrective_action="x")
        ticket.stage_id = self.done
        seen = ticket.with_user(self.planner)
        action = seen.action_reopen()
        wizard = seen.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"reason": "It came again"}).action_apply()
        self.assertFalse(ticket.closed)

    def test_a_reader_reopens_nothing(self):
        ticket = self._create_ticket(root_cause="x", corrective_action="x")
        ticket.stage_id = self.done
        ticket.message_subscribe(self.other_technician.partner_id.ids)
        wizard = self.env["airbag.ticket.reopen"].create(
            {"ticket_id": ticket.id, "reason": "x"}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.other_technician).action_apply()
        self.assertTrue(ticket.closed)

    def test_who_works_in_two_companies_reopens_for_who_works_in_one(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.company_ids = [Command.link(other.id)]
        ticket = self._create_ticket(
            root_cause="x", corrective_action="x", user_id=self.technician.id
        )
        for companies in (self.company | other, other):
            ticket.stage_id = self.done
            seen = ticket.with_user(self.quality).with_context(
                allowed_company_ids=companies.ids
            )
            user = seen.sudo()._get_responsible_user()
            self.assertEqual(user, self.technician)
            self.assertEqual(seen._get_responsible_user(), self.technician)


@tagged("post_install", "-at_install")
class TestTicketMailSeams(TicketMailCase):
    """The customer hears what happens, whoever chose the customer and when."""

    def test_who_is_chosen_later_is_acknowledged_then_and_once(self):
        ticket = self._create_fresh(
            partner_id=False, partner_email=False, partner_name=False
        )
        self.assertFalse(self._written(ticket))
        chosen = ticket.with_user(self.care)
        chosen.write({"partner_id": self.customer.id})
        mail = self._written(ticket)
        self.assertEqual(len(mail), 1)
        self.assertIn("fleet@example.com", mail.email_to)
        chosen.write({"partner_email": "eva@example.com"})
        self.assertEqual(self._written(ticket), mail)

    def test_who_is_chosen_after_the_weekend_is_acknowledged_too(self):
        ticket = self._create_fresh(
            partner_id=False, partner_email=False, partner_name=False
        )
        ago = fields.Datetime.now() - timedelta(days=3)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s, received_on = %s"
            " WHERE id = %s",
            [ago, ago, ticket.id],
        )
        ticket.invalidate_recordset()
        ticket.partner_email = "ana@example.com"
        self.assertEqual(len(self._written(ticket)), 1)

    def test_old_history_is_not_acknowledged_when_its_customer_is_corrected(self):
        ago = fields.Datetime.now() - timedelta(days=3)
        ticket = self._create_fresh(
            partner_id=False, partner_email=False, partner_name=False, received_on=ago
        )
        ticket.partner_email = "ana@example.com"
        self.assertFalse(self._written(ticket))

    def test_a_rejection_waits_for_the_mail_server_too(self):
        self.company.ticket_acknowledgement = False
        ticket = self._create_fresh(cancel_reason="Late", customer_answer="One year.")
        ticket.stage_id = self.stages["cancelled"]
        mail = self._written(ticket)
        mail._postprocess_sent_message([], [], "Away", "mail_smtp")
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(mail.scheduled_date)
        mail._postprocess_sent_message([], [], "No such user", "mail_email_invalid")
        self.assertIn("call the customer", ticket.activity_ids.summary or "")

    def test_history_that_is_imported_writes_to_nobody(self):
        values = {
            "name": "Old",
            "description": "x",
            "kind": "complaint",
            "team_id": self.team.id,
            "stage_id": self.stages["done"].id,
            "root_cause": "x",
            "corrective_action": "x",
            "partner_id": self.customer.id,
            "partner_email": "ana@example.com",
        }
        tickets = self.env["helpdesk.ticket"].with_context(import_file=True)
        ticket = tickets.create({**values})
        self.assertTrue(ticket.resolved_on)
        self.assertFalse(self._written(ticket))


@tagged("post_install", "-at_install")
class TestTicketAnswered(PortalCase):
    """The page of a ticket says what its e-mails say, and takes the same answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            partner_id=cls.user.partner_id.id,
            root_cause="Loose clip",
            corrective_action="New clip",
            customer_answer="We changed the <clip>",
        )
        cls.ticket.stage_id = cls.done

    def _open_ticket(self, suffix=""):
        self.env.flush_all()
        page = self.url_open(f"/my/ticket/{self.ticket.id}{suffix}")
        self.env.invalidate_all()
        return page.text

    def _answer(self, page, answer):
        action = re.search(r'action="(/ticket/solved/[^"]+)"', page)[1]
        self.url_open(
            action,
            data={
                "csrf_token": http.Request.csrf_token(self),
                "answer": answer,
                "comment": "Still there",
            },
        )
        self.env.invalidate_all()

    def test_the_customer_says_on_the_page_that_it_is_not_solved(self):
        self.authenticate(self.colleague.login, self.colleague.login)
        page = self._open_ticket()
        self.assertIn("We changed the &lt;clip&gt;", page)
        self.assertNotIn("Loose clip", page)
        self._answer(page, "no")
        self.assertEqual(self.ticket.customer_confirmed, "no")
        self.assertFalse(self.ticket.closed)
        said = self.ticket.message_ids.filtered(lambda m: "Still there" in m.body)
        self.assertEqual(said.author_id, self.colleague.partner_id)
        page = self._open_ticket()
        self.assertNotIn("/ticket/solved/", page)
        self.assertNotIn("We changed", page, "It is being worked on again")

    def test_the_customer_says_on_the_page_that_it_is_solved(self):
        self._answer(self._open_ticket(), "yes")
        self.assertEqual(self.ticket.customer_confirmed, "yes")
        page = self._open_ticket()
        self.assertNotIn("/ticket/solved/", page)
        self.assertIn("You told us that it is solved", page)
        self.assertIn("We changed the", page)

    def test_who_has_the_link_of_our_email_answers_too(self):
        self.logout()
        url = self.ticket._get_customer_url().partition(f"/{self.ticket.id}")[2]
        self.assertIn("/ticket/solved/", self._open_ticket(url))

    def test_neither_staff_nor_strangers_are_asked(self):
        self.assertTrue(self.ticket._get_question_token(self.user))
        self.assertFalse(self.ticket._get_question_token(self.care))
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertNotIn("/ticket/solved/", self._open_ticket())

    def test_a_company_that_does_not_ask_asks_nowhere(self):
        self.company.ticket_confirmation = False
        page = self._open_ticket()
        self.assertNotIn("/ticket/solved/", page)
        self.assertIn("We changed the", page)

    def test_files_of_internal_notes_are_not_on_the_page(self):
        for name, subtype in (("ours.png", "note"), ("yours.png", "comment")):
            self.ticket.message_post(
                body="See",
                attachments=[(name, PHOTO[1])],
                subtype_xmlid=f"mail.mt_{subtype}",
            )
        page = self._open_ticket()
        self.assertIn("yours.png", page)
        self.assertNotIn("ours.png", page.replace("yours.png", ""))
