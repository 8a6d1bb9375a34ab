# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import date, datetime

from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiReport(KpiCommon):
    """PRO 008 §7: each figure is found a second way, in plain Python."""

    # --- the same figures, in plain Python ---
    def _get_facts(self):
        """Return ``(code, day, customer, treatment, value)`` of all that counts."""
        for answer in self.answers:
            visit = answer.intervention_id
            customer = visit.partner_id.commercial_partner_id
            yield (
                "satisfaction",
                self._local_day(visit.finished_at),
                customer,
                visit.treatment_id,
                float(answer.satisfaction_score >= 4),
            )
        for ticket in self.tickets:
            if ticket.resolved_on and ticket.kind in ("complaint", "claim"):
                yield (
                    "resolution",
                    self._local_day(ticket.resolved_on),
                    ticket.partner_id.commercial_partner_id,
                    self.env["airbag.treatment"],
                    ticket.resolution_hours,
                )
        for order in self.contracts:
            decided = order.renewal_state in ("renewed", "lost") or order.terminated_on
            if order.contract_end and decided:
                yield (
                    "retention",
                    order.terminated_on or order.contract_end,
                    order.partner_id.commercial_partner_id,
                    self.env["airbag.treatment"],
                    float(order.renewal_state == "renewed"),
                )

    def _expected(self, key):
        """Return ``{(code, key(fact)): (numerator, denominator)}``."""
        groups = defaultdict(list)
        for fact in self._get_facts():
            groups[fact[0], key(fact)].append(fact)
        expected = {}
        for (code, group), facts in groups.items():
            if code == "retention":
                customers = {fact[2] for fact in facts}
                renewed = {fact[2] for fact in facts if fact[4]}
                expected[code, group] = (len(renewed), len(customers))
            else:
                expected[code, group] = (sum(fact[4] for fact in facts), len(facts))
        return expected

    def _measured(self, groupby=None):
        rows = self.report._read_group(
            self._get_own_domain(),
            ["kpi_id", *([groupby] if groupby else [])],
            ["numerator:sum", "denominator:sum", "value:avg"],
        )
        return {
            (row[0].code, row[1] if groupby else None): row[-3:]
            for row in rows
            if row[-2]  # a group with nothing but pending cases has no value
        }

    def _assert_same(self, key, groupby=None):
        expected, measured = self._expected(key), self._measured(groupby)
        self.assertEqual(set(measured), set(expected))
        for group, (numerator, denominator) in expected.items():
            factor = 1 if group[0] == "resolution" else 100
            found = measured[group]
            self.assertAlmostEqual(found[0], numerator, 6, group)
            self.assertEqual(found[1], denominator, group)
            self.assertAlmostEqual(found[2], factor * numerator / denominator, 6)

    # --- compared ---
    def test_total(self):
        self._assert_same(lambda fact: None)
        measured = self._measured()
        # Known by hand, so that both ways cannot be wrong together.
        self.assertEqual(measured["satisfaction", None], (3, 5, 60))
        self.assertEqual(measured["resolution", None][1], 2)
        self.assertEqual(measured["retention", None][:2], (2, 3))

    def test_by_month(self):
        self._assert_same(lambda fact: fact[1].replace(day=1), "date:month")
        january = self._measured("date:month")["retention", date(2026, 1, 1)]
        self.assertEqual(january[:2], (1, 3))

    def test_by_customer(self):
        self._assert_same(lambda fact: fact[2], "partner_id")

    def test_by_treatment(self):
        self._assert_same(lambda fact: fact[3], "treatment_id")

    def test_by_other_groupings(self):
        self._assert_same(lambda fact: date(fact[1].year, 1, 1), "date:year")
        self._assert_same(
            lambda fact: fact[1].replace(month=(fact[1].month - 1) // 3 * 3 + 1, day=1),
            "date:quarter",
        )
        self._assert_same(lambda fact: self.company, "company_id")

    def test_by_customer_and_month(self):
        expected = self._expected(lambda fact: (fact[2], fact[1].replace(day=1)))
        rows = self.report._read_group(
            self._get_own_domain(),
            ["kpi_id", "partner_id", "date:month"],
            ["numerator:sum", "denominator:sum"],
        )
        measured = {
            (kpi.code, (partner, month)): tuple(figures)
            for kpi, partner, month, *figures in rows
            if figures[1]
        }
        self.assertEqual(set(measured), set(expected))
        for group, figures in expected.items():
            self.assertAlmostEqual(measured[group][0], figures[0], 6, group)
            self.assertEqual(measured[group][1], figures[1], group)

    def test_what_the_pivot_asks_for(self):
        """Each level of the pivot is asked for apart, its totals too."""
        kpi = self.kpi["retention"]
        domain = [*self._get_own_domain(), ("kpi_id", "=", kpi.id)]
        levels = self.report.formatted_read_grouping_sets(
            domain, [[], ["date:month"]], ["value:avg", "denominator:sum"]
        )
        total, months = levels
        self.assertAlmostEqual(total[0]["value:avg"], 200 / 3, 6)
        self.assertEqual(total[0]["denominator:sum"], 3)
        # The months together have more: one customer is in both.
        self.assertGreater(sum(row["denominator:sum"] for row in months), 3)

    def test_answer_without_the_deciding_question_is_no_opinion(self):
        answer = self.answers[1]
        line = answer.user_input_line_ids.filtered(
            "question_id.is_satisfaction_question"
        )
        line.sudo().write({"skipped": True, "answer_type": False, "value_scale": 0})
        self.assertFalse(answer.satisfaction_score)
        self.assertEqual(self._measured()["satisfaction", None], (3, 4, 75))

    def test_different_indicators_have_no_common_value(self):
        figures = ["value:avg", "numerator:sum", "denominator:sum", "pending:sum"]
        total = self.report._read_group(self._get_own_domain(), [], figures)
        self.assertEqual(total, [(False, False, False, False)])
        # Nor in the total row of the pivot, whatever it is grouped by.
        levels = self.report.formatted_read_grouping_sets(
            self._get_own_domain(), [[], ["kpi_id"], ["date:year"]], figures
        )
        (year,) = (group for group in levels[2] if group["date:year"][1] == "2026")
        for group in (levels[0][0], year):
            self.assertFalse(any(group[figure] for figure in figures), group)
        for group in levels[1]:
            self.assertTrue(group["denominator:sum"] or group["pending:sum"], group)

    def test_what_is_pending_stands_apart(self):
        visit = self._create_done_intervention(
            planned_start=datetime(2030, 1, 7, 15), vehicle_id=False
        )
        answer = self.env["survey.user_input"].sudo()._create_obligations(visit)
        answer.flush_recordset()

        def get_pending():
            # The renewals of the history are due themselves, some day.
            rows = self.report._read_group(
                [*self._get_own_domain(), ("date", "<", "2027-01-01")],
                ["kpi_id"],
                ["pending:sum", "value:avg"],
            )
            return {kpi.code: pending for kpi, pending, _value in rows}

        before = self._measured()
        self.assertEqual(
            get_pending(), {"satisfaction": 1, "resolution": 1, "retention": 1}
        )
        answer._mark_contacted("phone")
        answer.flush_recordset()
        self.assertEqual(get_pending()["satisfaction"], 1)
        answer.with_user(self.quality)._waive("Vehicle sold")
        answer.flush_recordset()
        self.assertEqual(get_pending()["satisfaction"], 0)
        self.assertEqual(self._measured(), before)

    def test_promised_visits_are_those_of_the_contracts(self):
        """The contract and the indicator count the same visits."""
        customers = self._get_customers()
        rows = self.report._read_group(
            [("kpi_id.code", "=", "visits"), ("partner_id", "in", customers.ids)],
            [],
            ["numerator:sum", "denominator:sum"],
        )
        contracts = self.env["sale.order"].union(*self.contracts)
        contracts |= contracts.renewal_order_ids
        for fname, found in zip(("visits_done", "visits_due"), rows[0], strict=True):
            self.assertEqual(found, sum(contracts.mapped(fname)), fname)
        self.assertTrue(rows[0][1])

    def test_what_was_changed_just_now_counts(self):
        """A stage is closed in the same request, and not written yet."""

        def find_tickets():
            facts = self.report.search([("kpi_id.code", "=", "resolution")])
            return set(facts.mapped("res_id"))

        before = find_tickets()
        self.tickets[3].stage_id.closed = True
        self.assertEqual(before - find_tickets(), {self.tickets[3].id})

    def test_a_list_adds_up_nothing_in_its_footer(self):
        """The browser would: hours and answers alike, averages of averages."""
        for model in (
            "airbag.kpi.report",
            "airbag.kpi.snapshot",
            "airbag.kpi.snapshot.trend",
            "airbag.satisfaction.report",
        ):
            arch = etree.fromstring(self.env[model].get_view(view_type="list")["arch"])
            self.assertTrue(arch.xpath("//field"), model)
            self.assertFalse(arch.xpath("//field[@sum or @avg or @min or @max]"), model)

    # --- speed ---
    def test_one_indicator_reads_its_own_registers(self):
        """Whether it is asked for by id, by code or by another of its fields."""
        for domain in (
            [("kpi_id", "=", self.kpi["retention"].id)],
            [("kpi_id", "in", self.kpi["retention"].ids)],
            [("kpi_id.code", "=", "retention"), ("company_id", "=", self.company.id)],
            [("kpi_id.code", "in", ["retention", "renewal_contact"])],
            [("kpi_id", "any", [("code", "=", "retention")])],
        ):
            query = self.report._search(domain)
            value = self.report._read_group_select("value:avg", query)
            self.env.cr.execute(SQL("EXPLAIN %s", query.select(value)))
            plan = " ".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn("sale_order", plan)
            for table in ("survey_user_input", "helpdesk_ticket", "intervention"):
                self.assertNotIn(table, plan, domain)

    def test_figures_that_count_no_customers_sort_nothing(self):
        query = self.report._search([("kpi_id.code", "=", "contact")])
        value = self.report._read_group_select("value:avg", query)
        self.assertNotIn("DISTINCT", value.code)
        query = self.report._search([("kpi_id.code", "=", "retention")])
        value = self.report._read_group_select("value:avg", query)
        self.assertIn("DISTINCT", value.code)
