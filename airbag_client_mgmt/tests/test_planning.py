# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, time, timedelta

import pytz

from odoo.tests import freeze_time, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestPlanning(ClientMgmtCommon):
    """PRO 008 §5.3.1: visits follow from the signed contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("airbag_client_mgmt.ir_cron_plan_visits")
        cls.company.visit_horizon_days = 400

    def _confirm(self, **values):
        order = self._create_contract(**values)
        order.action_confirm()
        return order

    def _days(self, order):
        visits = order.intervention_ids.sorted("visit_number")
        return [self.company._get_service_date(visit.planned_start) for visit in visits]

    def test_visits_are_counted_from_the_anchor(self):
        self.company.visit_day_off_policy = "keep"
        with freeze_time("2026-01-15"):
            order = self._confirm(
                contract_start=date(2026, 1, 31),
                contract_duration=4,
                contract_duration_unit="month",
                line={"visit_interval": 1},
            )
        self.assertEqual(
            self._days(order),
            [
                date(2026, 1, 31),
                date(2026, 2, 28),
                date(2026, 3, 31),
                date(2026, 4, 30),
            ],
        )
        self.assertEqual(order.order_line.promised_visit_count, 4)
        self.assertEqual(set(order.intervention_ids.mapped("state")), {"draft"})

    def test_a_day_off_moves_the_visit_and_says_why(self):
        holiday = datetime(2026, 2, 2, 5)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": holiday,
                "date_to": datetime(2026, 2, 3, 4, 59),
            }
        )
        with freeze_time("2026-01-15"):
            order = self._confirm(contract_start=date(2026, 1, 31))
        first = order.intervention_ids.sorted("visit_number")[0]
        # Saturday 31 January → Monday is a holiday → Tuesday 3 February, 09:00 local
        self.assertEqual(first.planned_start, datetime(2026, 2, 3, 14))
        self.assertEqual(first.original_planned_start, datetime(2026, 1, 31, 14))
        self.assertTrue(first.reschedule_reason)

    def test_a_day_off_never_moves_a_visit_past_the_contract(self):
        with freeze_time("2025-12-15 12:00"):
            order = self._confirm(
                contract_start=date(2026, 1, 1),
                contract_duration=1,
                contract_duration_unit="month",
                line={"visit_interval": 30, "visit_interval_unit": "day"},
            )
        # The second falls on Saturday 31 January, the last day of the contract.
        self.assertEqual(order.contract_end, date(2026, 1, 31))
        self.assertEqual(self._days(order)[-1], date(2026, 1, 30))

    def test_a_day_off_never_moves_a_visit_before_the_contract(self):
        self.company.visit_day_off_policy = "previous"
        with freeze_time("2026-01-15"):
            order = self._confirm(contract_start=date(2026, 1, 31))
        # The first day is a Saturday: Friday is not yet the contract's.
        self.assertEqual(self._days(order)[0], date(2026, 2, 2))

    def test_holidays_in_a_row_across_the_end_of_the_year(self):
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Company holidays",
                "calendar_id": calendar.id,
                "date_from": datetime(2026, 12, 24, 5),
                "date_to": datetime(2027, 1, 2, 4, 59),  # through Friday 1 January
            }
        )
        weekly = {"visit_interval": 1, "visit_interval_unit": "week"}
        with freeze_time("2026-12-01"):
            order = self._confirm(contract_start=date(2026, 12, 18), line=weekly)
        self.assertEqual(
            self._days(order)[:4],
            [
                date(2026, 12, 18),
                date(2027, 1, 4),  # 25 December
                date(2027, 1, 4),  # 1 January, a day on which it already comes
                date(2027, 1, 8),
            ],
        )

    def test_the_hour_is_the_one_agreed_in_the_contract(self):
        with freeze_time("2026-01-01"):
            order = self._confirm(
                contract_start=date(2026, 1, 5), visit_start_hour=14.5
            )
        zone = pytz.timezone("America/Bogota")
        hours = {
            pytz.utc.localize(visit.planned_start).astimezone(zone).time()
            for visit in order.intervention_ids
        }
        self.assertEqual(hours, {time(14, 30)})

    def test_only_what_is_missing_is_worked_out(self):
        daily = {"visit_interval": 1, "visit_interval_unit": "day"}
        order = self._create_contract(
            contract_start=date(2006, 1, 1), is_open_ended=True, line=daily
        )
        horizon = date(2026, 1, 3)
        every = order.order_line._get_due_visits(horizon)
        self.assertEqual(len(every), (horizon - date(2006, 1, 1)).days + 1)
        known = {number for number, _day in every[:-2]}
        self.assertEqual(
            order.order_line._get_due_visits(horizon, known),
            [(len(every) - 1, date(2026, 1, 2)), (len(every), horizon)],
        )
        self.assertEqual(
            order.order_line._get_first_visit_after(horizon), date(2026, 1, 4)
        )

    def test_the_reason_of_a_move_is_in_the_companys_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.company.partner_id.lang = "es_419"
        with freeze_time("2026-01-15"):
            order = self._confirm(contract_start=date(2026, 1, 31))
        first = order.intervention_ids.sorted("visit_number")[0]
        self.assertIn("no laborable", first.reschedule_reason)

    def test_nine_stays_nine_across_a_clock_change(self):
        self.company.resource_calendar_id.tz = "America/Santiago"
        with freeze_time("2026-03-01"):
            order = self._confirm(
                contract_start=date(2026, 3, 3), line={"visit_interval": 2}
            )
        starts = order.intervention_ids.sorted("visit_number").mapped("planned_start")
        self.assertEqual([start.hour for start in starts[:2]], [12, 13])

    def test_only_the_horizon_is_planned_and_the_cron_goes_on(self):
        self.company.visit_horizon_days = 90
        with freeze_time("2026-01-01 12:00:00"):
            order = self._confirm(
                contract_start=date(2026, 1, 1), line={"visit_interval": 1}
            )
        self.assertEqual(len(order.intervention_ids), 4)
        self.assertEqual(order.next_visit_to_create, date(2026, 5, 1))
        with freeze_time("2026-01-30"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(len(order.intervention_ids), 4)
        with freeze_time("2026-02-02"), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
            self.cron.method_direct_trigger()
        order.invalidate_recordset()
        self.assertEqual(len(order.intervention_ids), 5)
        self.assertEqual(order.next_visit_to_create, date(2026, 6, 1))

    def test_planning_never_touches_what_exists(self):
        with freeze_time("2026-01-01"):
            order = self._confirm(contract_start=date(2026, 1, 1))
            visit = order.intervention_ids.sorted("visit_number")[1]
            visit.planned_start = datetime(2026, 5, 20, 13)
            order.intervention_ids.sorted("visit_number")[2].action_cancel()
            before = order.intervention_ids
            order._plan_visits()
        self.assertEqual(order.intervention_ids, before)
        self.assertEqual(visit.planned_start, datetime(2026, 5, 20, 13))

    def test_the_last_day_is_inclusive(self):
        with freeze_time("2026-01-01"):
            order = self._confirm(
                contract_start=date(2026, 1, 1),
                line={"visit_interval": 1, "visit_interval_unit": "year"},
            )
        self.assertEqual(len(order.intervention_ids), 1)
        self.assertFalse(order.next_visit_to_create)

    def test_a_line_without_interval_gives_one_visit(self):
        line = {"visit_interval": 0}
        order = self._create_contract(is_service_contract=False, line=line)
        order.action_confirm()
        self.assertEqual(len(order.intervention_ids), 1)
        self.assertFalse(order.intervention_ids.planned_start)
        self.assertFalse(order.next_visit_to_create)

    def test_a_product_without_treatment_gives_none(self):
        line = {"product_id": self.airbag.id}
        order = self._create_contract(is_service_contract=False, line=line)
        order.action_confirm()
        self.assertFalse(order.intervention_ids)

    def test_a_salesperson_confirms_and_the_visits_are_planned(self):
        order = self._create_contract().with_user(self.salesperson)
        order.action_confirm()
        self.assertTrue(order.intervention_ids)
        self.assertEqual(order.intervention_count, len(order.intervention_ids))

    def test_a_cancelled_order_has_no_open_visits(self):
        # A contract already in force is terminated, never cancelled.
        order = self._confirm(contract_start=date.today() + timedelta(days=30))
        order._action_cancel()
        self.assertEqual(set(order.intervention_ids.mapped("state")), {"cancelled"})

    def test_a_bad_horizon_is_refused(self):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.company.visit_horizon_days = 0
            self.env.flush_all()
        self.assertIn("visit_horizon", str(caught.exception))

    def test_planning_reads_once_however_many_contracts(self):
        def count_queries(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            created = orders._plan_visits()
            self.env.flush_all()
            self.assertEqual(len(created), 4 * len(orders))
            return self.env.cr.sql_log_count - before

        orders = self.env["sale.order"].union(
            *(self._create_contract() for _turn in range(11))
        )
        orders._as_button().state = "sale"
        count_queries(orders[0])  # warms up the caches
        one, nine = count_queries(orders[1]), count_queries(orders[2:])
        # Each visit draws its number, in two queries; all else is batched.
        more_visits = 4 * 8
        self.assertLessEqual(nine - one, 2 * more_visits)
