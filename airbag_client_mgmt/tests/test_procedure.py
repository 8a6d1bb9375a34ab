# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import ClientMgmtCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO"
    "1AAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestProcedure(ClientMgmtCommon, MailCase, HttpCase):
    """PRO 008 once from end to end, each step by the role that does it.

    The customer signs and answers without an account, over the same public
    addresses that the e-mails carry.
    """

    def ref(self, name):
        return self.env.ref(f"airbag_client_mgmt.{name}")

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.ref(name).method_direct_trigger()

    def kpi_value(self, code):
        """Return ``(numerator, denominator, value)`` of our customer, or None."""
        rows = self.env["airbag.kpi.report"].formatted_read_group(
            [
                ("kpi_id", "=", self.ref(code).id),
                ("partner_id", "=", self.walk_customer.id),
            ],
            ["kpi_id"],
            ["numerator:sum", "denominator:sum", "value:avg"],
        )
        if not rows:
            return None
        return tuple(
            rows[0][name] for name in ("numerator:sum", "denominator:sum", "value:avg")
        )

    def test_walk_the_procedure(self):
        lead = self._capture()
        order = self._quote(lead)
        self._sign(order)
        visit = self._plan(order)
        self._carry_out(visit)
        answer = self._ask(visit)
        ticket = self._answer_badly(answer)
        self._resolve(ticket)
        self.assertEqual(self.kpi_value("kpi_satisfaction")[:2], (0, 1))
        self.assertEqual(self.kpi_value("kpi_resolution")[1], 1)
        self.assertEqual(self.kpi_value("kpi_retention"), (0, 0, False))
        self._renew(order)
        self.assertEqual(self.kpi_value("kpi_retention"), (1, 1, 100))

    def _capture(self):
        """§5.1.1, §5.1.2: a lead with its channel, needs and requirements."""
        lead = (
            self.env["crm.lead"]
            .with_user(self.salesperson)
            .create(
                {
                    "type": "opportunity",
                    "name": "Airbags of the fleet",
                    "partner_name": "Walk Fleet",
                    "contact_name": "Ana Walk",
                    "email_from": "ana@walkfleet.example.com",
                    "medium_id": self.ref("utm_medium_commercial_visit").id,
                    "specific_needs": "Night service at the yard",
                    "special_requirements": "Safety shoes",
                }
            )
        )
        lead._handle_partner_assignment(create_missing=True)
        self.walk_customer = lead.partner_id.commercial_partner_id
        self.assertEqual(lead.partner_id.specific_needs, "Night service at the yard")
        return lead

    def _quote(self, lead):
        """§5.1.3, §5.2.2: a quotation from a template, sent by e-mail."""
        context = lead.action_new_quotation()["context"]
        with Form(
            self.env["sale.order"].with_user(self.salesperson).with_context(**context)
        ) as form:
            form.partner_id = lead.partner_id
            form.sale_order_template_id = self.ref("sale_order_template_annual")
        order = form.record
        self.assertTrue(order.is_service_contract)
        self.assertEqual(order.opportunity_id, lead)
        self.assertEqual(order.specific_needs, "Night service at the yard")
        self.assertTrue(order.order_line.product_id.treatment_id)
        self.assertEqual(
            set(order.obligation_ids.mapped("party")), {"company", "customer"}
        )
        with self.assertRaisesRegex(UserError, "first day"):
            order.action_quotation_send()
        # Ends within the notice of renewal, so that the walk needs no other day.
        today = fields.Date.today()
        order.contract_start = today - relativedelta(years=1) + timedelta(days=30)
        action = order.action_quotation_send()
        with self.mock_mail_gateway():
            composer = Form.from_action(order.env, action).save()
            composer.action_send_mail()
        self.assertEqual(order.state, "sent")
        self.assertIn("ana@walkfleet.example.com", str(self._mails))
        self.assertIn("Night service at the yard", self._mails[0]["body"])
        return order

    def _sign(self, order):
        """§5.2.3: the customer reads the benefits and signs on the portal."""
        page = self.url_open(order.get_portal_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Night service at the yard", page.text)
        self._accept(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, "Ana Walk")
        self.assertEqual(order.contract_state, "active")
        self.assertEqual(order.type_name, "Service Contract")
        page = self.url_open(order.get_portal_url())
        self.assertNotIn("portal_connect_software_modal_btn", page.text)
        with self.assertRaises(UserError):
            order.contract_duration = 2

    def _plan(self, order):
        """§5.3.1: visits follow from the contract; the planner staffs one."""
        promised = sum(order.order_line.mapped("promised_visit_count"))
        self.assertEqual(len(order.intervention_ids), promised)
        visit = order.intervention_ids.sorted("planned_start")[0]
        visit = visit.with_user(self.planner)
        visit.write(
            {
                "planned_start": fields.Datetime.now(),
                "reschedule_reason": "The customer asked for today",
            }
        )
        visit.treatment_id.sudo().qualified_user_ids = self.technician
        visit.action_assign_best()
        self.assertEqual(visit.user_id, self.technician)
        visit.action_plan()
        return visit

    def _carry_out(self, visit):
        """§5.3.2, §5.3.3: the technician follows the steps and documents."""
        visit = visit.with_user(self.technician)
        visit.action_acknowledge_requirements()
        visit.action_start()
        self.assertTrue(visit.step_ids)
        with self.assertRaises(UserError):
            visit.action_finish()
        visit.step_ids.action_toggle_done()
        visit.write(
            {
                "findings": "Connector under the seat corroded",
                "product_ids": [
                    Command.create({"product_id": self.airbag.id, "lot_name": "WALK-1"})
                ],
                "recommendation_ids": [
                    Command.create({"name": "Replace the harness within a month"})
                ],
            }
        )
        visit.action_finish()

    def _ask(self, visit):
        """§5.4.1: one survey, due in five days; its e-mail leaves by itself."""
        for _turn in range(2):
            self.run_cron("ir_cron_survey_obligations")
        answer = self.env["survey.user_input"].search(
            [("intervention_id", "=", visit.id)]
        )
        self.assertEqual(len(answer), 1)
        today = self.company._get_service_date(visit.finished_at)
        self.assertEqual(answer.contact_deadline, today + timedelta(days=5))
        with self.mock_mail_gateway(mail_unlink_sent=False):
            for _turn in range(2):
                self.run_cron("ir_cron_survey_followup")
            self.env["mail.mail"].process_email_queue()
        sent = [
            mail
            for mail in self._mails
            if "/survey/start/" in mail["body"]
            and any("ana@walkfleet.example.com" in to for to in mail["email_to"])
        ]
        self.assertEqual(len(sent), 1)
        self.assertEqual(answer.contact_state, "contacted")
        self.assertEqual(answer.contact_channel, "email")
        self.link = re.search(
            r"https?://[^/]+(/survey/start/[^\"\s<]+)", sent[0]["body"]
        )[1]
        return answer

    def _answer_badly(self, answer):
        """§5.4.1, §5.4.2: the customer answers on the page; one ticket opens."""
        page = self.url_open(self.link.replace("&amp;", "&"))
        self.assertEqual(page.status_code, 200)
        survey = answer.survey_id
        token = f"{survey.access_token}/{answer.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{token}", {})
        scores = {
            "overall": "2",
            "punctuality": "1",
            "quality": "4",
            "staff": "5",
            "recommend": "6",
            "comment": "They came two hours late",
        }
        answers = {
            str(self.ref(f"satisfaction_question_{question}").id): score
            for question, score in scores.items()
        }
        for _click in range(2):
            self.make_jsonrpc_request(f"/survey/submit/{token}", answers)
        done_page = self.url_open(self.link.replace("&amp;", "&"))
        self.assertNotIn("/survey/retry/", done_page.text)
        self.assertEqual(answer.contact_state, "answered")
        self.assertFalse(answer.is_satisfied)
        ticket = answer.ticket_ids
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.team_id, self.ref("helpdesk_team_operations"))
        self.assertEqual(ticket.kind, "complaint")
        self.assertIn("two hours late", ticket.description)
        return ticket

    def _resolve(self, ticket):
        """§5.4.2: the area finds the cause, corrects it and closes."""
        ticket = ticket.with_user(self.care)
        ticket.stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
        )
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaisesRegex(UserError, "root cause"), self.env.cr.savepoint():
            ticket.stage_id = done
        ticket.invalidate_recordset()
        with self.mock_mail_gateway():
            ticket.write(
                {
                    "root_cause": "Route planned without traffic",
                    "corrective_action": "Travel time added to the plan",
                    "stage_id": done.id,
                }
            )
            self.flush_tracking()
            ticket.sudo().confirmation_message_id.mail_ids.send()
        told = [mail for mail in self._mails if ticket.number in mail["subject"]]
        self.assertEqual(len(told), 1)
        self.assertIn(ticket.partner_id.name, told[0]["body"])
        self.assertTrue(ticket.acknowledged_on)
        self.assertTrue(ticket.resolved_on)

    def _renew(self, order):
        """§5.5.3: due before the end, offered at today's terms, signed."""
        with self.mock_mail_gateway():
            self.run_cron("ir_cron_renewals")
        order.invalidate_recordset()
        self.assertEqual(order.renewal_state, "due")
        self.assertTrue(order.activity_ids)
        order = order.with_user(self.salesperson)
        order.action_log_renewal_contact()
        self.assertEqual(order.renewal_state, "contacted")
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        self.assertEqual(renewal.contract_start, order.contract_end + timedelta(days=1))
        renewal.action_quotation_sent()
        self._accept(renewal)
        self.assertEqual(order.renewal_state, "renewed")
        self.assertEqual(renewal.contract_state, "signed")
        with self.assertRaises(UserError):
            order.action_renew()

    def _accept(self, order):
        order._portal_ensure_token()
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Ana Walk",
                "signature": SIGNATURE,
            },
        )
