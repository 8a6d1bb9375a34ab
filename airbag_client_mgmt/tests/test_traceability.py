# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestTraceability(ClientMgmtCommon):
    """PRO 008 §5.3.3: an airbag is found again by its lot or serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        products = cls.env["product.product"]
        cls.module_unit = products.create(
            {"name": "SRS module", "type": "consu", "tracking": "serial"}
        )
        cls.wipes = products.create({"name": "Wipes", "type": "consu"})
        cls.visit = cls._start()
        cls.own = cls.visit.with_user(cls.technician)

    @classmethod
    def _start(cls, **values):
        visit = cls._create_intervention(**values)
        visit.action_plan()
        visit.action_start()
        return visit

    def _use(self, product=None, visit=None, **values):
        visit = visit or self.own
        return visit.product_ids.create(
            {
                "intervention_id": visit.id,
                "product_id": (product or self.airbag).id,
                **values,
            }
        )

    def test_only_goods_are_traced(self):
        self.assertEqual(self.service.tracking, "none")
        self.assertEqual(self.airbag.tracking, "lot")
        self.wipes.tracking = "serial"
        self.wipes.type = "service"
        self.assertEqual(self.wipes.tracking, "none")

    def test_lots_are_written_one_way(self):
        row = self._use(lot_name="  lot-7 ")
        self.assertEqual(row.lot_name, "LOT-7")
        row.lot_name = " "
        self.assertFalse(row.lot_name)

    def test_a_lot_of_a_product_without_lots_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Wipes is not traced by lots"):
            self._use(self.wipes, lot_name="LOT-7")

    def test_a_missing_lot_is_named_before_finishing(self):
        self._document(self.own)
        self.own.no_products_used = False
        self._use()
        self._use(self.module_unit)
        self._use(self.wipes)
        with self.assertRaises(UserError) as caught:
            self.own.action_finish()
        message = str(caught.exception)
        self.assertIn("the lot of “Driver airbag”", message)
        self.assertIn("the serial number of “SRS module”", message)
        self.assertNotIn("Wipes", message)
        for row in self.own.product_ids.filtered(lambda row: row.tracking != "none"):
            row.lot_name = f"N-{row.id}"
        self.own.action_finish()
        self.assertEqual(self.own.state, "done")

    def test_a_serial_number_stands_for_one_piece(self):
        with self.assertRaisesRegex(ValidationError, "one SRS module"):
            self._use(self.module_unit, lot_name="S2", quantity=2)
        with self.assertRaisesRegex(ValidationError, "one SRS module"):
            self._use(
                self.module_unit,
                lot_name="S3",
                uom_id=self.env.ref("uom.product_uom_dozen").id,
            )
        self._use(self.airbag, lot_name="L1", quantity=2)
        self._use(self.module_unit, lot_name="S1")
        with self.assertRaisesRegex(ValidationError, "S1 is recorded twice"):
            self._use(self.module_unit, lot_name="s1")

    def test_another_product_has_another_lot(self):
        with Form(self._use(lot_name="LOT-7")) as row:
            row.product_id = self.module_unit
            self.assertFalse(row.lot_name)
            row.lot_name = "S-1"
        row = self._use(lot_name="LOT-7")
        row.product_id = self.wipes
        self.assertFalse(row.lot_name)

    def test_a_unit_of_another_measure_is_refused(self):
        hour = self.env.ref("uom.product_uom_hour")
        with self.assertRaisesRegex(ValidationError, "does not convert"):
            self._use(uom_id=hour.id)
        dozen = self._use(uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(dozen.quantity, 1)

    def test_a_serial_number_fitted_elsewhere_is_told(self):
        other = self.env["airbag.vehicle"].create(
            {"partner_id": self.customer.id, "license_plate": "XYZ 789"}
        )
        before = self._start(
            user_id=self.other_technician.id, vehicle_id=other.id
        ).with_user(self.other_technician)
        first = self._use(self.module_unit, before, lot_name="S-1")
        self.assertFalse(first.serial_warning)
        row = self._use(self.module_unit, lot_name="s-1")
        self.assertIn("XYZ 789", row.serial_warning)
        self.assertIn(before.sudo().name, row.serial_warning)
        with self.assertRaises(AccessError):
            before.with_user(self.technician).read(["name"])
        with Form(row) as form:
            form.lot_name = "S-2"
            self.assertFalse(form.serial_warning)
            form.lot_name = "s-1 "
            self.assertIn("XYZ 789", form.serial_warning)
        before.sudo().action_cancel()
        row.invalidate_recordset()
        self.assertFalse(row.serial_warning)

    def test_warnings_of_many_rows_take_one_search(self):
        rows = self.visit.product_ids.create(
            [
                {
                    "intervention_id": self.visit.id,
                    "product_id": self.module_unit.id,
                    "lot_name": f"S-{number}",
                }
                for number in range(20)
            ]
        )
        counts = []
        for some in (rows[:1], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("serial_warning")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_every_vehicle_of_a_lot_is_found(self):
        visit = self._create_intervention(planned_start=datetime(2026, 3, 2, 20))
        visit.action_plan()
        with freeze_time("2026-03-03 02:00:00"):  # the evening before in Bogotá
            visit.action_start()
        self._use(visit=visit, lot_name="LOT-7")
        cancelled = self._start(vehicle_id=False, user_id=self.other_technician.id)
        self._use(visit=cancelled, lot_name="lot-7")
        cancelled.action_cancel()
        rows = self.env["airbag.intervention.product"].with_user(self.salesperson)
        found = rows.search([("lot_name", "ilike", "lot-7")])
        states = found.sorted("id").mapped("intervention_state")
        self.assertEqual(states, ["in_progress", "cancelled"])
        groups = rows.formatted_read_group(
            [("lot_name", "=", "LOT-7"), ("intervention_state", "=", "in_progress")],
            ["vehicle_id", "service_date:month", "user_id", "treatment_id"],
            ["__count"],
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0]["vehicle_id"][0], self.vehicle.id)
        self.salesperson.group_ids += self.env.ref("base.group_allow_export")
        exported = found[0].export_data(
            ["product_id", "lot_name", "vehicle_id", "partner_id", "service_date"]
        )
        self.assertIn("LOT-7", exported["datas"][0])
        self.assertEqual(str(found[0].service_date), "2026-03-02")

    def test_the_usual_products_take_one_tap(self):
        self.treatment.product_ids = self.airbag | self.wipes
        with self.assertRaises(AccessError):
            self.visit.with_user(self.other_technician).action_add_usual_products()
        self.own.no_products_used = True
        self.own.action_add_usual_products()
        self.assertEqual(self.own.product_ids.product_id, self.airbag | self.wipes)
        self.assertEqual(self.own.product_ids.mapped("quantity"), [1, 1])
        self.assertFalse(self.own.no_products_used)
        self.own.action_add_usual_products()
        self.assertEqual(len(self.own.product_ids), 2)
        planned = self._create_intervention(
            planned_start=self.visit.planned_start + timedelta(days=1)
        )
        planned.action_plan()
        with self.assertRaisesRegex(UserError, "Start the visit"):
            planned.with_user(self.technician).action_add_usual_products()

    def test_a_bad_quantity_is_explained(self):
        """What the database refuses is said in the user's language."""
        constraint = self.env["ir.model.constraint"].search(
            [("name", "=", "airbag_intervention_product_quantity_positive")]
        )
        self.assertIn("greater than zero", constraint.message)

    def test_a_technician_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other company"})
        stranger = self.technician.copy(
            {
                "login": "stranger",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        for values in (
            {"user_id": stranger.id},
            {"technician_ids": [Command.link(stranger.id)]},
        ):
            with self.assertRaisesRegex(UserError, "company"):
                self._create_intervention(**values)
