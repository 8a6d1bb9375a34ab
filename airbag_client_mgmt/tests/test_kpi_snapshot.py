# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .closing_common import ClosingCommon


@tagged("post_install", "-at_install")
class TestKpiSnapshot(ClosingCommon):
    """ISO 9001 §9.1.3: a month is closed once, with what was known then."""

    def test_a_closed_month_has_the_figures_of_its_month_only(self):
        self._resolve(date(2026, 1, 29), 3)
        self._resolve(date(2026, 2, 2), 4)
        self._resolve(date(2026, 2, 27), 8)
        self._resolve(date(2026, 3, 2), 2)
        snapshot = self._close_month_of(date(2026, 2, 1))
        self.assertEqual(
            (snapshot.numerator, snapshot.denominator, snapshot.value), (12, 2, 6)
        )
        self.assertEqual((snapshot.target, snapshot.status), (5, "off_target"))
        self.assertEqual(snapshot.user_id, self.quality)
        self.assertEqual(snapshot.formula, self.kpi.formula)
        self.assertEqual(snapshot.state, "draft")

    def test_a_month_is_closed_ten_days_after_its_end_where_the_company_works(self):
        self._resolve(date(2026, 2, 2))
        closing = self.snapshots._get_months_to_close
        february = (self.company, date(2026, 2, 1))
        # 11 March 03:00 UTC is still the tenth in Bogotá.
        with freeze_time(datetime(2026, 3, 11, 3)):
            self.assertNotIn(february, closing())
        with freeze_time(datetime(2026, 3, 11, 6)):
            self.assertIn(february, closing())
            self.company.kpi_closing_days = 11
            self.assertNotIn(february, closing())
            self.company.kpi_closing_days = 0
            self.assertNotIn((self.company, date(2026, 3, 1)), closing())

    def test_months_missed_are_caught_up_and_one_without_data_is_a_row(self):
        self._resolve(date(2025, 11, 3))
        self._resolve(date(2026, 1, 5))
        self._close_months(date(2025, 12, 15))
        caught_up = self._close_months(date(2026, 3, 15))
        months = caught_up.filtered(lambda one: one.kpi_id == self.kpi)
        self.assertEqual(
            months.sorted("month").mapped(lambda one: (one.month, one.value)),
            [
                (date(2025, 12, 1), False),
                (date(2026, 1, 1), 4),
                (date(2026, 2, 1), False),
            ],
        )
        self.assertEqual(
            months.sorted("month").mapped("status"), ["no_data", "on_target", "no_data"]
        )
        self.env.cr.execute(
            "SELECT value FROM airbag_kpi_snapshot WHERE id = %s",
            [months.sorted("month")[0].id],
        )
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_an_outage_of_years_loses_no_month(self):
        self._resolve(date(2023, 5, 2))
        self._close_months(date(2023, 6, 15))
        caught_up = self._close_months(date(2026, 3, 15))
        months = caught_up.filtered(lambda one: one.kpi_id == self.kpi)
        self.assertEqual(len(months), 33)
        self.assertEqual(max(months.mapped("month")), date(2026, 2, 1))

    def test_a_company_begins_with_its_first_fact_a_year_ago_at_most(self):
        self._resolve(date(2023, 5, 2))
        closed = self._close_months(date(2026, 3, 15))
        self.assertEqual(min(closed.mapped("month")), date(2025, 3, 1))
        self.assertEqual(closed.company_id, self.company)
        self.assertEqual(
            set(closed.kpi_id), set(self.env["airbag.kpi"].search([])), "all of them"
        )

    def test_without_facts_nothing_is_closed(self):
        self.assertFalse(self._close_months(date(2026, 3, 15)))

    def test_an_archived_indicator_is_not_closed(self):
        self._resolve(date(2026, 2, 2))
        self.kpi.active = False
        closed = self._close_months(date(2026, 3, 15))
        self.assertTrue(closed)
        self.assertNotIn(self.kpi, closed.kpi_id)

    def test_an_indicator_added_later_begins_where_the_company_does(self):
        self._resolve(date(2026, 1, 5))
        self.kpi.active = False
        self._close_months(date(2026, 3, 15))
        self.kpi.active = True
        closed = self._close_months(date(2026, 3, 16))
        self.assertEqual(closed.kpi_id, self.kpi)
        self.assertEqual(
            sorted(closed.mapped("month")), [date(2026, 1, 1), date(2026, 2, 1)]
        )

    def test_the_scheduled_action_closes_each_month_once(self):
        self._resolve(date(2026, 1, 5))
        cron = self.env.ref("airbag_client_mgmt.ir_cron_kpi_snapshots")
        with freeze_time(datetime(2026, 3, 15, 17)):
            for _run in range(2):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
                closed = self.snapshots.search([("kpi_id", "=", self.kpi.id)])
                self.assertEqual(
                    sorted(closed.mapped("month")), [date(2026, 1, 1), date(2026, 2, 1)]
                )

    def test_the_database_keeps_one_row_a_month(self):
        self._resolve(date(2026, 2, 2))
        self._close_month_of(date(2026, 2, 1))
        values = self.snapshots._prepare_closing_values(
            self.company, date(2026, 2, 1), self.kpi
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.snapshots.create(values)

    def test_a_company_that_fails_does_not_stop_the_others(self):
        company, _user = self._create_company("Broken")
        self._resolve(date(2026, 2, 2))
        self._resolve(date(2026, 2, 2), company_id=company.id, team_id=False)
        self.env.flush_all()
        close = type(self.snapshots)._close_month

        def fail(self, one, month, kpis):
            if one == company:
                raise ValueError("Broken")
            return close(self, one, month, kpis)

        cron = self.env.ref("airbag_client_mgmt.ir_cron_kpi_snapshots")
        with (
            freeze_time(datetime(2026, 3, 15, 17)),
            self.enter_registry_test_mode(),
            patch.object(type(self.snapshots), "_close_month", fail),
            self.assertLogs(
                "odoo.addons.airbag_client_mgmt.models.airbag_kpi_snapshot_closing",
                "ERROR",
            ),
        ):
            cron.method_direct_trigger()
        self.assertEqual(self.snapshots.search([]).company_id, self.company)

    def test_what_was_measured_never_changes(self):
        self._resolve(date(2026, 2, 2))
        snapshot = self._close_month_of(date(2026, 2, 1))
        changes = {
            "numerator": 1,
            "denominator": 1,
            "pending": 1,
            "value": 1,
            "target": 1,
            "month": date(2026, 1, 1),
            "formula": "Other",
            "name": "Other",
            "unit": "percent",
            "direction": "higher",
            "status": "no_data",
            "user_id": self.management.id,
            "frozen_on": datetime(2026, 1, 1),
            "kpi_id": self.env.ref("airbag_client_mgmt.kpi_retention").id,
            "company_id": self.company.id,
        }
        for one in (snapshot, snapshot.with_user(self.quality), snapshot.sudo()):
            for fname, value in changes.items():
                with self.assertRaises(UserError, msg=fname):
                    one.write({fname: value})
            with self.assertRaises(UserError):
                one.copy()
            with self.assertRaises(UserError):
                one.unlink()
        self.kpi.write({"target": 50, "formula": "Another one", "name": "Renamed"})
        self.assertEqual(snapshot.target, 5)
        self.assertNotEqual(snapshot.formula, "Another one")

    def test_nobody_makes_or_imports_a_month(self):
        self._resolve(date(2026, 2, 2))
        snapshot = self._close_month_of(date(2026, 2, 1))
        values = self.snapshots._prepare_closing_values(
            self.company, date(2025, 2, 1), self.kpi
        )
        for user in (self.quality, self.management, self.technician):
            with self.assertRaises(AccessError):
                self.snapshots.with_user(user).create(values)
        result = self.snapshots.with_user(self.quality).load(
            [".id", "value"], [[str(snapshot.id), "100"]]
        )
        self.assertFalse(result["ids"])
        self.assertEqual(snapshot.value, 4)

    def test_words_and_target_are_the_company_s(self):
        company, user = self._create_company("Other")
        company.partner_id.lang = "es_419"
        self.kpi.with_context(lang="es_419").name = "Índice"
        self.kpi.with_company(company).target = 3
        self._resolve(date(2026, 2, 2))
        self._resolve(date(2026, 2, 2), 6, company_id=company.id, team_id=False)
        self._close_month_of(date(2026, 2, 1))
        theirs = self.snapshots.with_user(user).search([("kpi_id", "=", self.kpi.id)])
        self.assertEqual((theirs.name, theirs.target), ("Índice", 3))
        self.assertEqual((theirs.company_id, theirs.value), (company, 6))
        ours = self.snapshots.with_user(self.quality).search(
            [("kpi_id", "=", self.kpi.id)]
        )
        self.assertEqual((ours.company_id, ours.value), (self.company, 4))

    def test_a_company_without_target_misses_none(self):
        """Neither kept: nobody decided yet what there is to keep."""
        company, user = self._create_company("Other")
        self._resolve(date(2026, 2, 2), 6, company_id=company.id, team_id=False)
        self._close_month_of(date(2026, 2, 1))
        theirs = self.snapshots.with_user(user).search([("kpi_id", "=", self.kpi.id)])
        self.assertEqual((theirs.status, theirs.is_missed), ("no_target", False))
        self.assertEqual((theirs.target, theirs.target_display), (0, "—"))
        domain = [("kpi_id", "=", self.kpi.id), ("company_id", "=", company.id)]
        self.assertEqual(
            self.snapshots._read_group(domain, [], ["target:avg"]), [(False,)]
        )
        lines = self.env["airbag.kpi.snapshot.trend"].search(domain)
        self.assertEqual(
            {line.series: line.figure for line in lines}, {"value": 6, "target": False}
        )

    def test_who_reads_the_closed_months(self):
        self._resolve(date(2026, 2, 2))
        snapshot = self._close_month_of(date(2026, 2, 1))
        for user in (self.management, self.quality):
            snapshot.with_user(user).check_access("read")
        for user in (self.technician, self.planner, self.salesperson, self.care):
            with self.assertRaises(AccessError, msg=user.login):
                snapshot.with_user(user).check_access("read")
        snapshot.with_user(self.quality).analysis = "As planned"
        with self.assertRaises(AccessError):
            snapshot.with_user(self.management).analysis = "Mine"

    def test_figures_of_several_months_have_no_common_value(self):
        self._resolve(date(2026, 1, 5), 2)
        self._resolve(date(2026, 2, 2), 4)
        self._close_months(date(2026, 3, 15))
        domain = [("kpi_id", "=", self.kpi.id)]
        by_month = self.snapshots._read_group(
            domain, ["month:month"], ["value:avg", "target:avg"]
        )
        self.assertEqual(by_month, [(date(2026, 1, 1), 2, 5), (date(2026, 2, 1), 4, 5)])
        self.assertEqual(
            self.snapshots._read_group(domain, [], ["value:avg"]), [(False,)]
        )

    def test_value_and_target_are_two_lines(self):
        self._resolve(date(2026, 1, 5), 2)
        self._resolve(date(2026, 3, 2), 4)
        self._close_months(date(2026, 4, 15))
        trend = self.env["airbag.kpi.snapshot.trend"]
        rows = trend.with_user(self.management)._read_group(
            [("kpi_id", "=", self.kpi.id)],
            ["month:month", "series"],
            ["figure:avg"],
            order="month:month, series",
        )
        lines = {(month, series): figure for month, series, figure in rows}
        self.assertEqual(
            [lines[date(2026, month, 1), "value"] for month in (1, 2, 3)], [2, False, 4]
        )
        self.assertEqual(lines[date(2026, 2, 1), "target"], 5)
        for user in (self.technician, self.salesperson):
            with self.assertRaises(AccessError):
                trend.with_user(user).search([])
        _company, stranger = self._create_company("Other")
        self.assertFalse(trend.with_user(stranger).search([]))
