# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import ClientMgmtCommon

COUNTS = ("promised", "due", "done", "planned", "to_plan", "missed")


class ContractVisitsCase(ClientMgmtCommon):
    """A contract of 2026 with a visit on the 12th of each month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.visit_horizon_days = 400
        cls.company.visit_day_off_policy = "keep"
        cls.reason = cls.env.ref("airbag_client_mgmt.contract_reason_price")
        cls.order = cls._sign()
        cls.visits = cls.order.intervention_ids.sorted("visit_number")

    @classmethod
    def _sign(cls, day="2026-01-02 15:00", **values):
        values = {
            "contract_start": date(2026, 1, 12),
            "line": {"visit_interval": 1},
            **values,
        }
        with freeze_time(day):
            order = cls._create_contract(**values)
            order.action_confirm()
        return order

    def _give(self, visit, finished=None):
        visit.user_id = self.technician
        with freeze_time(finished or visit.planned_start):
            visit.action_plan()
            visit.action_start()
            self._document(visit)
            visit.action_finish()

    def _count(self, order=None, day="2026-04-01 15:00"):
        """Return ``(promised, due, done, planned, to plan, missed)`` on a day."""
        order = order or self.order
        with freeze_time(day):
            self.env.flush_all()
            self.env["sale.order"].search([])._compute_contract_state()
            order.invalidate_recordset()
            missed = self.env["airbag.intervention"].search(
                [("order_id", "in", order.ids), ("is_missed", "=", True)]
            )
            self.assertEqual(order.visits_missed, len(missed))
            self.assertEqual(order.intervention_ids.filtered("is_missed"), missed)
            return tuple(order[f"visits_{name}"] for name in COUNTS)


@tagged("post_install", "-at_install")
class TestContractVisits(ContractVisitsCase):
    """Promised, planned, done and missed, per contract. PRO 008 §5.3.1."""

    def test_each_visit_is_counted_once(self):
        given, planned, called_off = self.visits[0], self.visits[1], self.visits[2]
        self._give(given)
        planned.user_id = self.technician
        planned.action_plan()
        called_off.action_cancel()
        self.visits[3].user_id = self.technician
        self.visits[3].action_plan()
        self.assertEqual(self._count(), (12, 3, 1, 1, 8, 2))

    def test_a_visit_is_missed_once_its_day_is_over_where_the_company_works(self):
        # 12 January ends at 05:00 UTC of the 13th.
        self.assertEqual(self._count(day="2026-01-13 04:59"), (12, 0, 0, 0, 12, 0))
        self.assertEqual(self._count(day="2026-01-13 05:00"), (12, 1, 0, 0, 11, 1))

    def test_a_visit_moved_by_agreement_is_missed_on_its_new_day(self):
        self.visits[0].planned_start = datetime(2026, 2, 3, 14)
        self.assertEqual(self._count(day="2026-02-03 15:00"), (12, 0, 0, 0, 12, 0))
        self.assertEqual(self._count(day="2026-02-04 15:00"), (12, 1, 0, 0, 11, 1))

    def test_a_cancelled_visit_taken_back_is_not_missed(self):
        self.visits[0].action_cancel()
        self.assertEqual(self._count(day="2026-02-01 15:00")[-1], 1)
        self.visits[0].action_back_to_draft()
        self.visits[0].planned_start = datetime(2026, 2, 10, 14)
        self.assertEqual(self._count(day="2026-02-01 15:00")[-1], 0)

    def test_a_visit_in_progress_is_neither_done_nor_missed(self):
        visit = self.visits[0]
        visit.user_id = self.technician
        visit.action_plan()
        visit.action_start()
        self.assertEqual(self._count(day="2026-01-20 15:00"), (12, 1, 0, 1, 11, 0))

    def test_what_was_added_by_hand_was_not_promised(self):
        with freeze_time("2026-01-05 15:00"):
            self._give(
                self._create_intervention(
                    order_id=self.order.id, order_line_id=self.order.order_line.id
                )
            )
            self._create_intervention(order_id=self.order.id, vehicle_id=False)
        self.assertEqual(self._count(day="2026-01-10 15:00"), (12, 0, 0, 0, 12, 0))

    def test_an_archived_visit_hides_nothing(self):
        self.visits[0].active = False
        with freeze_time("2026-01-20 15:00"):
            self.order.invalidate_recordset()
            self.assertEqual(self.order.visits_missed, 1)

    def test_what_a_termination_calls_off_is_not_missed(self):
        self._give(self.visits[0])
        with freeze_time("2026-02-20 15:00"):
            self.order._terminate(date(2026, 3, 15), self.reason)
        # February and March were due, and not given; those later on were not.
        self.assertEqual(self._count(day="2026-12-31 15:00"), (12, 3, 1, 0, 0, 2))

    def test_a_visit_never_dated_is_missed_when_the_contract_is_over(self):
        single = {
            "order_line": [
                Command.create({"product_id": self.service.id, "visit_interval": 12}),
                Command.create({"product_id": self.service.id, "visit_interval": 0}),
            ]
        }
        order = self._sign(**single)
        self.assertEqual(self._count(order, "2027-01-11 15:00"), (2, 1, 0, 0, 1, 1))
        self.assertEqual(self._count(order, "2027-01-12 15:00"), (2, 2, 0, 0, 0, 2))

    def test_an_open_ended_contract_promises_what_was_created(self):
        self.company.visit_horizon_days = 90
        order = self._sign(is_open_ended=True)
        self.assertEqual(self._count(order, "2026-02-01 15:00"), (3, 1, 0, 0, 2, 1))
        with freeze_time("2026-02-05 15:00"):
            order._terminate(date(2026, 2, 28), self.reason)
        self.assertEqual(self._count(order, "2026-04-01 15:00"), (2, 2, 0, 0, 0, 2))

    def test_each_version_counts_its_own_visits(self):
        self._give(self.visits[0])
        with freeze_time("2026-03-20 15:00"):
            amendment = self.env["sale.order"].browse(
                self.order.action_amend()["res_id"]
            )
            amendment.write(
                {
                    "amendment_reason": "Every two months",
                    "amendment_start": date(2026, 4, 1),
                }
            )
            amendment.order_line.visit_interval = 2
            amendment.action_confirm()
        # January to March; what the amendment called off was not missed.
        self.assertEqual(self._count(day="2026-12-31 15:00"), (3, 3, 1, 0, 0, 2))
        # May, July, September, November.
        self.assertEqual(self._count(amendment, "2026-06-30"), (4, 1, 0, 0, 3, 1))

    def test_visits_that_go_on_are_those_of_the_amendment(self):
        with freeze_time("2026-03-20 15:00"):
            amendment = self.env["sale.order"].browse(
                self.order.action_amend()["res_id"]
            )
            amendment.write(
                {
                    "amendment_reason": "Another price",
                    "amendment_start": date(2026, 4, 1),
                }
            )
            amendment.action_confirm()
        self.assertEqual(self._count(day="2026-05-01 15:00"), (3, 3, 0, 0, 0, 3))
        self.assertEqual(self._count(amendment, "2026-05-01"), (9, 1, 0, 0, 8, 1))

    def test_compliance_is_what_was_done_of_what_was_due(self):
        self._give(self.visits[0])
        for day, due, compliance in (
            ("2026-01-02 15:00", 1, 100),
            ("2026-04-01 15:00", 3, 33.3),
        ):
            with freeze_time(day):
                self.order.invalidate_recordset()
                self.assertEqual(self.order.visits_due, due)
                self.assertEqual(self.order.visit_compliance, compliance)

    def test_the_compliance_of_a_group_is_that_of_its_visits(self):
        other, unborn = self._sign(), self._sign(contract_start=date(2026, 8, 3))
        self._give(self.visits[0])
        for visit in other.intervention_ids.sorted("visit_number")[:3]:
            self._give(visit)
        fnames = ("visits_promised", "visits_done", "visits_missed")
        orders = self.order | other | unborn
        with freeze_time("2026-02-20 15:00"):
            self.assertEqual(
                orders._read_group(
                    [("id", "in", orders.ids)],
                    ["partner_id"],
                    [*(f"{name}:sum" for name in fnames), "visit_compliance:avg"],
                ),
                [(self.customer, 36, 4, 1, 80)],
            )
            # Nothing is due: there is no compliance, not one of 0.
            [(compliance,)] = orders._read_group(
                [("id", "=", unborn.id)], [], ["visit_compliance:avg"]
            )
        self.assertIs(compliance, False)

    def test_the_database_filters_and_sorts(self):
        other = self._sign()
        self._give(other.intervention_ids.sorted("visit_number")[0])
        ours = [("id", "in", (self.order | other).ids)]
        orders = self.env["sale.order"]
        with freeze_time("2026-02-20 15:00"):
            for term, found in (
                (("visits_missed", ">", 1), self.order),
                (("visits_missed", "=", 1), other),
                (("visits_missed", "!=", 1), self.order),
                (("visits_done", ">=", 1), other),
                (("visits_missed", "<", 1), orders),
                (("visits_missed", "<=", 2), self.order | other),
            ):
                self.assertEqual(orders.search([*ours, term]), found, term)
            self.assertEqual(
                orders.search(ours, order="visits_missed").ids,
                [other.id, self.order.id],
            )

    def test_reading_the_list_costs_the_same_for_eighty_contracts(self):
        orders = self.env["sale.order"].union(
            *(self._create_contract() for _turn in range(80))
        )
        orders._as_button().state = "sale"

        def count_queries(read):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            read.mapped("visit_compliance")
            return self.env.cr.sql_log_count - before

        count_queries(orders[:1])  # warms up the caches
        self.assertEqual(count_queries(orders), count_queries(orders[:1]))

    def test_who_sees_the_list_and_what_is_behind_it(self):
        action = self.env.ref("airbag_client_mgmt.action_contract_visits")
        view = self.env.ref("airbag_client_mgmt.sale_order_view_list_visits")
        for user in (self.planner, self.management, self.salesperson):
            orders = self.env["sale.order"].with_user(user)
            with freeze_time("2026-02-20 15:00"):
                arch = orders.get_view(view.id, "list")["arch"]
                self.assertIn("visits_missed", arch)
                found = orders.search([("visits_missed", ">", 0)])
                self.assertIn(self.order, found)
                behind = self.order.with_user(user).action_view_interventions()
            visits = self.env["airbag.intervention"].with_user(user)
            self.assertEqual(visits.search_count(behind["domain"]), 12)
        self.assertEqual(action.res_model, "sale.order")
        menu = self.env.ref("airbag_client_mgmt.menu_contract_visits")
        self.assertIn(menu.id, self._get_menus(self.planner))
        self.assertNotIn(menu.id, self._get_menus(self.technician))

    def _get_menus(self, user):
        return self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()

    def test_a_technician_sees_which_of_its_visits_were_missed(self):
        self.visits[0].user_id = self.technician
        visits = self.env["airbag.intervention"].with_user(self.technician)
        with freeze_time("2026-02-20 15:00"):
            mine = visits.search([("is_missed", "=", True)])
            self.assertEqual(mine, self.visits[0])
            self.assertTrue(mine.is_missed)
            self.assertNotIn(mine, visits.search([("is_missed", "=", False)]))

    def test_the_renewal_says_what_was_missed(self):
        self._give(self.visits[0])
        with freeze_time("2026-03-01 15:00"):
            renewal = self.env["sale.order"].new({"renewed_order_id": self.order.id})
            self.assertEqual(renewal.renewed_done_count, 1)
            self.assertEqual(renewal.renewed_missed_count, 1)
