# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from email.message import EmailMessage
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from ..models import helpdesk_ticket_mail
from .test_ticket_security import AreaCase

GATEWAY_LOGGERS = "odoo.addons.mail.models.mail_thread"


class MailArrivalCase(AreaCase, MailCase):
    """E-mails as they come from outside, through Odoo's own gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]).name = "example.com"
        cls.domain = cls.env["mail.alias.domain"].search([], limit=1) or cls.env[
            "mail.alias.domain"
        ].create({"name": "example.com"})
        for team in cls.env["helpdesk.ticket.team"].search([]):
            team.alias_id.alias_domain_id = cls.domain
        cls.care_area.user_id = cls.care
        cls.general = cls.env.ref("airbag_client_mgmt.helpdesk_category_general")
        cls.company.partner_id.lang = "en_US"
        cls.person = cls.env["res.partner"].create(
            {
                "name": "Rosa Gil",
                "email": "rosa@example.com",
                "parent_id": cls.customer.id,
            }
        )

    @classmethod
    def _write_mail(cls, body="It rattles since the visit", **headers):
        mail = EmailMessage()
        mail["From"] = "Rosa Gil <rosa@example.com>"
        mail["To"] = "quejas@example.com"
        mail["Subject"] = "Noise"
        mail["Message-Id"] = "<complaint-1@example.com>"
        for name, value in headers.items():
            name = name.replace("_", "-")
            del mail[name]
            mail[name] = value
        if body is not None:
            mail.set_content(body)
        return mail

    def _process(self, mail):
        """Give a message to the gateway; return the new tickets."""
        tickets = self.env["helpdesk.ticket"]
        before = tickets.search([])
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process("mail.thread", raw)
        return tickets.search([]) - before

    def _receive(self, body="It rattles since the visit", **headers):
        return self._process(self._write_mail(body, **headers))


@tagged("post_install", "-at_install")
class TestTicketByMail(MailArrivalCase):
    """PRO 008 §5.4.2: complaints at the alias of an area."""

    def test_a_complaint_by_email(self):
        self.assertEqual(self.care_area.alias_name, "quejas")
        visit = self._create_done_intervention(contact_id=self.person.id)
        ticket = self._receive()
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Noise",
                    "kind": "complaint",
                    "category_id": self.general.id,
                    "team_id": self.care_area.id,
                    "partner_id": self.person.id,
                    "commercial_partner_id": self.customer.id,
                    "partner_name": "Rosa Gil",
                    "partner_email": "rosa@example.com",
                    "user_id": False,
                    "intervention_id": visit.id,
                    "company_id": self.company.id,
                    "channel_id": self.env.ref(
                        "helpdesk_mgmt.helpdesk_ticket_channel_email"
                    ).id,
                }
            ],
        )
        self.assertIn("It rattles", ticket.description)
        self.assertTrue(ticket.resolution_deadline)
        self.assertEqual(ticket.activity_ids.user_id, self.care)
        self.assertEqual(ticket.activity_ids.summary, "Attend the complaint")

    def test_a_message_makes_one_ticket(self):
        self.assertTrue(self._receive())
        self.assertFalse(self._receive())

    def test_the_alias_of_another_area(self):
        self.operations.alias_name = "operaciones"
        ticket = self._receive(To="operaciones@example.com")
        self.assertEqual(ticket.team_id, self.operations)
        self.assertEqual(ticket.kind, "complaint")
        self.assertEqual(ticket.activity_ids.user_id, self.planner)

    def test_the_alias_of_commercial_makes_requests(self):
        ticket = self._receive(To="solicitudes@example.com")
        self.assertEqual(ticket.kind, "request")
        self.assertEqual(ticket.team_id, self.commercial)

    def test_a_stranger_is_no_customer(self):
        self._create_done_intervention()
        ticket = self._receive(From="Juan <juan@example.org>")
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.intervention_id)
        self.assertEqual(ticket.partner_email, "juan@example.org")
        self.assertIn("juan@example.org", "".join(ticket.message_ids.mapped("body")))

    def test_an_address_of_two_customers_is_neither(self):
        self.env["res.partner"].create({"name": "X", "email": "rosa@example.com"})
        ticket = self._receive()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_email, "rosa@example.com")

    def test_which_visit_is_said_only_when_it_can_be_one(self):
        visits = self._create_done_intervention()
        visits |= self._create_done_intervention()
        ticket = self._receive()
        self.assertFalse(ticket.intervention_id)
        self.assertEqual(ticket.recent_intervention_ids, visits)
        own = self._create_done_intervention(contact_id=self.person.id)
        ticket = self._receive(Message_Id="<complaint-2@example.com>")
        self.assertEqual(ticket.intervention_id, own)
        self.assertFalse(ticket.recent_intervention_ids)

    def test_an_old_visit_is_not_the_one(self):
        visit = self._create_done_intervention()
        with patch.object(helpdesk_ticket_mail, "VISIT_DAYS", -1):
            ticket = self._receive()
            self.assertTrue(visit)
            self.assertFalse(ticket.intervention_id)

    def test_a_reply_lands_on_the_ticket(self):
        ticket = self._receive()
        with self.mock_mail_gateway():
            answer = ticket.with_user(self.care).message_post(
                body="Which vehicle?",
                partner_ids=self.person.ids,
                subtype_xmlid="mail.mt_comment",
            )
        for number, header in enumerate(("In-Reply-To", "References")):
            more = self._receive(
                f"The red one {header}",
                **{
                    "Subject": "Re: Noise",
                    "Message-Id": f"<reply-{number}@example.com>",
                    header: answer.message_id,
                },
            )
            self.assertFalse(more)
            self.assertIn(header, ticket.message_ids[:1].body)
            self.assertEqual(ticket.message_ids[:1].author_id, self.person)

    def test_a_machine_makes_no_ticket(self):
        for number, headers in enumerate(
            (
                {"Auto-Submitted": "auto-replied"},
                {"Auto-Submitted": "auto-replied; owner-email=x"},
                {"Precedence": "auto_reply"},
                {"X-Autoreply": "yes"},
                {"From": "mailer-daemon@example.org"},
                {"From": "quejas@example.com"},
                {"From": "Sol <solicitudes@example.com>"},
                {"From": self.domain.catchall_email},
            )
        ):
            headers["Message-Id"] = f"<machine-{number}@example.com>"
            self.assertFalse(self._receive(**headers), headers)

    def test_an_absence_note_does_not_land_on_the_ticket(self):
        ticket = self._receive()
        count = len(ticket.message_ids)
        self._receive(
            "I am on holiday",
            **{
                "Message-Id": "<absent@example.com>",
                "In-Reply-To": "<complaint-1@example.com>",
                "Auto-Submitted": "auto-replied",
            },
        )
        self.assertEqual(len(ticket.message_ids), count)

    def test_a_loop_of_messages_ends(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "mail.gateway.loop.threshold", 3
        )
        made = [
            self._receive(Message_Id=f"<loop-{number}@example.com>")
            for number in range(5)
        ]
        self.assertEqual(len(list(filter(None, made))), 3)

    def test_what_an_employee_passes_on_has_no_customer_yet(self):
        ticket = self._receive(From="Planner <planner@example.com>")
        self.assertRecordValues(
            ticket,
            [{"partner_id": False, "partner_name": False, "partner_email": False}],
        )
        notes = ticket.message_ids.mapped("body")
        self.assertTrue(any("Test planner passed this on" in note for note in notes))

    def test_those_in_copy_do_not_read_the_conversation(self):
        stranger = self.env["res.partner"].create(
            {"name": "Other customer", "email": "other@example.com"}
        )
        cc = ", ".join(f"u{number}@example.org" for number in range(80))
        ticket = self._receive(
            Cc=f"other@example.com, care@example.com, fleet@example.com, {cc}"
        )
        followers = ticket.message_partner_ids
        self.assertNotIn(stranger, followers)
        self.assertIn(self.care.partner_id, followers)
        self.assertIn(self.customer, followers)
        self._receive(
            Message_Id="<again@example.com>",
            In_Reply_To="<complaint-1@example.com>",
            Cc="other@example.com",
        )
        self.assertNotIn(stranger, ticket.message_partner_ids)

    def test_the_company_of_the_customer(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        self.env.user.company_ids = [Command.link(other.id)]
        (self.customer | self.person).write({"company_id": other.id})
        ticket = self._process_of(self.env.user.company_ids)
        self.assertEqual(ticket.company_id, other)

    def _process_of(self, companies):
        case_env = self.env
        try:
            self.env = self.env(
                context={**case_env.context, "allowed_company_ids": companies.ids}
            )
            return self._receive()
        finally:
            self.env = case_env


@tagged("post_install", "-at_install")
class TestTicketBadMail(MailArrivalCase):
    """PRO 008 §5.4.2: whatever the message is like, nothing of it is lost."""

    def test_html_is_made_harmless(self):
        mail = self._write_mail(None)
        mail.set_content(
            '<p onclick="x()">Rattles</p><script>alert(1)</script>'
            '<style>p{color:red}</style><iframe src="https://x.example"></iframe>'
            '<img src="https://img.example/a.png" onerror="alert(2)">',
            subtype="html",
        )
        ticket = self._process(mail)
        self.assertIn("Rattles", ticket.description)
        self.assertIn("https://img.example/a.png", ticket.description)
        for code in ("script", "onerror", "onclick", "iframe", "<style", "alert"):
            self.assertNotIn(code, ticket.description)
            self.assertNotIn(code, ticket.message_ids[-1:].body)

    def test_a_message_without_subject_or_text(self):
        mail = self._write_mail(None)
        del mail["Subject"]
        mail.add_attachment(
            b"%PDF-1.4", maintype="application", subtype="pdf", filename="photo.pdf"
        )
        ticket = self._process(mail)
        self.assertEqual(ticket.name, "No subject")
        self.assertIn("no text", ticket.description)
        self.assertEqual(ticket.message_ids.attachment_ids.name, "photo.pdf")
        self.assertEqual(ticket.attachment_ids.name, "photo.pdf")

    def test_a_subject_in_several_lines_and_too_long(self):
        ticket = self._receive(Subject="Noise " * 200)
        self.assertEqual(len(ticket.name), helpdesk_ticket_mail.MAX_SUBJECT_LENGTH)
        self.assertNotIn("\n", ticket.name)

    def test_strange_encodings(self):
        for number, (charset, raw) in enumerate(
            (
                ("iso-8859-1", "Señor, está rota".encode("latin-1")),
                ("windows-1252", "Señor, está rota".encode("cp1252")),
                ("unknown-8bit", "Señor, está rota".encode()),
                ("utf-8", "Señor, está rota".encode("latin-1")),
            )
        ):
            mail = (
                b"From: rosa@example.com\r\nTo: quejas@example.com\r\n"
                b"Subject: =?iso-8859-1?Q?Se=F1al?=\r\n"
                b"Message-Id: <charset-%d@example.com>\r\n"
                b"Content-Type: text/plain; charset=%s\r\n"
                b"Content-Transfer-Encoding: 8bit\r\n\r\n%s"
                % (number, charset.encode(), raw)
            )
            ticket = self._process(mail)
            self.assertEqual(ticket.name, "Señal")
            self.assertIn("rota", ticket.description, charset)

    def test_a_text_of_five_megabytes(self):
        ticket = self._receive("It rattles. " * 450_000)
        self.assertGreater(len(ticket.description), 5_000_000)

    def test_a_file_too_large_is_left_out_and_said(self):
        mail = self._write_mail()
        for name, size in (("small.bin", 10), ("large.bin", 3000), ("b.bin", 10)):
            mail.add_attachment(
                b"x" * size,
                maintype="application",
                subtype="octet-stream",
                filename=name,
            )
        with patch.object(helpdesk_ticket_mail, "MAX_FILE_BYTES", 1000):
            ticket = self._process(mail)
        self.assertEqual(
            set(ticket.attachment_ids.mapped("name")), {"small.bin", "b.bin"}
        )
        self.assertTrue(
            any(
                "large.bin" in (body or "")
                for body in ticket.message_ids.mapped("body")
            )
        )

    def test_files_too_large_together(self):
        mail = self._write_mail()
        for name in ("a.bin", "b.bin"):
            mail.add_attachment(
                b"x" * 800,
                maintype="application",
                subtype="octet-stream",
                filename=name,
            )
        with patch.object(helpdesk_ticket_mail, "MAX_FILES_BYTES", 1000):
            ticket = self._process(mail)
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["a.bin"])

    def test_the_auto_assigned_user_is_nobody(self):
        self.company.helpdesk_mgmt_ticket_auto_assign = True
        new_test_user(
            self.env, "arrival_portal", "base.group_portal", email="rosa2@example.com"
        )
        ticket = self._receive(From="rosa2@example.com")
        self.assertTrue(ticket)
        self.assertFalse(ticket.user_id)


@tagged("post_install", "-at_install")
class TestTicketByHand(AreaCase):
    """PRO 008 §3: Customer Care registers what it is told, in few clicks."""

    def _register(self, action, **values):
        tickets = self.env["helpdesk.ticket"].with_user(self.care)
        form = Form(tickets.with_context(**action["context"]))
        form.name = "It rattles"
        form.description = "Since the visit"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_from_the_visit(self):
        contact = self.env["res.partner"].create(
            {"name": "Rosa", "email": "rosa@example.com", "parent_id": self.customer.id}
        )
        order = self._create_contract()
        order.action_confirm()
        visit = self._create_done_intervention(contact_id=contact.id, order_id=order.id)
        action = visit.with_user(self.care).action_register_complaint()
        ticket = self._register(action)
        self.assertRecordValues(
            ticket,
            [
                {
                    "kind": "complaint",
                    "team_id": self.care_area.id,
                    "partner_id": contact.id,
                    "partner_name": "Rosa",
                    "partner_email": "rosa@example.com",
                    "intervention_id": visit.id,
                    "order_id": order.id,
                    "create_uid": self.care.id,
                    "channel_id": self.env.ref(
                        "helpdesk_mgmt.helpdesk_ticket_channel_phone"
                    ).id,
                }
            ],
        )

    def test_from_the_customer_and_the_contract(self):
        action = self.customer.with_user(self.care).action_register_complaint()
        ticket = self._register(action, category_id=self.punctuality)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id, self.operations)
        order = self._create_contract()
        order.action_confirm()
        action = order.with_user(self.quality).action_register_complaint()
        ticket = self._register(action)
        self.assertEqual(ticket.order_id, order)
        self.assertEqual(ticket.partner_id, self.customer)

    def test_it_was_told_yesterday_but_not_tomorrow(self):
        action = self.customer.with_user(self.care).action_register_complaint()
        now = fields.Datetime.now()
        yesterday = now - timedelta(days=1)
        ticket = self._register(action, received_on=yesterday)
        self.assertEqual(ticket.received_on, yesterday)
        for day in (1, 400):
            with self.assertRaises(ValidationError):
                ticket.received_on = now + timedelta(days=day)

    def test_the_same_again_is_warned_of_not_refused(self):
        visit = self._create_done_intervention()
        first = self._create_ticket(intervention_id=visit.id)
        action = visit.with_user(self.care).action_register_complaint()
        tickets = self.env["helpdesk.ticket"].with_user(self.care)
        form = Form(tickets.with_context(**action["context"]))
        self.assertEqual(form.similar_ticket_ids.ids, first.ids)
        second = self._register(action)
        self.assertEqual(second.similar_ticket_ids, first)
        self.assertEqual(first.similar_ticket_ids, second)
        second.write({"root_cause": "x", "corrective_action": "x"})
        second.stage_id = self.done
        self.env.invalidate_all()
        self.assertFalse(first.similar_ticket_ids)
        self.assertFalse(second.similar_ticket_ids)

    def test_those_who_register_nothing_have_no_button(self):
        for model, xmlid in (
            ("airbag.intervention", "airbag_client_mgmt.airbag_intervention_view_form"),
            ("res.partner", "base.view_partner_form"),
            ("sale.order", "sale.view_order_form"),
        ):
            view = self.env.ref(xmlid)
            # Customer Care opens visits and customers, quality contracts, too.
            first = self.quality if model == "sale.order" else self.care
            for user, shown in ((first, True), (self.planner, False)):
                records = self.env[model].with_user(user)
                arch = records.get_view(view.id, "form")["arch"]
                button = 'name="action_register_complaint"'
                self.assertEqual(button in arch, shown, model)

    def test_the_register_asks_the_database_as_often_for_many(self):
        visit = self._create_done_intervention()
        names = [
            "name",
            "kind",
            "team_id",
            "partner_id",
            "is_overdue",
            "portal_state",
            "promised_on",
            "similar_ticket_ids",
            "resolution_deadline",
        ]
        specification = {name: {} for name in names}

        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            tickets = self.env["helpdesk.ticket"].with_user(self.care)
            tickets.web_search_read(
                [("team_id", "=", self.operations.id)], specification
            )
            return self.cr.sql_log_count - before

        self._create_ticket(intervention_id=visit.id)
        count()
        few = count()
        for _number in range(20):
            self._create_ticket(intervention_id=visit.id)
        count()
        self.assertEqual(count(), few)
