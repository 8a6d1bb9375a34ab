# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, tagged

from odoo.addons.airbag_client_mgmt.tools.periods import (
    NAMED_PERIODS,
    months_until,
    named_period,
)

from .procedure_common import NOON, ProcedureCommon

FIGURES = ["expected_count", "done_count", "missing_count", "coverage", "status"]
STEPS = {
    *(f"5.{section}.{step}" for section in range(1, 6) for step in range(1, 4)),
}


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    """Named periods, for any day."""

    @given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
    def test_present_period_has_today_and_the_last_one_ends_before(self, today):
        for name in ("month", "quarter", "year"):
            this = named_period(f"this_{name}", today)
            last = named_period(f"last_{name}", today)
            self.assertTrue(this.first <= today <= this.last)
            self.assertEqual(last.last + timedelta(days=1), this.first)
            self.assertEqual(named_period(f"last_{name}", this.first), last)

    @given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(1, 30))
    def test_months_follow_each_other(self, last, count):
        months = months_until(last, count)
        self.assertEqual(len(months), count)
        self.assertTrue(months[-1].first <= last <= months[-1].last)
        for earlier, later in zip(months, months[1:], strict=False):
            self.assertEqual(earlier.last + timedelta(days=1), later.first)


@tagged("post_install", "-at_install")
class TestProcedureStep(ProcedureCommon):
    """The matrix: its figures, its period, who reads it, and what it costs."""

    def test_each_line_of_the_procedure_is_there(self):
        steps = self.env["airbag.procedure.step"].search([])
        self.assertEqual(set(steps.mapped("code")), STEPS)
        self.assertEqual(steps.mapped("code"), sorted(STEPS))
        period = steps._get_period()
        for step in steps:
            with self.subTest(step=step.code):
                xmlid = f"procedure_step_{step.code.replace('.', '_')}"
                self.assertEqual(self.env.ref(f"airbag_client_mgmt.{xmlid}"), step)
                self.assertTrue(step.code.startswith(step.section))
                source = step._get_source(period)
                codes = set(step.evidence_ids.mapped("code"))
                self.assertEqual(codes, set(source.evidences))
                self.assertTrue(self.env.ref(source.window))

    def test_nothing_expected_is_blank(self):
        step = self._get_step("5.3.2")
        self.assertEqual((step.expected_count, step.status), (0, "no_data"))
        self.assertIs(step.coverage, False)
        self.assertEqual(step.read(["coverage"])[0]["coverage"], False)
        self.assertIs(step.evidence_ids[0].coverage, False)

    def test_coverage_and_traffic_light(self):
        for _number in range(9):
            self._visit()
        planned = self._visit(state="planned")
        step = self._get_step("5.3.2")
        self.assertEqual((step.coverage, step.status), (90, "near"))
        step.sudo().target = 90
        self.assertEqual(step.status, "on_target")
        step.sudo().target = 100.0
        self.assertEqual(step.status, "near")
        self._force(planned, state="cancelled")
        step.invalidate_recordset()
        self.assertEqual((step.coverage, step.status), (100, "on_target"))
        for _number in range(2):
            self._visit(state="draft")
        step.invalidate_recordset()
        self.assertEqual(step.status, "off_target")

    def test_zero_coverage_is_a_figure(self):
        self._visit(state="draft")
        step = self._get_step("5.3.2")
        self.assertEqual((step.coverage, step.status), (0, "off_target"))
        self.assertIsNot(step.coverage, False)

    @freeze_time("2024-03-20 15:00:00")
    def test_period_is_this_year_unless_said(self):
        self._visit()
        step = self.env["airbag.procedure.step"].with_user(self.management)
        step = step.search([("code", "=", "5.3.3")])
        self.assertEqual(step._get_period(), (date(2024, 1, 1), date(2024, 12, 31)))
        self.assertEqual(step.expected_count, 1)
        counts = {
            name: step.with_context(**{f"procedure_{name}": True}).expected_count
            for name in NAMED_PERIODS
        }
        self.assertEqual(
            {name for name, count in counts.items() if count},
            {"this_month", "this_quarter", "this_year"},
        )

    @freeze_time("2024-04-01 03:00:00")
    def test_this_month_is_that_of_the_company(self):
        """It is still March in Bogota."""
        step = self._get_step("5.3.3", procedure_this_month=True)
        self.assertEqual(step._get_period(), (date(2024, 3, 1), date(2024, 3, 31)))

    @freeze_time("2024-04-20")
    def test_two_filters_are_one_period_and_come_before_the_days(self):
        step = self._get_step(
            "5.3.3", procedure_last_year=True, procedure_this_month=True
        )
        self.assertEqual(step._get_period(), (date(2023, 1, 1), date(2024, 4, 30)))

    @freeze_time("2024-04-20")
    def test_one_click_is_enough_to_see_a_month(self):
        """The matrix opens with this year chosen."""
        step = self._get_step(
            "5.3.3", procedure_this_year=True, procedure_last_month=True
        )
        self.assertEqual(step._get_period(), (date(2024, 3, 1), date(2024, 3, 31)))

    def test_form_and_windows_keep_the_period(self):
        self._visit()
        step = self._get_step("5.3.3")
        context = step.action_open_step()["context"]
        shown = step.with_context(**context)
        self.assertEqual(shown.expected_count, 1)
        self.assertEqual(shown.period_label, step.period_label)

    def test_bad_period_is_refused(self):
        for first, last in (
            ("2024-03-31", "2024-03-01"),
            ("2024-02-30", "2024-03-01"),
            ("yesterday", "2024-03-01"),
            (False, "2024-03-01"),
            (7, "2024-03-01"),
        ):
            step = self._get_step("5.3.3", procedure_from=first, procedure_to=last)
            with self.subTest(first=first), self.assertRaises(UserError):
                step.read(["expected_count"])

    def test_companies_in_view_are_counted(self):
        self._visit()
        self._force(self._visit(), company_id=self.other_company.id)
        self.management.company_ids |= self.other_company
        both = [self.company.id, self.other_company.id]
        for companies, count in (
            (both[:1], 1),
            (both[1:], 1),
            (both, 2),
        ):
            step = self._get_step("5.3.3", allowed_company_ids=companies)
            self.assertEqual(step.expected_count, count)
        with self.assertRaises(AccessError):
            user = self.quality
            step = self._get_step("5.3.3", user, allowed_company_ids=both)
            step.read(["expected_count"])

    def test_graph_has_the_months_with_data(self):
        self._visit()
        self._visit(state="draft")
        graph = json.loads(self._get_step("5.3.2").monthly_graph)
        self.assertEqual(graph[0]["values"], [{"x": "03/24", "y": 50.0}])

    # === WHO === #
    def test_management_reads_and_quality_settles(self):
        step = self._get_step("5.4.1")
        with self.assertRaises(AccessError):
            step.target = 80
        step = self._get_step("5.4.1", self.quality)
        step.write({"target": 80, "user_id": self.care.id})
        self.assertEqual(step.target, 80)
        for values in ({"name": "Else"}, {"department": "care"}, {"code": "9"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                step.write(values)
        for fname in ("name", "text"):
            with self.subTest(translated=fname), self.assertRaises(AccessError):
                step.update_field_translations(fname, {"es_419": "Otra cosa"})
        with self.assertRaises(AccessError):
            step.evidence_ids[0].name = "Else"
        with self.assertRaises(AccessError):
            step.unlink()

    def test_others_do_not_read_the_matrix(self):
        for user in (self.salesperson, self.technician, self.planner, self.care):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["airbag.procedure.step"].with_user(user).search([]).read()
            with self.assertRaises(AccessError):
                self.env["airbag.procedure.evidence"].with_user(user).search([]).read()

    # === COST === #
    def test_queries_do_not_grow_with_the_records(self):
        def count():
            self.env.invalidate_all()
            steps = self._get_step("5.3.3").search([])
            steps.read(["name"])
            steps.evidence_ids.read(["name"])
            steps._get_period()
            before = self.env.cr.sql_log_count
            steps.read(FIGURES)
            figures = self.env.cr.sql_log_count - before
            before = self.env.cr.sql_log_count
            steps.evidence_ids.read(FIGURES[:-1])
            return figures, self.env.cr.sql_log_count - before

        def fill(number):
            for _number in range(number):
                self._order(partner_id=self._partner().id)
                self._survey(self._visit())
                self._lead()
                self._ticket("complaint")
                self._ticket("request")
                self._contract()

        fill(1)
        count()
        one = count()
        fill(8)
        self.assertEqual(count(), one)
        self.assertLessEqual(one[0], 2 * len(STEPS) + 5)

    def test_window_of_one_visit_is_plain(self):
        """A domain that the browser keeps: no list of all visits."""
        self._visit(NOON)
        action = self._get_step("5.3.3").action_open_records()
        self.assertEqual(json.loads(json.dumps(action["domain"], default=str))[0], "&")
        self.assertNotIn("id", [leaf[0] for leaf in action["domain"]])
