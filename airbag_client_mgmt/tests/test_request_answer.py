# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_request import RequestCase


class AnswerCase(RequestCase):
    """Requests, answered by salespeople."""

    def _open_lead(self, ticket, user=None):
        action = ticket.with_user(user or self.salesman).action_create_lead()
        return self.env["crm.lead"].browse(action["res_id"])

    def _quote(self, ticket, user=None):
        action = ticket.with_user(user or self.salesman).action_create_quotation()
        return self.env["sale.order"].browse(action["res_id"])

    def _create_customer_request(self, **values):
        return self._create_request(partner_id=self.customer.id, **values)


@tagged("post_install", "-at_install")
class TestRequestSalesperson(AnswerCase):
    """PRO 008 §5.2.1: one click makes the document, and who clicks can open it."""

    def _get_unsuitable_salespeople(self):
        """Return colleagues of the customer that cannot have the new document."""
        archived = new_test_user(
            self.env, "request_gone", "sales_team.group_sale_salesman"
        )
        archived.active = False
        company = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env,
            "request_foreign",
            "sales_team.group_sale_salesman",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        return archived, foreign

    def test_who_clicks_gets_the_document_of_a_colleagues_customer(self):
        unsuitable = self._get_unsuitable_salespeople()
        for colleague in (self.other_salesman, *unsuitable):
            self.customer.user_id = colleague
            lead = self._open_lead(self._create_customer_request())
            self.assertEqual(lead.user_id, self.salesman, colleague.login)
            order = self._quote(self._create_customer_request())
            self.assertEqual(order.user_id, self.salesman, colleague.login)
            self.assertTrue((order.with_user(self.salesman)).has_access("write"))

    def test_who_sees_all_documents_leaves_it_to_the_customers_salesperson(self):
        leader = new_test_user(
            self.env, "request_leader", "sales_team.group_sale_salesman_all_leads"
        )
        self.customer.user_id = self.other_salesman
        lead = self._open_lead(self._create_customer_request(), leader)
        self.assertEqual(lead.user_id, self.other_salesman)
        order = self._quote(self._create_customer_request(), leader)
        self.assertEqual(order.user_id, self.other_salesman)
        for colleague in self._get_unsuitable_salespeople():
            self.customer.user_id = colleague
            lead = self._open_lead(self._create_customer_request(), leader)
            self.assertEqual(lead.user_id, leader, colleague.login)

    def test_what_somebody_else_answers_is_said_and_not_opened(self):
        ticket = self._create_customer_request()
        self._open_lead(ticket, self.other_salesman)
        self._quote(ticket, self.other_salesman)
        for open_document in (self._open_lead, self._quote):
            with self.assertRaisesRegex(UserError, "contract_other"):
                open_document(ticket)

    def test_a_salesperson_makes_no_complaint_of_a_request(self):
        ticket = self._create_request()
        complaint = self.env.ref("airbag_client_mgmt.helpdesk_category_quality")
        for values in ({"kind": "complaint"}, {"category_id": complaint.id}):
            with self.assertRaisesRegex(AccessError, "Customer Care"):
                ticket.with_user(self.salesman).write(values)
        self.assertEqual(ticket.kind, "request")
        ticket.with_user(self.salesman).write({"kind": "request", "priority": "2"})
        care = new_test_user(
            self.env,
            "request_care",
            "helpdesk_mgmt.group_helpdesk_user,sales_team.group_sale_salesman",
        )
        ticket.with_user(care).category_id = complaint
        self.assertEqual(ticket.category_id, complaint)
        ticket.with_user(care).kind = "complaint"
        self.assertEqual(ticket.kind, "complaint")


@tagged("post_install", "-at_install")
class TestRequestQuotation(AnswerCase):
    """PRO 008 §5.2.1: the request leads to the quotation that answers it."""

    def test_a_request_about_a_contract_gets_a_quotation_of_its_own(self):
        contract = self._create_contract()
        ticket = self._create_customer_request(order_id=contract.id)
        order = self._quote(ticket)
        self.assertNotEqual(order, contract)
        self.assertEqual(order.state, "draft")
        self.assertEqual(ticket.quotation_id, order)
        self.assertEqual(ticket.order_id, contract)
        for document in (order, contract):
            self.assertEqual(document.ticket_count, 1)
            domain = document.action_view_tickets()["domain"]
            self.assertEqual(self.env["helpdesk.ticket"].search(domain), ticket)
        self.assertEqual(self._quote(ticket), order)

    def test_the_quotation_of_the_opportunity_answers_what_is_about_a_contract(self):
        contract = self._create_contract()
        ticket = self._create_customer_request(order_id=contract.id)
        lead = self._open_lead(ticket)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        self.assertEqual(ticket.quotation_id, order)
        self.assertEqual(ticket.order_id, contract)

    def test_a_cancelled_quotation_is_followed_by_another(self):
        ticket = self._create_customer_request()
        cancelled = self._quote(ticket)
        cancelled._action_cancel()
        order = self._quote(ticket)
        self.assertNotEqual(order, cancelled)
        self.assertEqual(ticket.quotation_id, order)
        self.assertEqual(ticket.order_id, order)
        # By way of the opportunity as well.
        order._action_cancel()
        lead = self._open_lead(ticket)
        last = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        self.assertEqual(ticket.quotation_id, last)

    def test_a_draft_quotation_is_deleted_and_made_again(self):
        ticket = self._create_customer_request()
        order = self._quote(ticket)
        manager = new_test_user(
            self.env, "request_manager", "sales_team.group_sale_manager"
        )
        order.with_user(manager).unlink()
        self.assertFalse(ticket.quotation_id)
        self.assertFalse(ticket.order_id)
        self.assertTrue(self._quote(ticket).exists())

    def test_what_a_ticket_is_about_is_not_deleted(self):
        order = self._create_quotation()
        ticket = self._create_customer_request(order_id=order.id)
        with self.assertRaisesRegex(UserError, ticket.number):
            order.unlink()

    def test_a_revised_quotation_leads_to_its_current_revision(self):
        ticket = self._create_customer_request(requested_product_id=self.service.id)
        order = self._quote(ticket)
        for _number in range(2):
            order.with_user(self.salesman).create_revision()
            order = order.current_revision_id
            self.assertEqual(ticket.quotation_id, order)
            self.assertEqual(ticket.order_id, order)
            self.assertEqual(order.ticket_count, 1)
            self.assertEqual(self._quote(ticket), order)

    def test_the_buttons_come_back_when_the_quotation_is_cancelled(self):
        ticket = self._create_customer_request()
        form = self.env["helpdesk.ticket"].get_view(view_type="form")["arch"]
        self.assertIn('name="quotation_state"', form)
        order = self._quote(ticket)
        self.assertEqual(ticket.quotation_state, "draft")
        order._action_cancel()
        self.assertEqual(ticket.quotation_state, "cancel")


@tagged("post_install", "-at_install")
class TestRequestKnowledge(AnswerCase):
    """PRO 008 §5.2.1: nothing of what the request knew is asked again."""

    def test_the_company_that_was_told_becomes_the_customer(self):
        ticket = self._create_request(partner_company_name="Taxis del Norte")
        lead = self._open_lead(ticket)
        self.assertEqual(lead.partner_name, "Taxis del Norte")
        lead._handle_partner_assignment(create_missing=True)
        customer = lead.partner_id.commercial_partner_id
        self.assertTrue(customer.is_company)
        self.assertEqual(customer.name, "Taxis del Norte")
        self.assertEqual(lead.partner_id.name, "Ana Mora")

    def test_a_known_customer_keeps_its_name(self):
        ticket = self._create_customer_request(partner_company_name="Flota A.")
        self.assertNotEqual(self._open_lead(ticket).partner_name, "Flota A.")

    def test_the_requested_service_is_on_the_quotation_of_the_opportunity(self):
        ticket = self._create_customer_request(requested_product_id=self.service.id)
        lead = self._open_lead(ticket).with_user(self.salesman)
        orders = self.env["sale.order"].with_user(self.salesman)
        action = lead.action_new_quotation()
        order = Form(orders.with_context(**action["context"])).save()
        self.assertEqual(order.order_line.product_id, self.service)
        self.assertEqual(order.order_line.price_unit, self.service.list_price)
        self.assertEqual(ticket.quotation_id, order)
        # Once: the next quotation of the opportunity is about something else.
        self.assertNotIn("default_order_line", lead.action_new_quotation()["context"])

    def test_a_request_of_unknown_channel_gives_an_opportunity_with_one(self):
        lead = self._open_lead(self._create_request(channel_id=False))
        self.assertEqual(
            lead.medium_id, self.env.ref("airbag_client_mgmt.utm_medium_phone")
        )
