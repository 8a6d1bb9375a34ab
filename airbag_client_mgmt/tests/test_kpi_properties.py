# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import itertools
from collections import defaultdict
from contextlib import closing

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from odoo.tests import freeze_time, tagged

from .kpi_history import EDGES, HISTORY, NOW
from .kpi_history_common import CODES, KpiHistoryCommon
from .kpi_second_way import SecondWay

DIMENSIONS = (
    "company_id",
    "partner_id",
    "user_id",
    "technician_id",
    "salesperson_id",
    "team_id",
    "treatment_id",
    "date:month",
    "date:quarter",
    "date:year",
)
PAIRS = list(itertools.combinations(DIMENSIONS, 2))
FIGURES = ["numerator:sum", "denominator:sum", "pending:sum", "value:avg"]


@tagged("post_install", "-at_install")
class TestKpiProperties(KpiHistoryCommon):
    """Every indicator of a random history, found a second way. PRO 008 §7."""

    # --- comparing ---
    def _get_key(self, fact, dimension):
        name, _colon, interval = dimension.partition(":")
        value = getattr(fact, name)
        if not interval or value is None:
            return value or False
        months = {"month": 1, "quarter": 3, "year": 12}[interval]
        return value.replace(month=(value.month - 1) // months * months + 1, day=1)

    def _expect(self, facts, dimensions):
        """Return what a grouping shows: {(code, keys): figures}."""
        groups = defaultdict(list)
        for fact in facts:
            keys = tuple(self._get_key(fact, name) for name in dimensions)
            groups[(fact.code, *keys)].append(fact)
        return {group: self._sum(group[0], rows) for group, rows in groups.items()}

    def _sum(self, code, facts):
        figures = ("numerator", "denominator", "pending")
        if code == "retention":
            sums = [
                len({fact.partner_id for fact in facts if getattr(fact, figure)})
                for figure in figures
            ]
        else:
            sums = [sum(getattr(fact, figure) for fact in facts) for figure in figures]
        factor = 1 if code == "resolution" else 100
        return [*sums, factor * sums[0] / sums[1] if sums[1] else None]

    def _measure(self, report, domain, dimensions, code=None):
        """Return what the report shows, of all indicators or of one."""
        groups = list(dimensions) if code else ["kpi_id", *dimensions]
        domain = [*domain, *([("kpi_id.code", "=", code)] if code else [])]
        rows = report._read_group(domain, groups, FIGURES)
        return self._key_rows(rows, groups, code)

    def _key_rows(self, rows, groups, code=None):
        """Return rows of groups as ``{(code, keys): figures}``."""
        measured = {}
        for row in rows:
            keys = [
                (key.id if hasattr(key, "_name") else key) or False
                for key in row[: len(groups)]
            ]
            if not code:
                keys[0] = row[0].code
            measured[tuple([code, *keys] if code else keys)] = list(row[len(groups) :])
        return measured

    def _assert_same(self, measured, expected, message):
        self.assertEqual(set(measured), set(expected), message)
        for group, figures in expected.items():
            for found, wanted in zip(measured[group], figures, strict=True):
                if wanted is None:
                    self.assertFalse(found, (message, group))
                    self.assertIsNot(found, 0.0, (message, group))
                else:
                    self.assertAlmostEqual(found, wanted, 6, (message, group))

    def _check(self, history, pairs, code):
        facts = list(SecondWay(self.world, history).get_facts())
        companies = self.companies.ids
        report = self.report.with_user(self.management).with_context(
            allowed_company_ids=companies
        )
        # All together, as a pivot asks for its levels; one query takes less than many.
        groupings = [(), *((name,) for name in DIMENSIONS), *pairs]
        sets = [["kpi_id", *names] for names in groupings]
        levels = report._read_grouping_sets([], sets, FIGURES)
        for names, groups, rows in zip(groupings, sets, levels, strict=True):
            expected = self._expect(facts, names)
            self._assert_same(self._key_rows(rows, groups), expected, names)
        # One indicator alone is asked for in another way.
        for names in pairs:
            expected = self._expect(
                [fact for fact in facts if fact.code == code], names
            )
            measured = self._measure(report, [], names, code)
            self._assert_same(measured, expected, (names, code))
        for company_id in companies:
            own = [fact for fact in facts if fact.company_id == company_id]
            expected = self._expect(own, ("date:month",))
            domain = [("company_id", "=", company_id)]
            measured = self._measure(report, domain, ("date:month",))
            self._assert_same(measured, expected, domain)
            inside = report.with_context(allowed_company_ids=[company_id])
            measured = self._measure(inside, [], ("date:month",))
            self._assert_same(measured, expected, f"in company {company_id}")

    # Making a failing history smaller takes minutes, and they are small.
    @settings(
        max_examples=15, derandomize=True, phases=[Phase.explicit, Phase.generate]
    )
    @given(
        history=HISTORY,
        pairs=st.lists(st.sampled_from(PAIRS), min_size=2, max_size=4, unique=True),
        code=st.sampled_from(CODES),
    )
    @example(
        history=EDGES,
        pairs=[("salesperson_id", "team_id")],
        code="visits",
    )
    def test_every_grouping_of_every_indicator(self, history, pairs, code):
        with closing(self.env.cr.savepoint()), freeze_time(NOW):
            self._check(self._write(history), pairs, code)
