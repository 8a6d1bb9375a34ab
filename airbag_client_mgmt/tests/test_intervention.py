# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PIXEL, ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestIntervention(ClientMgmtCommon):
    """PRO 008 §5.3.2 and §5.3.3: carry out and document a visit."""

    def _start(self, **values):
        intervention = self._create_intervention(**values)
        intervention.action_plan()
        intervention.with_user(self.technician).action_start()
        return intervention

    def test_number_comes_from_the_sequence(self):
        first, second = (self._create_intervention() for _turn in range(2))
        self.assertTrue(first.name.startswith("INT/"))
        self.assertNotEqual(first.name, second.name)

    def test_the_calendar_names_the_customer_first(self):
        intervention = self._create_intervention()
        customer, number = intervention.partner_id.name, intervention.name
        self.assertEqual(intervention.display_name, f"{number} · {customer}")
        intervention = intervention.with_context(customer_first=True)
        self.assertEqual(intervention.display_name, f"{customer} · {number}")

    def test_the_technician_reads_where_to_go(self):
        self.customer.write({"street": "Calle 1 # 2-3", "city": "Bogotá"})
        visit = self._create_intervention().with_user(self.technician)
        self.assertIn("Calle 1 # 2-3, ", visit.contact_address)
        self.assertIn("Bogotá", visit.contact_address)
        self.assertNotIn(self.customer.name, visit.contact_address)
        self.customer.write({"street": False, "city": False, "country_id": False})
        self.assertFalse(visit.contact_address)

        intervention = self._create_intervention()
        self.assertEqual(
            intervention.planned_end - intervention.planned_start, timedelta(hours=2)
        )

    def test_plan_needs_a_date_and_a_technician(self):
        for missing in ("planned_start", "user_id"):
            with self.assertRaisesRegex(UserError, "set its date"):
                self._create_intervention(**{missing: False}).action_plan()

    def test_steps_are_frozen_when_it_starts(self):
        intervention = self._start()
        self.assertEqual(intervention.step_ids.mapped("name"), ["Scan", "Photograph"])
        self.assertEqual(intervention.treatment_version, "3")
        self.treatment.step_ids[0].name = "Something else"
        self.assertEqual(intervention.step_ids[0].name, "Scan")
        self.assertTrue(intervention.started_at)

    def test_finish_names_each_missing_piece(self):
        intervention = self._start().with_user(self.technician)
        with self.assertRaises(UserError) as caught:
            intervention.action_finish()
        message = str(caught.exception)
        for words in ("“Scan”", "products used", "recommendation"):
            self.assertIn(words, message)
        self.assertNotIn("Photograph", message)
        self.assertEqual(intervention.state, "in_progress")

    def test_a_mandatory_step_may_be_excused(self):
        intervention = self._start().with_user(self.technician)
        intervention.write({"no_products_used": True, "no_recommendations": True})
        intervention.step_ids[0].excuse = "   "
        with self.assertRaises(UserError):
            intervention.action_finish()
        intervention.step_ids[0].excuse = "Battery flat"
        intervention.action_finish()
        self.assertEqual(intervention.state, "done")
        self.assertEqual(intervention.step_ids[0].handled_by, self.technician)

    def test_a_step_is_ticked_with_one_touch(self):
        step = self._start().with_user(self.technician).step_ids[0]
        step.action_toggle_done()
        self.assertTrue(step.done and step.handled_on)
        step.action_toggle_done()
        self.assertFalse(step.done or step.handled_on)

    def test_special_requirements_are_acknowledged_before_starting(self):
        self.customer.special_requirements = "Safety shoes"
        intervention = self._create_intervention()
        intervention.action_plan()
        with self.assertRaisesRegex(UserError, "Only a technician of the visit"):
            intervention.with_user(self.planner).action_acknowledge_requirements()
        intervention = intervention.with_user(self.technician)
        with self.assertRaisesRegex(UserError, "special requirements"):
            intervention.action_start()
        intervention.action_acknowledge_requirements()
        intervention.action_start()
        self.assertEqual(intervention.requirements_acknowledged_by, self.technician)

    def test_another_technician_reads_the_requirements_too(self):
        self.customer.special_requirements = "Safety shoes"
        visit = self._create_intervention()
        visit.action_plan()
        visit.with_user(self.technician).action_acknowledge_requirements()
        visit.technician_ids = self.other_technician
        self.assertTrue(visit.requirements_acknowledged_on)
        reason = {"reschedule_reason": "Sick leave"}
        visit.write(
            {"user_id": self.other_technician.id, "technician_ids": [], **reason}
        )
        self.assertFalse(visit.requirements_acknowledged_on)
        self.assertFalse(visit.requirements_acknowledged_by)
        with self.assertRaisesRegex(UserError, "special requirements"):
            visit.with_user(self.other_technician).action_start()

    def test_a_visit_begun_again_counts_from_then(self):
        visit = self._create_intervention()
        visit.action_plan()
        visit.action_start()
        visit.started_at = visit.started_at - timedelta(days=30)
        visit.action_cancel()
        visit.action_back_to_draft()
        visit.action_plan()
        visit.with_user(self.technician).action_start()
        self._document(visit)
        visit.action_finish()
        self.assertLess(visit.duration_hours, 24)

    def test_requirements_that_changed_are_read_again(self):
        self.customer.special_requirements = "Safety shoes"
        visit = self._create_intervention()
        visit.action_plan()
        visit = visit.with_user(self.technician)
        visit.action_acknowledge_requirements()
        self.assertFalse(visit.requirements_pending)
        self.customer.special_requirements = "Safety shoes and helmet"
        self.assertTrue(visit.requirements_pending)
        with self.assertRaisesRegex(UserError, "special requirements"):
            visit.action_start()
        visit.action_acknowledge_requirements()
        visit.action_start()
        # What was read then is what the report shows.
        self.customer.special_requirements = "None any more"
        visit.invalidate_recordset()
        self.assertEqual(visit.special_requirements, "Safety shoes and helmet")

    def test_a_done_intervention_is_locked(self):
        intervention = self._create_done_intervention()
        locked_writes = [
            lambda: intervention.write({"findings": "Other"}),
            lambda: intervention.step_ids[0].write({"done": False}),
            lambda: intervention.step_ids[0].unlink(),
            lambda: intervention.write({"state": "planned"}),
            lambda: self.env["airbag.intervention.product"].create(
                {"intervention_id": intervention.id, "product_id": self.airbag.id}
            ),
        ]
        for locked_write in locked_writes:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                locked_write()

    def test_the_customer_may_sign_a_done_intervention_once(self):
        intervention = self._create_done_intervention()
        intervention.write({"customer_signature": PIXEL, "signed_by": "Ana"})
        self.assertTrue(intervention.signed_on)
        with self.assertRaises(UserError):
            intervention.signed_by = "Somebody else"

    def test_only_quality_reopens(self):
        intervention = self._create_done_intervention()
        for user in (self.technician, self.planner):
            with self.assertRaises(AccessError):
                intervention.with_user(user).action_reopen()
        started, finished = intervention.started_at, intervention.finished_at
        intervention.with_user(self.quality).action_reopen()
        self.assertEqual(intervention.state, "in_progress")
        self.assertEqual(intervention.started_at, started)
        self.assertEqual(intervention.finished_at, finished)
        self.assertIn("reopened", intervention.message_ids[0].body)

    def test_a_started_visit_keeps_its_treatment(self):
        other = self.treatment.copy({"code": "T-OTHER"})
        planned = self._create_intervention(
            planned_start=fields.Datetime.now() + timedelta(days=9)
        )
        planned.treatment_id = other
        with self.assertRaisesRegex(UserError, "has started"):
            self._start().treatment_id = other

    def test_recommendations_follow_the_customer(self):
        first = self._start()
        self._document(first)
        first.write(
            {
                "no_recommendations": False,
                "recommendation_ids": [Command.create({"name": "Replace the belt"})],
            }
        )
        first.action_finish()
        second = self._create_intervention(
            planned_start=fields.Datetime.now() + timedelta(days=30)
        ).with_user(self.technician)
        advice = first.recommendation_ids
        self.assertEqual(second.open_recommendation_ids, advice)
        advice.action_done()
        second.invalidate_recordset()
        self.assertFalse(second.open_recommendation_ids)
        self.assertTrue(advice.closed_on)

    def test_a_product_is_traced_to_its_vehicle(self):
        intervention = self._start()
        used = self.env["airbag.intervention.product"].create(
            {
                "intervention_id": intervention.id,
                "product_id": self.airbag.id,
                "lot_name": "LOT-7",
            }
        )
        self.assertEqual(used.vehicle_id, self.vehicle)
        self.assertEqual(used.uom_id, self.airbag.uom_id)
        found = self.env["airbag.intervention"].search(
            [("product_ids.lot_name", "=", "LOT-7")]
        )
        self.assertEqual(found, intervention)

    def test_a_quantity_is_greater_than_zero(self):
        intervention = self._start()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["airbag.intervention.product"].create(
                {
                    "intervention_id": intervention.id,
                    "product_id": self.airbag.id,
                    "quantity": -1,
                }
            )

    def test_a_visit_does_not_finish_before_it_starts(self):
        intervention = self._start()
        self._document(intervention)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            intervention.write(
                {
                    "state": "done",
                    "finished_at": intervention.started_at - timedelta(minutes=1),
                }
            )
            self.env.flush_all()
        self.assertIn("finished_after_start", str(caught.exception))

    def test_evidence_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archive"):
            self._create_done_intervention().unlink()
        self._create_intervention().unlink()

    def test_another_customers_vehicle_is_refused(self):
        other = self.env["res.partner"].create({"name": "Someone else"})
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self._create_intervention(partner_id=other.id)

    def test_an_urgent_visit_needs_no_contract(self):
        intervention = self._create_done_intervention(order_id=False)
        self.assertEqual(intervention.state, "done")
        self.assertEqual(intervention.contact_id, self.customer)

    def test_moving_a_visit_keeps_its_first_date(self):
        intervention = self._create_intervention()
        first = intervention.planned_start
        intervention.planned_start = first + timedelta(days=2)
        intervention.planned_start = first + timedelta(days=3)
        self.assertEqual(intervention.original_planned_start, first)
