# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.tests import freeze_time, tagged

from .closing_common import ClosingCommon


@tagged("post_install", "-at_install")
@freeze_time(datetime(2026, 3, 20, 17))
class TestKpiSnapshotDifference(ClosingCommon):
    """What the records say today, beside what they said when the month closed."""

    def _find_changed(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.snapshots.search(
            [("is_changed", "=", True), ("kpi_id", "=", self.kpi.id)]
        )

    def test_a_correction_is_shown_and_the_figure_stays(self):
        self._resolve(date(2026, 1, 5), 4)
        ticket = self._resolve(date(2026, 2, 2), 4)
        self._resolve(date(2026, 2, 3), 2)
        snapshot = self._close_month_of(date(2026, 2, 1))
        self._approve(snapshot)
        self.assertFalse(self._find_changed())
        self.assertEqual(snapshot.current_value, 3)
        ticket.resolved_on = datetime(2026, 2, 2, 20)
        self.assertEqual(self._find_changed(), snapshot)
        self.assertEqual((snapshot.value, snapshot.numerator), (3, 6))
        self.assertEqual(
            (
                snapshot.current_value,
                snapshot.current_numerator,
                snapshot.current_denominator,
            ),
            (4, 8, 2),
        )
        ticket.resolved_on = datetime(2026, 2, 2, 17)
        self.assertFalse(self._find_changed())

    def test_a_late_record_and_one_that_vanished_are_differences(self):
        self._resolve(date(2026, 1, 5), 4)
        ticket = self._resolve(date(2026, 2, 2), 4)
        self._close_months(date(2026, 3, 20))
        ticket.kind = "query"
        late = self._resolve(date(2026, 1, 6), 4)
        january, february = self._find_changed().sorted("month")
        # The average is the same; the cases are not.
        self.assertEqual((january.value, january.current_value), (4, 4))
        self.assertEqual((january.denominator, january.current_denominator), (1, 2))
        self.assertEqual((february.value, february.current_value), (4, False))
        self.assertTrue(late)

    def test_each_of_the_two_sums_is_compared(self):
        """The same cases with other hours, and other cases with the same hours."""
        ticket = self._resolve(date(2026, 2, 2), 4)
        self._resolve(date(2026, 2, 3), 2)
        self._close_months(date(2026, 3, 20))
        ticket.resolution_hours = 5
        changed = self._find_changed()
        self.assertEqual(changed.denominator, changed.current_denominator)
        self.assertEqual((changed.numerator, changed.current_numerator), (6, 7))
        ticket.resolution_hours = 4
        self.assertFalse(self._find_changed())
        late = self._resolve(date(2026, 2, 4), 4)
        late.resolution_hours = 0
        changed = self._find_changed()
        self.assertEqual(changed.numerator, changed.current_numerator)
        self.assertEqual((changed.denominator, changed.current_denominator), (2, 3))

    def test_other_companies_are_left_out(self):
        company, user = self._create_company("Other")
        self._resolve(date(2026, 2, 2), 4)
        self._resolve(date(2026, 2, 2), 6, company_id=company.id, team_id=False)
        self._close_months(date(2026, 3, 20))
        self._resolve(date(2026, 2, 3), 2, company_id=company.id, team_id=False)
        changed = self._find_changed()
        self.assertEqual(changed.company_id, company)
        self.assertEqual(changed.current_value, 4)
        domain = [("kpi_id", "=", self.kpi.id)]
        theirs = self.snapshots.with_user(user).search(domain)
        self.assertEqual(theirs.filtered("is_changed").ids, changed.ids)
        ours = self.snapshots.with_user(self.quality).search(domain)
        self.assertFalse(ours.filtered("is_changed"))

    def test_the_list_costs_the_same_queries_for_one_and_for_eighty(self):
        self._resolve(date(2023, 1, 3), 4)
        self._close_months(date(2023, 3, 20))
        self._close_months(date(2026, 3, 20))
        everything = self.snapshots.search([])
        self.assertGreaterEqual(len(everything), 80)
        names = ["current_display", "is_changed", "value_display", "display_name"]
        names += ["state", "approved_by", "open_action_ids", "can_approve"]

        def count_queries(snapshots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            snapshots.with_user(self.quality).read(names)
            return self.env.cr.sql_log_count - before

        count_queries(everything)  # warms up the caches
        one, eighty = count_queries(everything[:1]), count_queries(everything[:80])
        self.assertEqual(eighty, one)

    def test_closing_a_month_costs_the_same_queries_however_many_facts(self):
        def count_queries(month):
            self.env.flush_all()
            self.env.invalidate_all()
            kpis = self.env["airbag.kpi"].search([])
            before = self.env.cr.sql_log_count
            self.snapshots._prepare_closing_values(self.company, month, kpis)
            return self.env.cr.sql_log_count - before

        self._resolve(date(2026, 1, 5))
        for day in range(2, 22):
            self._resolve(date(2026, 2, day))
        count_queries(date(2026, 1, 1))
        self.assertEqual(
            count_queries(date(2026, 2, 1)), count_queries(date(2026, 1, 1))
        )

    def test_the_records_of_the_month_are_opened(self):
        ticket = self._resolve(date(2026, 2, 2), 4)
        self._resolve(date(2026, 3, 2), 4)
        snapshot = self._close_month_of(date(2026, 2, 1))
        window = snapshot.with_user(self.management).action_open_facts()
        facts = self.env[window["res_model"]].search(window["domain"])
        self.assertEqual(facts.mapped("res_id"), ticket.ids)
