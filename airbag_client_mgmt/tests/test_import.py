# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The history a company brings along, imported with Odoo's own import."""

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .import_common import ImportCommon

TEMPLATES = {
    "customer": "clientes.xlsx",
    "contract": "contratos.xlsx",
    "intervention": "intervenciones.xlsx",
    "survey": "encuestas.xlsx",
    "ticket": "quejas.xlsx",
}


@tagged("post_install", "-at_install")
class TestImport(ImportCommon):
    """What the rows of each file make, and what they do not start."""

    def test_templates(self):
        """The shipped files import as they are, each header by its label in Spanish."""
        self.airbag.default_code = "AB-COND"
        self.env["product.product"].create(
            {"name": "Connector", "default_code": "CON-AM", "type": "consu"}
        )
        self.area.with_context(lang="es_419").name = "Calidad"
        for kind, name in TEMPLATES.items():
            model = f"airbag.import.{kind}"
            [offered] = self.env[model].get_import_templates()
            self.assertEqual(
                offered["template"], f"/airbag_client_mgmt/static/import/{name}"
            )
            with file_open(f"airbag_client_mgmt/static/import/{name}", "rb") as file:
                content = file.read()
            for _again in range(2):
                result = self._upload(model, content, name, lang="es_419")
                self.assertTrue(all(result["fields"]), result)
                self.assertFalse(result["messages"])
                self.assertEqual(len(result["ids"]), 2)
            self.assertEqual(self.env[model].search_count([]), 2)
        contracts = self.env["airbag.import.contract"].search([], order="id").record_id
        self.assertEqual(contracts.mapped("renewal_state"), ["renewed", "lost"])
        visit = self.env["airbag.import.intervention"].search([])[-1].record_id
        # Nine in the morning where the company works.
        self.assertEqual(str(visit.started_at), "2023-01-18 14:00:00")

    def test_customer(self):
        customer = self._import_right(
            "customer",
            {
                "external_id": "CLI-1",
                "name": "Old Fleet",
                "vat": "900123",
                "email": "old@example.com",
                "salesperson": "Test salesperson",
                "special_requirements": "Ring twice",
            },
        )
        self.assertEqual(customer.user_id, self.salesperson)
        self.assertEqual(customer.special_requirements, "Ring twice")
        self.assertTrue(customer.is_company)
        self.assertTrue(customer.imported_on)
        # Other files may name it by id, tax id or name.
        for number, name in enumerate(("CLI-1", "900123", "Old Fleet"), 1):
            visit = self._import_right(
                "intervention",
                self._visit_row(number, customer=name, license_plate=""),
            )
            self.assertEqual(visit.partner_id, customer)

    def test_contract_of_the_past(self):
        """It is as it was signed; no visit of its past is planned, nothing is sent."""
        mails = self.env["mail.mail"].search_count([])
        contract = self._import_right("contract", self._contract_row())
        self.assertEqual(contract.name, "OLD-1")
        self.assertEqual(contract.state, "sale")
        self.assertEqual(contract.contract_state, "ended")
        self.assertEqual(contract.contract_end, date(2024, 1, 14))
        self.assertEqual(contract.signed_by, "Ana")
        self.assertEqual(contract.renewal_state, "lost")
        self.assertEqual(contract.amount_untaxed, 1200)
        self.assertEqual(contract.order_line.promised_visit_count, 4)
        self.assertEqual(contract.invoice_status, "no")
        reason = contract.renewal_lost_reason_id
        self.assertEqual(
            reason, self.env.ref("airbag_client_mgmt.contract_reason_not_recorded")
        )
        self._run_crons()
        self.assertFalse(contract.intervention_ids)
        self.assertEqual(contract.renewal_lost_reason_id, reason)
        self.assertFalse(contract.activity_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertIn("CON-1", contract.message_ids.mapped("body")[0])

    def test_contract_in_force(self):
        """It goes on: its visits from today are planned, none of those before."""
        today = self.company._get_service_today()
        contract = self._import_right(
            "contract",
            self._contract_row(
                contract_start=str(today - timedelta(days=200)),
                signed_on=str(today - timedelta(days=210)),
                contract_months="24",
                visit_interval="1",
            ),
        )
        self.assertEqual(contract.contract_state, "active")
        self.assertGreaterEqual(contract.next_visit_to_create, today)
        self._run_crons()
        visits = contract.intervention_ids
        self.assertTrue(visits)
        days = [
            self.company._get_service_date(
                visit.original_planned_start or visit.planned_start
            )
            for visit in visits
        ]
        self.assertGreaterEqual(min(days), today)
        self.assertGreater(min(visits.mapped("visit_number")), 6)

    def test_renewal(self):
        """A contract renews another one of the same file, or of an earlier one."""
        first = self._contract_row()
        second = self._contract_row(2, contract_start="2024-01-15", renews="CON-1")
        third = self._contract_row(3, contract_start="2025-01-15", renews="OLD-2")
        contracts = self._import_right("contract", second, first)
        self.assertEqual(contracts[0].renewed_order_id, contracts[1])
        self.assertEqual(contracts.mapped("renewal_state"), ["lost", "renewed"])
        last = self._import_right("contract", third)
        self.assertEqual(contracts[0].renewal_state, "renewed")
        self.assertFalse(contracts[0].renewal_lost_reason_id)
        self.assertEqual(last.renewed_order_id, contracts[0])

    def test_intervention(self):
        """It is done, with its documents; nobody is asked, nothing is mailed."""
        contract = self._import_right("contract", self._contract_row())
        mails = self.env["mail.mail"].search_count([])
        rows = [
            self._visit_row(customer="", contract="CON-1", visit_number="1"),
            self._visit_row(
                2, license_plate="xyz 987", products_used="", recommendations=""
            ),
        ]
        visits = self._import_right("intervention", *rows)
        promised, extra = visits
        self.assertEqual(visits.mapped("state"), ["done", "done"])
        self.assertEqual(promised.partner_id, self.customer)
        self.assertEqual(promised.order_line_id, contract.order_line)
        self.assertEqual(contract.visits_done, 1)
        self.assertEqual(promised.vehicle_id, self.vehicle)
        self.assertEqual(promised.user_id, self.technician)
        self.assertEqual(promised.duration_hours, 2.5)
        self.assertEqual(promised.product_ids.mapped("lot_name"), ["L-7"])
        self.assertEqual(promised.product_ids.quantity, 2)
        self.assertEqual(
            promised.recommendation_ids.mapped("name"), ["Change the belt", "Come back"]
        )
        self.assertEqual(set(promised.recommendation_ids.mapped("state")), {"done"})
        self.assertTrue(extra.no_products_used and extra.no_recommendations)
        self.assertEqual(extra.vehicle_id.plate_key, "XYZ987")
        self.assertFalse(any(visits.mapped("report_state")))
        self._run_crons()
        self.assertFalse(visits.survey_input_ids)
        self.assertFalse(any(visits.mapped("report_state")))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_survey(self):
        """It counts on the day of the service; a bad one of then opens no complaint."""
        visits = self._import_right(
            "intervention", self._visit_row(), self._visit_row(2), self._visit_row(3)
        )
        mails = self.env["mail.mail"].search_count([])
        answers = self._import_right(
            "survey",
            self._survey_row(),
            self._survey_row(2, overall="1", contact_channel="Phone"),
            {
                "external_id": "ENC-3",
                "intervention": visits[2].name,
                "contacted_on": "2023-01-19",
            },
        )
        good, bad, silent = answers
        self.assertEqual(good.satisfaction_score, 4)
        self.assertEqual(answers.mapped("is_satisfied"), [True, False, False])
        self.assertEqual(good.service_date, date(2023, 1, 18))
        self.assertEqual(good.contact_timing, "in_time")
        self.assertEqual(answers.mapped("contact_channel"), ["paper", "phone", "paper"])
        self.assertEqual(
            answers.mapped("contact_state"), ["answered", "answered", "contacted"]
        )
        scores = {line.question_id: line.score for line in good.user_input_line_ids}
        recommend = self.env.ref("airbag_client_mgmt.satisfaction_question_recommend")
        self.assertAlmostEqual(scores[recommend], 4.6)
        self.assertIn("Fine", good.user_input_line_ids.mapped("value_text_box"))
        self._run_crons()
        self.assertFalse(bad.ticket_ids)
        self.assertFalse(answers.activity_ids)
        self.assertEqual(silent.contact_state, "contacted")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self._sum_kpi("satisfaction"), (1, 2))

    def test_ticket(self):
        """Closed ones are evidence; an open one goes on living."""
        mails = self.env["mail.mail"].search_count([])
        tickets = self._import_right(
            "ticket",
            self._ticket_row(root_cause="Connector", corrective_action="Check it"),
            self._ticket_row(2, resolution_hours="3.5", kind="Claim"),
            self._ticket_row(3, resolved_on="", state="Cancelled"),
            self._ticket_row(4, resolved_on=""),
        )
        counted, given, cancelled, open_one = tickets
        # Monday nine to Tuesday eleven, of a calendar with a break at noon.
        hours = counted._get_working_hours(counted.received_on, counted.resolved_on)
        self.assertGreater(hours, 8)
        self.assertEqual(counted.resolution_hours, hours)
        self.assertEqual(given.resolution_hours, 3.5)
        self.assertEqual(str(counted.resolved_on), "2023-02-07 16:00:00")
        self.assertEqual(
            tickets.mapped("closed"), [True, True, True, False], tickets.stage_id
        )
        self.assertFalse(cancelled.resolved_on)
        closed = counted | given | cancelled
        self.assertFalse(any(closed.mapped("acknowledgement_message_id.id")))
        self.assertFalse(closed.activity_ids)
        self.assertFalse(any(closed.mapped("effectiveness_due")))
        self.assertFalse(open_one.acknowledged_on)
        self._run_crons()
        self.assertFalse(closed.activity_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self._sum_kpi("resolution"), (hours + 3.5, 2))

    def test_open_ticket_is_escalated(self):
        category = self.env.ref("airbag_client_mgmt.helpdesk_category_quality")
        category.name = "Test category"
        ticket = self._import_right(
            "ticket",
            self._ticket_row(resolved_on="", area="", category="Test category"),
        )
        self.assertTrue(ticket.is_overdue)
        self._run_crons()
        self.assertTrue(ticket.resolution_escalated_on)

    def test_retention(self):
        """The contracts of the past are in the indicator, by their last day."""
        self._import_right(
            "contract",
            self._contract_row(),
            self._contract_row(2, contract_start="2024-01-15", renews="CON-1"),
        )
        rows = self.env["airbag.kpi.report"].search(
            [("kpi_id.code", "=", "retention")], order="date"
        )
        self.assertEqual(rows.mapped("date"), [date(2024, 1, 14), date(2025, 1, 14)])
        self.assertEqual(rows.mapped("numerator"), [1, 0])

    # === HELPERS === #
    def _sum_kpi(self, code):
        [sums] = self.env["airbag.kpi.report"]._read_group(
            [("kpi_id.code", "=", code)], [], ["numerator:sum", "denominator:sum"]
        )
        return tuple(round(value, 4) for value in sums)

    def _run_crons(self):
        """Run what runs by itself, twice."""
        names = (
            "ir_cron_plan_visits",
            "ir_cron_survey_obligations",
            "ir_cron_survey_followup",
            "ir_cron_ticket_escalation",
            "ir_cron_renewals",
            "ir_cron_loyalty_levels",
        )
        self.env.flush_all()
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.base"):
            for name in names * 2:
                cron = self.env.ref(f"airbag_client_mgmt.{name}")
                cron.method_direct_trigger()
        self.env.invalidate_all()
