# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import PIXEL, ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestEvidence(ClientMgmtCommon):
    """What was done stays as it was, whichever way one tries to change it. §6."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._create_intervention()
        cls.visit.action_plan()
        cls.own = cls.visit.with_user(cls.technician)

    def test_mandatory_steps_cannot_be_avoided(self):
        self.own.action_start()
        step = self.own.step_ids.filtered("mandatory")
        for refused in (
            lambda: step.write({"mandatory": False}),
            lambda: step.write({"name": "Nothing"}),
            lambda: step.write({"handled_by": self.planner.id}),
            step.unlink,
            lambda: step.create({"intervention_id": self.visit.id, "name": "Other"}),
        ):
            with self.assertRaises(AccessError):
                refused()
        step.write({"done": True})
        self.assertEqual(step.handled_by, self.technician)

    def test_a_technician_does_not_set_what_the_system_stamps(self):
        self.own.action_start()
        for vals in (
            {"active": False},
            {"finished_at": fields.Datetime.now()},
            {"name": "INT/1"},
            {"requirements_acknowledged_on": fields.Datetime.now()},
            {"started_at": fields.Datetime.now()},
            {"treatment_version": "9"},
        ):
            with self.assertRaises(AccessError):
                self.own.write(vals)

    def test_a_visit_that_began_is_not_deleted_once_cancelled(self):
        self.own.action_start()
        self.visit.with_user(self.planner).action_cancel()
        with self.assertRaisesRegex(UserError, "evidence"):
            self.visit.with_user(self.planner).unlink()

    def test_a_visit_is_not_created_as_done(self):
        planner = self.visit.with_user(self.planner)
        values = {
            "partner_id": self.customer.id,
            "treatment_id": self.treatment.id,
            "no_products_used": True,
            "no_recommendations": True,
        }
        with self.assertRaisesRegex(UserError, "cannot become"):
            planner.create({**values, "state": "done"})
        with self.assertRaisesRegex(UserError, "set its date"):
            planner.create({**values, "state": "planned"})
        self.assertEqual(planner.create({**values, "state": "draft"}).state, "draft")

    def test_only_a_done_visit_is_reopened(self):
        with self.assertRaises(AccessError):
            self.own.action_reopen()
        self.visit.with_user(self.quality).action_reopen()
        self.assertEqual(self.visit.state, "planned")

    def test_a_recommendation_is_closed_on_the_local_day(self):
        advice = self.env["airbag.recommendation"].create(
            {"intervention_id": self.visit.id, "name": "Replace the connector"}
        )
        with freeze_time("2026-03-03 02:00:00"):  # the evening before in Bogotá
            advice.action_done()
        self.assertEqual(advice.closed_on, date(2026, 3, 2))

    def test_documentation_does_not_move_to_a_done_visit(self):
        done = self._create_done_intervention(user_id=self.other_technician.id)
        self.own.action_start()
        product = self.env["airbag.intervention.product"].create(
            {"intervention_id": self.visit.id, "product_id": self.airbag.id}
        )
        with self.assertRaisesRegex(UserError, "is done"):
            product.intervention_id = done

    def test_people_vehicles_and_photos_of_a_visit_are_not_deleted(self):
        photo = self.env["ir.attachment"].create({"name": "1.png", "datas": PIXEL})
        self.visit.write(
            {
                "photo_ids": [Command.link(photo.id)],
                "technician_ids": [Command.link(self.other_technician.id)],
            }
        )
        with self.assertRaisesRegex(UserError, "archive it"):
            self.vehicle.unlink()
        for record in (
            self.technician,
            self.other_technician,
            photo,
        ):
            with (
                self.subTest(record=record),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                record.unlink()

    def test_an_archived_visit_still_owes_its_survey(self):
        done = self._create_done_intervention(user_id=self.other_technician.id)
        done.active = False
        with self.enter_registry_test_mode():
            self.env.ref(
                "airbag_client_mgmt.ir_cron_survey_obligations"
            ).method_direct_trigger()
        self.assertTrue(done.survey_input_ids)

    def test_a_visit_out_of_the_archive_is_booked_again(self):
        self.visit.active = False
        self._create_intervention().action_plan()
        with self.assertRaisesRegex(UserError, "not free"):
            self.visit.active = True

    def test_answers_do_not_move_into_the_register(self):
        done = self._create_done_intervention(user_id=self.other_technician.id)
        owed = self.env["survey.user_input"]._create_obligations(done)
        survey = self.env["survey.survey"].create({"title": "Climate"})
        question = self.env["survey.question"].create(
            {"survey_id": survey.id, "title": "How?", "question_type": "char_box"}
        )
        answer = survey._create_answer(email="x@example.com")
        line = self.env["survey.user_input.line"].create(
            {
                "user_input_id": answer.id,
                "question_id": question.id,
                "answer_type": "char_box",
                "value_char_box": "Well",
            }
        )
        with self.assertRaisesRegex(AccessError, "cannot be changed by hand"):
            line.with_user(self.env.ref("base.user_admin")).user_input_id = owed

    def test_the_outcome_of_a_contract_is_not_written_by_hand(self):
        order = self._create_contract()
        order.action_confirm()
        order = order.with_user(self.salesperson)
        for vals in (
            {"contract_end": "2030-01-01"},
            {"contract_state": "ended"},
            {"renewal_state": "renewed"},
            {"renewed_order_id": False},
            {"terminated_on": "2026-01-01"},
        ):
            with self.assertRaises(AccessError):
                order.write(vals)

    def test_a_contract_in_force_does_not_go_back_to_quotation(self):
        order = self._create_contract()
        order.action_confirm()
        for state in ("draft", "sent", "cancel"):
            with self.assertRaisesRegex(UserError, "Terminate"):
                order.with_user(self.salesperson).state = state

    def test_an_incomplete_contract_is_not_confirmed_by_writing_its_state(self):
        order = self._create_contract(contract_start=False)
        with self.assertRaisesRegex(UserError, "Missing: first day"):
            order.with_user(self.salesperson).state = "sale"

    def test_a_confirmed_order_does_not_become_a_contract(self):
        order = self._create_contract(is_service_contract=False)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "confirmed without the terms"):
            order.with_user(self.salesperson).is_service_contract = True
        with self.assertRaisesRegex(UserError, "confirmed without the terms"):
            order.sale_order_template_id = self.env.ref(
                "airbag_client_mgmt.sale_order_template_annual"
            )
        order.sale_order_template_id = self.env["sale.order.template"].create(
            {"name": "No contract"}
        )

    def test_services_do_not_leave_nor_enter_a_signed_contract(self):
        order = self._create_contract()
        order.action_confirm()
        quotation = self._create_contract()
        with self.assertRaisesRegex(UserError, "were signed"):
            order.order_line.order_id = quotation
        for values in ({"product_id": self.airbag.id}, {"display_type": "line_note"}):
            with self.assertRaisesRegex(UserError, "were signed"):
                self.env["sale.order.line"].create(
                    {"order_id": order.id, "name": "More", **values}
                )
        with self.assertRaisesRegex(UserError, "were signed"):
            quotation.order_line.order_id = order

    def test_the_dates_of_a_ticket_follow_its_stages(self):
        ticket = self._create_complaint()
        for vals in (
            {"resolved_on": fields.Datetime.now()},
            {"resolution_hours": 1.0},
            {"reopen_count": 0},
            {"acknowledged_on": fields.Datetime.now()},
        ):
            with self.assertRaises(AccessError):
                ticket.with_user(self.quality).write(vals)
        ticket.with_user(self.quality).action_acknowledge()
        self.assertTrue(ticket.acknowledged_on)

    def test_a_reopened_complaint_is_not_deleted(self):
        ticket = self._create_complaint()
        for stage in ("done", "new"):
            ticket.with_user(self.quality).stage_id = self.env.ref(
                f"helpdesk_mgmt.helpdesk_ticket_stage_{stage}"
            )
        self.assertEqual(ticket.reopen_count, 1)
        with self.assertRaisesRegex(UserError, "evidence"):
            ticket.unlink()

    def _create_complaint(self):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "Noise",
                "description": "It rattles",
                "kind": "complaint",
                "root_cause": "A loose clip",
                "corrective_action": "Checked on delivery",
                "partner_id": self.customer.id,
                "user_id": False,
            }
        )
