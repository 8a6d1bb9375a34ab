# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .contract_common import ContractCase

MAIL = """\
From: Ana Mora <ana.mora@example.com>
To: {to}
Subject: Twenty vans
Message-Id: <{key}@example.com>
Content-Type: text/plain; charset=utf-8

We need the airbags of twenty vans checked.
"""


class RequestCase(ContractCase):
    """Requests of a service, in the register of tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commercial = cls.env.ref("airbag_client_mgmt.helpdesk_team_commercial")
        cls.service = cls.env.ref("airbag_client_mgmt.product_rep")

    @classmethod
    def _create_request(cls, **values):
        tickets = cls.env["helpdesk.ticket"]
        return tickets.create(
            {
                **tickets._get_request_defaults("phone"),
                "name": "Twenty vans",
                "description": "<p>Check the airbags<br>of twenty vans</p>",
                "partner_name": "Ana Mora",
                "partner_email": "ana.mora@example.com",
                "partner_phone": "+57 300 555 0101",
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestRequest(RequestCase):
    """PRO 008 §5.2.1: one register, from request to opportunity or quotation."""

    def test_a_request_by_phone_is_typed_from_the_register(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_request"
        )
        context = {
            key: value
            for key, value in safe_eval(action["context"]).items()
            if key.startswith("default_")
        }
        form = Form(
            self.env["helpdesk.ticket"].with_user(self.salesman).with_context(**context)
        )
        form.name = "Ten vans"
        form.description = "Ten vans"
        ticket = form.save()
        self.assertEqual(ticket.kind, "request")
        self.assertEqual(ticket.team_id, self.commercial)
        self.assertEqual(
            ticket.channel_id,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone"),
        )

    def _receive(self, key="request-1", team=None):
        team = team or self.commercial
        alias = f"{team.alias_name}@example.com"
        domain = self.env["mail.alias.domain"].search([], limit=1)
        if not domain:
            domain = self.env["mail.alias.domain"].create({"name": "example.com"})
        domain.name = "example.com"
        team.alias_id.alias_domain_id = domain
        with self.mock_mail_gateway():
            ticket_id = self.env["mail.thread"].message_process(
                "mail.thread", MAIL.format(to=alias, key=key)
            )
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def test_a_request_by_email_arrives_once(self):
        self.assertEqual(self.commercial.alias_name, "solicitudes")
        ticket = self._receive()
        self.assertEqual(ticket.kind, "request")
        self.assertEqual(ticket.team_id, self.commercial)
        self.assertEqual(
            ticket.category_id,
            self.env.ref("airbag_client_mgmt.helpdesk_category_service_request"),
        )
        self.assertEqual(
            ticket.channel_id,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email"),
        )
        self.assertEqual(ticket.partner_name, "Ana Mora")
        self.assertFalse(ticket.user_id)
        self.assertIn("twenty vans", ticket.description)
        self.assertFalse(self._receive().exists())  # the same message again

    def test_an_email_to_another_area_is_no_request(self):
        care = self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care")
        care.alias_name = "atencion-test"
        ticket = self._receive("other-1", care)
        self.assertEqual(ticket.kind, "complaint")
        self.assertEqual(ticket.team_id, care)

    def test_a_request_becomes_an_opportunity_in_one_click(self):
        ticket = self._create_request().with_user(self.salesman)
        action = ticket.action_create_lead()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.contact_name, "Ana Mora")
        self.assertEqual(lead.email_from, "ana.mora@example.com")
        self.assertEqual(lead.phone, "+57 300 555 0101")
        self.assertEqual(lead.specific_needs, "Check the airbags\nof twenty vans")
        self.assertEqual(
            lead.medium_id, self.env.ref("airbag_client_mgmt.utm_medium_phone")
        )
        self.assertEqual(lead.user_id, self.salesman)
        # Linked both ways, and only once.
        self.assertEqual(ticket.lead_id, lead)
        self.assertEqual(lead.ticket_count, 1)
        self.assertEqual(
            lead.action_view_tickets()["domain"], [("lead_id", "=", lead.id)]
        )
        self.assertEqual(ticket.action_create_lead()["res_id"], lead.id)

    def test_a_request_becomes_a_quotation_in_one_click(self):
        ticket = self._create_request(
            partner_id=self.customer.id, requested_product_id=self.service.id
        ).with_user(self.salesman)
        order = self.env["sale.order"].browse(
            ticket.action_create_quotation()["res_id"]
        )
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.product_id, self.service)
        self.assertEqual(order.specific_needs, "Check the airbags\nof twenty vans")
        self.assertEqual(ticket.order_id, order)
        self.assertEqual(order.ticket_count, 1)
        self.assertEqual(ticket.action_create_quotation()["res_id"], order.id)

    def test_a_quotation_needs_a_customer(self):
        ticket = self._create_request()
        with self.assertRaisesRegex(UserError, "Choose the customer"):
            ticket.action_create_quotation()
        self.assertFalse(ticket.order_id)

    def test_the_quotation_of_the_opportunity_answers_the_request(self):
        ticket = self._create_request(partner_id=self.customer.id)
        action = ticket.with_user(self.salesman).action_create_lead()
        lead = self.env["crm.lead"].browse(action["res_id"])
        action = lead.with_user(self.salesman).action_new_quotation()
        form = Form(
            self.env["sale.order"]
            .with_user(self.salesman)
            .with_context(**action["context"])
        )
        order = form.save()
        self.assertEqual(ticket.order_id, order)
        self.assertIn(lead.specific_needs, order.specific_needs)

    def test_commercial_attends_requests_and_nothing_else(self):
        request = self._create_request()
        complaint = self._create_request(
            category_id=self.env.ref("airbag_client_mgmt.helpdesk_category_quality").id,
            kind="complaint",
        )
        request.with_user(self.salesman).name = "Thirty vans"
        with self.assertRaises(AccessError):
            complaint.with_user(self.salesman).name = "Nothing happened"
        with self.assertRaises(AccessError):
            complaint.with_user(self.salesman).read(["name"])
        with self.assertRaises(AccessError):
            request.with_user(self.salesman).unlink()
        technician = new_test_user(
            self.env, "request_technician", "airbag_client_mgmt.group_technician"
        )
        with self.assertRaises(AccessError):
            request.with_user(technician).name = "Mine"

    def test_another_company_sees_no_request(self):
        request = self._create_request()
        other = self.env["res.company"].create({"name": "Other"})
        self.salesman.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            request.with_user(self.salesman).read(["name"])


@tagged("post_install", "-at_install")
class TestRequestPage(RequestCase, HttpCase):
    """PRO 008 §5.2.1: the page on which anybody asks for a service."""

    def _open(self):
        page = self.url_open("/service-request")
        self.assertEqual(page.status_code, 200)
        return {
            name: re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]
            for name in ("csrf_token", "token")
        }

    def _send(self, hidden=None, **values):
        return self.url_open(
            "/service-request/send",
            data={
                **(hidden or self._open()),
                "name": "Ana Mora",
                "company": "Taxis del Norte",
                "email": "Ana.Mora@example.com",
                "phone": "+57 300 555 0101",
                "product": str(self.service.id),
                "plate": "ABC123",
                "message": "Two airbags fired",
                **values,
            },
        )

    def _find(self, email="ana.mora@example.com"):
        return self.env["helpdesk.ticket"].search([("partner_email", "=", email)])

    def test_a_stranger_asks_for_a_service(self):
        page = self._send()
        ticket = self._find()
        self.assertEqual(len(ticket), 1)
        self.assertIn(ticket.number, page.text)
        self.assertEqual(ticket.kind, "request")
        self.assertEqual(ticket.team_id, self.commercial)
        self.assertEqual(ticket.requested_product_id, self.service)
        self.assertEqual(
            ticket.channel_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        )
        self.assertIn("ABC123", ticket.description)
        self.assertFalse(ticket.user_id)

    def test_a_form_sent_twice_makes_one_request(self):
        hidden = self._open()
        first, second = self._send(hidden), self._send(hidden)
        ticket = self._find()
        self.assertEqual(len(ticket), 1)
        self.assertIn(ticket.number, first.text)
        self.assertIn(ticket.number, second.text)

    def test_what_is_wrong_is_said_and_nothing_is_lost(self):
        page = self._send(name="", email="nobody", phone="12", message=" ").text
        self.assertEqual(page.count("invalid-feedback"), 4)
        for text in ("Taxis del Norte", "ABC123", "nobody"):
            self.assertIn(text, page)
        self.assertIn(f'value="{self.service.id}" selected', page)
        self.assertFalse(self._find("nobody"))
        for email in ("ana@@example", "ana@example", "ana mora@example.com"):
            self.assertIn("invalid-feedback", self._send(email=email).text, email)
        page = self._send(message="x" * 3001).text
        self.assertIn("3000", page)
        self.assertFalse(self._find())

    def test_a_forged_or_old_form_is_refused_with_its_text(self):
        for token in ("", "AAAA", "no token at all", "ñ"):
            page = self._send({**self._open(), "token": token})
            self.assertIn("alert-danger", page.text)
            self.assertIn("Two airbags fired", page.text)
        self.assertFalse(self._find())

    def test_a_robot_makes_no_request(self):
        page = self._send(website_url="http://spam.example.com")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self._find())

    def test_html_is_shown_as_text(self):
        self._send(message="<script>alert(1)</script>", company="<b>Taxis</b>")
        ticket = self._find()
        self.assertIn("&lt;script&gt;", ticket.description)
        self.assertNotIn("<script>", ticket.description)
        self.assertNotIn("<b>Taxis", ticket.description)

    def test_too_many_requests_are_refused(self):
        for _number in range(5):
            self._send()
        self.assertEqual(len(self._find()), 5)
        page = self._send()
        self.assertIn("alert-danger", page.text)
        self.assertEqual(len(self._find()), 5)
        self._send(email="other@example.com")
        self.assertTrue(self._find("other@example.com"))

    def test_a_strangers_email_is_no_proof(self):
        self._send(email=self.customer.email)
        ticket = self._find(self.customer.email)
        self.assertFalse(ticket.partner_id)

    def test_a_service_that_is_not_offered_is_left_out(self):
        other = self.env["product.product"].create({"name": "Secret"})
        for product in (str(other.id), "999999999", "x"):
            self._send(product=product)
        self.assertFalse(self._find().requested_product_id)
        self.assertEqual(len(self._find()), 3)

    def test_a_customer_who_logged_in_finds_its_data(self):
        user = new_test_user(
            self.env, "request_portal", "base.group_portal", name="Luisa Paz"
        )
        user.partner_id.write({"parent_id": self.customer.id, "email": "l@example.com"})
        self.authenticate("request_portal", "request_portal")
        self.assertIn("/service-request", self.url_open("/my").text)
        page = self.url_open("/service-request").text
        for text in ("Luisa Paz", "l@example.com", self.customer.name):
            self.assertIn(text, page)
        self._send(email="l@example.com")
        self.assertEqual(self._find("l@example.com").partner_id, user.partner_id)
