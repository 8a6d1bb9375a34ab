# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import format_date

from .test_contract_visits import ContractVisitsCase


@tagged("post_install", "-at_install")
class TestVisitContract(ContractVisitsCase):
    """A visit of a contract is one that the contract covers. PRO 008 §5.3.1."""

    def setUp(self):
        super().setUp()
        self.planned = self.env["airbag.intervention"].with_user(self.planner)
        clock = freeze_time("2026-03-01 15:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _create(self, **values):
        """Create a visit of the contract as an outside client does."""
        return self.planned.create(
            {
                "partner_id": self.customer.id,
                "treatment_id": self.treatment.id,
                "planned_start": datetime(2026, 3, 20, 14),
                "order_id": self.order.id,
                **values,
            }
        )

    def _refuse(self, words):
        return self.assertRaisesRegex(UserError, words)

    def _on(self, *day):
        return format_date(self.env, date(*day))

    def _terminate(self, day=date(2026, 3, 1)):
        self.order._terminate(day, self.reason)

    def _amend(self):
        amendment = self.env["sale.order"].browse(self.order.action_amend()["res_id"])
        amendment.write(
            {"amendment_reason": "Price", "amendment_start": date(2026, 4, 1)}
        )
        amendment.action_confirm()
        return amendment

    def test_a_visit_within_the_contract_is_welcome(self):
        line = self.order.order_line
        person = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.customer.id}
        )
        visit = self._create(order_line_id=line.id, partner_id=person.id)
        # The last day is inclusive, where the company works: 23:30 in Bogotá.
        visit.write(
            {
                "planned_start": datetime(2027, 1, 12, 4, 30),
                "reschedule_reason": "The last day",
            }
        )
        self.assertEqual(self.order.contract_end, date(2027, 1, 11))

    def test_none_after_the_last_day(self):
        with self._refuse(
            f"{self.order.name} ends on {self._on(2027, 1, 11)}.*warranty"
        ):
            self._create(planned_start=datetime(2027, 1, 12, 5))
        visit = self.visits[-1].with_user(self.planner)
        with self._refuse("ends on"):
            visit.write({"planned_start": datetime(2027, 2, 1, 14)})
        # A warranty after the end: without the contract.
        self._create(planned_start=datetime(2027, 2, 1, 14), order_id=False)

    def test_none_on_a_terminated_contract(self):
        self._terminate()
        with self._refuse(
            f"{self.order.name} was terminated on {self._on(2026, 3, 1)}"
        ):
            self._create()
        with self._refuse("was terminated"):
            self._create(planned_start=False)
        called_off = self.visits[-1].with_user(self.planner)
        with self._refuse("was terminated"):
            called_off.write({"state": "draft"})
        due = self.visits[0].with_user(self.planner)
        with self._refuse("was terminated"):
            due.write({"planned_start": datetime(2026, 3, 5, 14)})

    def test_until_a_termination_to_come_visits_are_given(self):
        self._terminate(date(2026, 4, 30))
        self._create(planned_start=datetime(2026, 4, 30, 14))
        with self._refuse("was terminated"):
            self._create(planned_start=datetime(2026, 5, 1, 14))

    def test_a_visit_begun_is_documented_whatever_becomes_of_the_contract(self):
        visit = self.visits[2]
        visit.user_id = self.technician
        visit.action_plan()
        visit = visit.with_user(self.technician)
        visit.action_start()
        self._terminate()
        self._document(visit)
        visit.findings = "Connector loose"
        visit.action_finish()
        self.assertEqual(visit.state, "done")
        self.assertEqual(visit.order_id.contract_state, "terminated")

    def test_a_visit_of_a_day_on_which_it_held_is_started_late(self):
        visit = self.visits[1]
        visit.user_id = self.technician
        visit.action_plan()
        self._terminate()
        visit.with_user(self.technician).action_start()
        self.assertEqual(visit.state, "in_progress")

    def test_none_starts_once_the_contract_does_not_hold(self):
        visit = self.visits[2]
        visit.user_id = self.technician
        visit.action_plan()
        # As if it had been planned while somebody terminated the contract.
        self.order.sudo().terminated_on = date(2026, 3, 1)
        with self._refuse("was terminated"):
            visit.with_user(self.technician).action_start()
        with self._refuse("was terminated"):
            visit.with_user(self.technician).write({"state": "in_progress"})
        self.assertEqual(visit.state, "planned")

    def test_a_version_replaced_sends_to_the_one_in_force(self):
        amendment = self._amend()
        overdue = self.visits[0].with_user(self.planner)
        day = self._on(2026, 3, 31)
        with self._refuse(f"replaced by {amendment.name} after {day}"):
            overdue.write({"planned_start": datetime(2026, 4, 2, 14)})
        self._create(order_id=amendment.id, planned_start=datetime(2026, 4, 2, 14))

    def test_a_quotation_has_no_visits(self):
        quotation = self._create_contract()
        with self._refuse(f"{quotation.name} is still a quotation"):
            self._create(order_id=quotation.id)

    def test_a_cancelled_order_has_no_visits(self):
        order = self._create_contract(is_service_contract=False)
        order.action_confirm()
        visit = order.intervention_ids
        order._action_cancel()
        with self._refuse(f"{order.name} was cancelled"):
            visit.with_user(self.planner).write({"state": "draft"})
        with self._refuse("was cancelled"):
            self._create(order_id=order.id)

    def test_an_order_without_term_has_visits_whenever(self):
        order = self._create_contract(is_service_contract=False)
        order.action_confirm()
        visit = order.intervention_ids.with_user(self.planner)
        visit.planned_start = datetime(2031, 5, 5, 14)
        self._create(order_id=order.id, planned_start=datetime(2032, 5, 5, 14))

    def test_another_customer_has_no_visits_of_the_contract(self):
        other = self.env["res.partner"].create({"name": "Other Fleet"})
        with self._refuse(f"{self.order.name} is with Test Fleet.*Other Fleet"):
            self._create(partner_id=other.id)
        visit = self.visits[3].with_user(self.planner)
        with self._refuse("is with Test Fleet"):
            visit.write({"partner_id": other.id})

    def test_another_treatment_is_not_the_one_agreed(self):
        repair = self.treatment.copy({"code": "T-REP", "name": "Repair"})
        line = self.order.order_line
        with self._refuse("“Test diagnosis”, not for “Repair”"):
            self._create(order_line_id=line.id, treatment_id=repair.id)
        visit = self.visits[3].with_user(self.planner)
        with self._refuse("“Test diagnosis”, not for “Repair”"):
            visit.write({"treatment_id": repair.id})
        # An extra of the contract, not one of that service.
        extra = self._create(treatment_id=repair.id)
        with self._refuse("“Test diagnosis”, not for “Repair”"):
            extra.write({"order_line_id": line.id})

    def test_a_line_of_another_contract_is_refused(self):
        other = self._sign()
        with self._refuse("must belong to the contract"):
            self._create(order_line_id=other.order_line.id)
        with self._refuse("must belong to the contract"):
            self._create(order_line_id=other.order_line.id, order_id=False)

    def test_the_system_obeys_too(self):
        ended = datetime(2027, 1, 12, 14)
        with self.assertRaises(ValidationError):
            self._create_intervention(order_id=self.order.id, planned_start=ended)
        with self.assertRaises(ValidationError):
            self.visits[0].sudo().planned_start = ended

    def test_a_changed_product_does_not_stop_an_amendment(self):
        """Visits made before keep the treatment agreed then."""
        repair = self.treatment.copy({"code": "T-REP", "name": "Repair"})
        self.service.treatment_id = repair
        amendment = self._amend()
        self.assertTrue(amendment.intervention_ids)
        self.assertEqual(amendment.intervention_ids.treatment_id, self.treatment)

    def test_a_promised_visit_is_cancelled_never_deleted(self):
        visit = self.visits[-1].with_user(self.planner)
        with self._refuse("cancel it instead of deleting"):
            visit.unlink()
        self._create(vehicle_id=False).unlink()
