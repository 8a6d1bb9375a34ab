# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .procedure_common import FIRST, LAST, NOON, ProcedureCommon

REPORT = "airbag_client_mgmt.report_audit"


@tagged("post_install", "-at_install")
class TestAuditFile(ProcedureCommon):
    """The *Expediente de auditoría*: one PDF whose figures are those of the screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english(cls.other_company.partner_id)
        cls.step = cls.env.ref("airbag_client_mgmt.procedure_step_5_3_2")

    def _make(self, user=None, **values):
        files = self.env["airbag.audit.file"].with_user(user or self.management)
        return files.create({"date_from": FIRST, "date_to": LAST, **values})

    def _render(self, file):
        """Return the text of the document, in one line."""
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(file.env.user)
            ._render_qweb_html(REPORT, file.ids)
        )
        text = html2plaintext(html.decode()).replace("*", "")
        return " ".join(text.split())

    def _get_section(self, file, sequence):
        sections = file._in_period()._get_audit_sections()
        return next(part for part in sections if part["sequence"] == sequence)

    # === WHAT IT SAYS === #
    def test_cover_says_what_when_and_who(self):
        text = self._render(self._make())
        for said in (
            "PRO 008-F6",
            "PRO 008 · Customer Management",
            self.company.name,
            "03/01/2024 to 03/31/2024",
            self.management.name,
        ):
            self.assertIn(said, text)

    def test_matrix_has_the_figures_of_the_window(self):
        for _number in range(3):
            self._visit()
        self._visit(state="planned")
        file = self._make()
        shown = self._get_step("5.3.2")
        self.assertEqual((shown.expected_count, shown.done_count), (4, 3))
        parts = self._get_section(file, 10)["sections"]
        printed = {step.code: step for _title, steps in parts for step in steps}
        self.assertEqual(len(printed), 15)
        for code, step in printed.items():
            on_screen = self._get_step(code)
            for fname in ("expected_count", "done_count", "missing_count", "coverage"):
                self.assertEqual(step[fname], on_screen[fname], (code, fname))
        self.assertRegex(
            self._render(file), r"5\.3\.2 Execution.{0,60}Operations.{0,30} 4 3 1 75\.0"
        )

    def test_records_without_evidence_are_named_and_the_rest_counted(self):
        visits = [self._visit(state="planned") for _number in range(17)]
        text = self._render(self._make())
        rows = self._get_section(self._make(), 20)["rows"]
        names, more = next(
            (names, more) for step, names, more in rows if step == self.step
        )
        self.assertEqual((len(names), more), (15, 2))
        self.assertLessEqual(set(names), {visit.display_name for visit in visits})
        self.assertIn(names[0], text)
        self.assertIn("and 2 more", text)

    def test_complete_period_says_so(self):
        text = self._render(self._make())
        self.assertIn("Each record of the period has the evidence", text)

    def test_indicators_are_those_of_the_analysis(self):
        for score in (5, 4, 2):
            self._survey(
                self._visit(),
                state="done",
                satisfaction_score=score,
                is_satisfied=score > 3,
                contact_state="answered",
            )
        self._survey(self._visit(), contact_state="contacted")
        file = self._make()
        kpi = self.env.ref("airbag_client_mgmt.kpi_satisfaction")
        row = next(
            row for row in self._get_section(file, 30)["rows"] if row["kpi"] == kpi
        )
        self.assertEqual(row["figures"], ("66.7 %", "2 ÷ 3", "1"))
        self.assertEqual(row["months"], [[("03/24", "66.7 %", "2 ÷ 3", "1")]])
        domain = [("kpi_id", "=", kpi.id), ("date", ">=", FIRST), ("date", "<=", LAST)]
        ((value,),) = self.env["airbag.kpi.report"]._read_group(
            domain, [], ["value:avg"]
        )
        self.assertEqual(round(value, 1), 66.7)
        text = self._render(file)
        self.assertIn("66.7 % (2 ÷ 3)", text)
        self.assertIn(" ".join(kpi.formula.split()), text)

    def test_registers_are_summed_up(self):
        late = NOON + timedelta(days=1)
        self._ticket("complaint")
        self._ticket("complaint", resolved_on=late)
        self._ticket("claim", resolved_on=False)
        self._contract()
        self._order()
        tables = {
            table["title"]: table["rows"]
            for table in self._get_section(self._make(), 40)["tables"]
        }
        register = "Register of Complaints and Requests"
        kinds = {row[0]: row[1:] for row in tables[f"{register}: by kind"]}
        self.assertEqual(kinds["Complaint"], (2, 2, 0, 0, "50.0 %"))
        self.assertEqual(kinds["Claim"], (1, 0, 0, 1, "—"))
        areas = tables[f"{register}: by area"]
        self.assertEqual(sum(row[1] for row in areas), 3)
        orders = dict(tables["Service Quotation and Contract Form"])
        self.assertEqual(orders, {"Quotation Sent": 1, "Sales Order": 1})

    def test_registers_are_those_that_are_printed(self):
        """An auditor lays one beside the other."""
        part = self._order(
            lines=[Command.create({"product_id": self.airbag.id, "name": "Part"})]
        )
        cancelled = self.env["helpdesk.ticket.stage"].search(
            [("is_cancelled", "=", True)], limit=1
        )
        first = self._ticket("complaint")
        self._ticket("complaint", duplicate_id=first.id)
        self._ticket("complaint", stage_id=cancelled.id, resolved_on=False)
        self._ticket("claim", resolved_on=False)
        self._contract()
        file = self._make()
        section = self._get_section(file, 40)
        tables = {table["title"]: table["rows"] for table in section["tables"]}
        printed = self.env["airbag.register.print"].with_user(self.management)

        def get_rows(register):
            wizard = printed.create(
                {"register": register, "date_from": FIRST, "date_to": LAST}
            )
            return wizard._search_rows()

        quotations = get_rows("contract")
        self.assertNotIn(part, quotations)
        counts = dict(tables["Service Quotation and Contract Form"])
        self.assertEqual(sum(counts.values()), len(quotations))
        summary = self.env["airbag.register.complaint"]._get_summaries(
            get_rows("complaint")
        )[0]
        figures = [tuple(row[:5]) for row in summary.rows[:-1]]
        kinds = tables["Register of Complaints and Requests: by kind"]
        self.assertEqual([row[:5] for row in kinds], figures)
        self.assertEqual(figures[0], ("Complaint", 3, 2, 1, 0))

    def test_months_closed_take_a_row_each(self):
        kpis = self.env["airbag.kpi"].search([], limit=3)
        snapshots = self.env["airbag.kpi.snapshot"].sudo()
        rows = snapshots.create(
            snapshots._prepare_closing_values(self.company, date(2024, 3, 1), kpis)
        )
        self._force(rows, status="off_target")
        self._force(
            rows[0],
            approved_by=self.management.id,
            approved_on=date(2024, 4, 2),
            state="approved",
        )
        self._force(rows[1], state="to_approve")
        (table,) = self._get_section(self._make(), 35)["tables"]
        approval = f"{self.management.name}, 04/02/2024"
        self.assertEqual(table["rows"], [("03/24", 3, 3, 1, 1, 1, approval)])

    def test_open_actions_are_listed(self):
        today = fields.Date.today()
        overdue = self._ticket("claim", fields.Datetime.now() - timedelta(days=9))
        overdue = self._force(overdue, resolved_on=False)
        self._ticket("complaint", effectiveness_due=today)
        visit = self._visit()
        with self._reopened(visit):
            advice = self.env["airbag.recommendation"].create(
                {"intervention_id": visit.id, "name": "Change the plug"}
            )
        self._force(advice, date_due=today - timedelta(days=3))
        text = self._render(self._make())
        for said in (overdue.number, "(overdue)", "New plugs", "Change the plug"):
            self.assertIn(said, text)

    def test_other_companies_are_left_out(self):
        self._force(self._visit(state="planned"), company_id=self.other_company.id)
        self.management.company_ids |= self.other_company
        file = self._make()
        self.assertNotRegex(self._render(file), r"5\.3\.2 Execution.{0,60} 1 0 1")
        file.company_id = self.other_company
        both = [self.company.id, self.other_company.id]
        file = file.with_context(allowed_company_ids=both)
        self.assertRegex(self._render(file), r"5\.3\.2 Execution.{0,60} 1 0 1")

    def test_each_moment_is_that_of_the_period_chosen(self):
        """Whatever filters the matrix had when the file was asked for."""
        self._visit()
        file = self._make().with_context(
            procedure_this_year=True, procedure_last_month=True
        )
        step = file._in_period().env["airbag.procedure.step"].browse(self.step.id)
        self.assertEqual(step.expected_count, 1)

    # === THE WIZARD === #
    def test_days_are_those_of_the_matrix(self):
        files = self.env["airbag.audit.file"].with_user(self.management)
        year = self.company._get_service_today().year
        values = files.default_get(["date_from", "date_to"])
        self.assertEqual([day.year for day in values.values()], [year, year])
        opened = files.with_context(procedure_from=FIRST, procedure_to=LAST)
        file = opened.create({})
        self.assertEqual((str(file.date_from), str(file.date_to)), (FIRST, LAST))
        action = file.action_open_matrix()
        self.assertEqual(action["context"]["procedure_from"], FIRST)
        self.assertEqual(file.action_print()["report_name"], REPORT)

    def test_bad_days_and_companies_are_refused(self):
        with self.assertRaises(UserError):
            self._make(date_from=LAST, date_to=FIRST)
        with self.assertRaises(UserError):
            self._make(company_id=self.other_company.id)

    # === WHO === #
    def test_only_management_and_quality(self):
        self._render(self._make(self.quality))
        for user in (self.salesperson, self.technician, self.planner, self.care):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._make(user)

    # === COST AND PAPER === #
    def test_queries_do_not_grow_with_the_records(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._render(file)
            return self.env.cr.sql_log_count - before

        def fill(number):
            for _number in range(number):
                self._visit(state="planned")
                self._survey(self._visit())
                self._ticket("claim", resolved_on=False)
                self._ticket("complaint", root_cause=False)

        file = self._make()
        fill(2)
        count()
        few = count()
        fill(8)
        self.assertEqual(count(), few)

    def test_pdf_has_pages(self):
        self._visit()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        file = self._make()
        with self.allow_pdf_render():
            pdf, kind = report._render_qweb_pdf(REPORT, file.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertGreaterEqual(len(re.findall(rb"/Type /Page\b", pdf)), 2)
