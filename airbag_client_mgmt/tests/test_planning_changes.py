# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestPlanningChanges(ClientMgmtCommon):
    """The visits of contracts that change after they were signed. §5.3.1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("airbag_client_mgmt.ir_cron_plan_visits")
        cls.reason = cls.env.ref("airbag_client_mgmt.contract_reason_price")
        cls.company.visit_horizon_days = 30

    def _confirm(self, day="2026-01-12", **values):
        with freeze_time(day):
            values = {"contract_start": date(2026, 1, 12), **values}
            order = self._create_contract(**{"line": {"visit_interval": 1}, **values})
            order.action_confirm()
        return order

    def _run_cron(self, day):
        with freeze_time(day), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _get_days(self, order):
        return sorted(
            self.company._get_service_date(visit.planned_start)
            for visit in order.intervention_ids
            if visit.state != "cancelled"
        )

    def test_visits_go_on_until_a_termination_to_come(self):
        order = self._confirm()
        with freeze_time("2026-01-13"):
            order._terminate(date(2026, 4, 30), self.reason)
        self._run_cron("2026-05-01")
        self.assertEqual(
            self._get_days(order),
            [
                date(2026, 1, 12),
                date(2026, 2, 12),
                date(2026, 3, 12),
                date(2026, 4, 13),  # the 12th is a Sunday
            ],
        )
        self.assertFalse(order.next_visit_to_create)

    def test_a_contract_with_wrong_data_does_not_stop_the_others(self):
        wrong = self._confirm(vehicle_id=self.vehicle.id)
        right = self._confirm()
        other = self.env["res.partner"].create({"name": "Who bought the van"})
        self.vehicle.partner_id = other
        before = len(wrong.intervention_ids)
        with mute_logger("odoo.addons.base.models.ir_cron"):
            self._run_cron("2026-03-01")
        self.assertEqual(len(right.intervention_ids), 3)
        self.assertEqual(len(wrong.intervention_ids), before)
        self.assertIn("belongs to another customer", wrong.message_ids[:1].body)

    def test_an_order_confirmed_again_is_planned_again(self):
        order = self._confirm(contract_start=date(2026, 1, 19))
        cancelled = order.intervention_ids
        with freeze_time("2026-01-13"):
            order._action_cancel()
            order.action_draft()
            order.contract_start = date(2026, 1, 20)
            order.action_confirm()
        self.assertEqual(set(cancelled.mapped("state")), {"cancelled"})
        self.assertEqual(self._get_days(order), [date(2026, 1, 20)])

    def test_a_terminated_contract_leaves_no_visit_to_be_dated(self):
        order = self._confirm()
        undated = self._create_intervention(order_id=order.id, planned_start=False)
        with freeze_time("2026-01-13"):
            order._terminate(date(2026, 1, 12), self.reason)
        self.assertEqual(undated.state, "cancelled")

    def test_the_technician_reads_what_was_agreed_on_in_the_contract(self):
        self.customer.special_requirements = "Safety shoes"
        order = self._create_contract()
        order.special_requirements = "Knock twice"
        order.action_confirm()
        person = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.customer.id}
        )
        visit = self._create_intervention(order_id=order.id, partner_id=person.id)
        self.assertEqual(
            visit.with_user(self.technician).special_requirements,
            "Knock twice\nSafety shoes",
        )
