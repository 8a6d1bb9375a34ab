# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .test_ticket import TicketCommon

MAIL = """From: {sender}
To: {to}
Subject: The airbag light is on
Message-Id: <{key}@example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0000
{headers}Content-Type: text/plain; charset=utf-8

It came on again.
"""


class TicketMailCase(TicketCommon, MailCase):
    """Tickets that have just arrived; the mail server is the test's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "info@proairbag.example.com"
        cls.env["res.lang"]._activate_lang("es_419")
        cls._speak_english(cls.customer)

    def _create_fresh(self, **values):
        return self._create_ticket(
            **{
                "received_on": fields.Datetime.now(),
                "partner_email": "ana@example.com",
                "partner_name": "Ana Mora",
                **values,
            }
        )

    def _written(self, ticket):
        """Return what was written to the customer, not to employees."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", ticket._name),
                ("res_id", "in", ticket.ids),
                ("email_to", "!=", False),
            ]
        )

    def _send(self, mails):
        with self.mock_mail_gateway():
            mails.send()

    def _receive(self, key, sender="Ana Mora <ana@example.com>", headers="", to=None):
        domain = self.env["mail.alias.domain"].search([], limit=1)
        if not domain:
            domain = self.env["mail.alias.domain"].create({"name": "example.com"})
        domain.name = "proairbag.example.com"
        self.team.alias_name = "quejas-test"
        self.team.alias_id.alias_domain_id = domain
        message = MAIL.format(
            sender=sender,
            to=to or self.team.alias_id.alias_full_name,
            key=key,
            headers=headers,
        )
        with self.mock_mail_gateway():
            ticket_id = self.env["mail.thread"].message_process("mail.thread", message)
        return self.env["helpdesk.ticket"].browse(ticket_id)


@tagged("post_install", "-at_install")
class TestTicketAcknowledgement(TicketMailCase):
    """ISO 10002 7.3: who complains is told that it arrived, once."""

    def test_it_says_number_area_and_deadline_and_goes_out_once(self):
        ticket = self._create_fresh(name="A <b>noise</b>")
        mail = self._written(ticket)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, '"Ana Mora" <ana@example.com>')
        self.assertIn(ticket.number, mail.subject)
        for said in (
            ticket.number,
            "A &lt;b&gt;noise&lt;/b&gt;",
            "Workshop",
            ticket._format_local_datetime(ticket.resolution_deadline),
            f"/my/ticket/{ticket.id}?access_token={ticket.access_token}",
        ):
            self.assertIn(said, mail.body_html)
        self.assertFalse(ticket.acknowledgement_sent_on)
        self._send(mail)
        self.assertTrue(ticket.acknowledgement_sent_on)
        ticket.write({"name": "Again", "category_id": self.category.copy().id})
        self.assertEqual(len(self._written(ticket)), 1)

    def test_the_deadline_is_in_local_time(self):
        self.calendar.tz = "America/Bogota"
        ticket = self._create_ticket()
        self.assertIn("10:00", ticket._format_local_datetime(datetime(2026, 3, 2, 15)))

    def test_it_speaks_the_language_of_the_customer(self):
        self.customer.lang = "es_419"
        template = self.env.ref(
            "airbag_client_mgmt.mail_template_ticket_acknowledgement"
        )
        template.with_context(lang="es_419").subject = "Recibido {{ object.number }}"
        ticket = self._create_fresh()
        self.assertEqual(self._written(ticket).subject, f"Recibido {ticket.number}")

    def _answer(self, score):
        """Answer the survey of a visit on its public page, and return the complaint."""
        visit = self._create_done_intervention()
        owed = self.env["survey.user_input"]._create_obligations(visit)
        public = owed.with_user(self.env.ref("base.public_user")).sudo()
        question = self.env.ref("airbag_client_mgmt.satisfaction_question_overall")
        public._save_lines(question, str(score))
        public._mark_done()
        return owed.ticket_ids

    def test_a_bad_answer_is_acknowledged_as_such(self):
        ticket = self._answer(2)
        mail = self._written(ticket)
        self.assertEqual(len(mail), 1)
        self.assertIn("in your survey", mail.body_html)
        self.assertEqual(mail.author_id, self.company.partner_id)
        other = self._written(self._create_fresh())
        self.assertNotIn("in your survey", other.body_html)

    def test_the_worst_answer_is_a_major_complaint(self):
        self.assertEqual(self._answer(2).severity, "minor")
        self.assertEqual(self._answer(1).severity, "major")

    def test_nobody_is_written_to_who_does_not_read(self):
        for email in (
            "no-reply@example.com",
            "MAILER-DAEMON@example.com",
            "info@proairbag.example.com",
            "not an address",
        ):
            with self.subTest(email=email):
                ticket = self._create_fresh(partner_id=False, partner_email=email)
                self.assertFalse(self._written(ticket))
                self.assertFalse(ticket.acknowledgement_message_id)

    def test_our_own_alias_gets_none(self):
        ticket = self._receive("alias-1")
        alias = self.team.alias_id.alias_full_name
        self.assertTrue(alias)
        again = self._create_fresh(partner_id=False, partner_email=alias)
        self.assertFalse(self._written(again))
        self.assertTrue(ticket)

    def test_what_comes_by_email_is_acknowledged(self):
        ticket = self._receive("mail-1")
        mails = self._written(ticket).filtered(lambda mail: "ana@" in mail.email_to)
        self.assertEqual(len(mails), 1)
        self.assertIn("auto-generated", mails.headers)

    def test_programs_are_not_answered(self):
        for number, header in enumerate(
            (
                "Auto-Submitted: auto-generated\n",
                "Precedence: bulk\n",
                "Precedence: list\n",
            )
        ):
            with self.subTest(header=header):
                ticket = self._receive(f"auto-{number}", headers=header)
                self.assertTrue(ticket.is_automatic_message)
                self.assertFalse(ticket.acknowledgement_message_id)

    def test_an_endless_exchange_ends(self):
        tickets = [self._create_fresh() for _turn in range(7)]
        told = [ticket for ticket in tickets if ticket.acknowledgement_message_id]
        self.assertEqual(len(told), 5)

    def test_old_imported_and_closed_ones_are_not_acknowledged(self):
        model = self.env["helpdesk.ticket"]
        self.assertFalse(
            self._written(
                self._create_fresh(
                    received_on=fields.Datetime.now() - timedelta(hours=25)
                )
            )
        )
        values = {
            "name": "Imported",
            "description": "Imported",
            "partner_id": self.customer.id,
            "user_id": False,
        }
        imported = model.with_context(import_file=True).create(values)
        quiet = model.with_context(tracking_disable=True).create(values)
        closed = model.create({**values, "stage_id": self.stages["done"].id})
        self.assertFalse((imported | quiet | closed).acknowledgement_message_id)

    def test_the_company_may_switch_it_off(self):
        self.company.ticket_acknowledgement = False
        self.assertFalse(self._written(self._create_fresh()))

    def test_a_mail_server_that_is_away_sends_it_once_when_it_is_back(self):
        ticket = self._create_fresh()
        mail = self._written(ticket)

        def refuse(*args, **kwargs):
            raise OSError("The mail server is away")

        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.connect_mocked.side_effect = refuse
            mail.send()
        self.assertEqual(mail.state, "outgoing")
        self.assertFalse(ticket.acknowledgement_sent_on)
        self._send(mail)
        self.assertEqual(mail.state, "sent")
        self.assertEqual(self._written(ticket), mail)
        self.assertTrue(ticket.acknowledgement_sent_on)

    def test_an_address_that_refuses_is_called(self):
        ticket = self._create_fresh(user_id=self.care.id)
        mail = self._written(ticket)
        mail._postprocess_sent_message([], [], "No such user", "mail_email_invalid")
        self.assertEqual(
            ticket.activity_ids.mapped("summary"),
            ["Our e-mail did not arrive: call the customer"],
        )
        self.assertFalse(ticket.acknowledgement_sent_on)

    # === REPLIES === #
    def _reply(self, ticket, **values):
        with self.mock_mail_gateway():
            return ticket.message_post(
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                **{
                    "body": "Here it is",
                    "author_id": self.customer.id,
                    "email_from": "ana@example.com",
                    **values,
                },
            )

    def _summaries(self, ticket):
        return ticket.activity_ids.mapped("summary")

    def test_a_reply_resumes_what_waited_for_it(self):
        ticket = self._create_fresh(user_id=self.care.id)
        ticket.stage_id = self.stages["awaiting"]
        self._reply(ticket)
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertTrue(ticket.pause_ids.stop)
        self.assertEqual(self._summaries(ticket), ["The customer answered: go on"])
        self.assertEqual(ticket.activity_ids.user_id, self.care)
        self._reply(ticket)
        self.assertEqual(len(ticket.activity_ids), 1)

    def test_a_reply_on_a_closed_one_does_not_reopen_it(self):
        ticket = self._create_fresh(user_id=self.care.id, category_id=False)
        ticket.kind = "query"
        ticket.stage_id = self.stages["done"]
        self._reply(ticket, body="Thanks")
        self.assertTrue(ticket.closed)
        self.assertEqual(
            self._summaries(ticket), ["The customer wrote after it was closed"]
        )

    def test_others_and_programs_resume_nothing(self):
        ticket = self._create_fresh()
        ticket.stage_id = self.stages["awaiting"]
        stranger = self.env["res.partner"].create(
            {"name": "Supplier", "email": "s@example.com"}
        )
        told = ticket.activity_ids
        self._reply(ticket, author_id=stranger.id, email_from="s@example.com")
        self._reply(
            ticket, author_id=self.care.partner_id.id, email_from=self.care.email
        )
        absent = ticket.with_context(airbag_automatic_mail=True)
        self._reply(absent)
        self.assertTrue(ticket.is_paused)
        self.assertEqual(ticket.activity_ids, told)

    def test_a_reply_by_email_finds_its_ticket(self):
        ticket = self._create_fresh()
        ticket.stage_id = self.stages["awaiting"]
        message = self._written(ticket).mail_message_id
        reference = f"In-Reply-To: {message.message_id}\n"
        absence = f"{reference}Auto-Submitted: auto-replied\n"
        self.assertFalse(self._receive("reply-0", headers=absence))
        self.assertTrue(ticket.is_paused)
        self.assertEqual(self._receive("reply-1", headers=reference), ticket)
        self.assertFalse(ticket.is_paused)

    def test_a_portal_customer_resumes_it_too(self):
        user = new_test_user(self.env, "test_portal_reply", "base.group_portal")
        user.partner_id.parent_id = self.customer
        ticket = self._create_fresh()
        ticket.stage_id = self.stages["awaiting"]
        with self.mock_mail_gateway():
            ticket.with_user(user).sudo().message_post(
                body="Here", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertFalse(ticket.is_paused)
