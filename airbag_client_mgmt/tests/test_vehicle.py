# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import ClientMgmtCommon

VIN = "1M8GDM9AXKP042788"


@tagged("post_install", "-at_install")
class TestVehicle(ClientMgmtCommon):
    """The vehicle register and its history. PRO 008 §5.3.3."""

    def _register(self, plate="XYZ-789", **values):
        return self.env["airbag.vehicle"].create(
            {"partner_id": self.customer.id, "license_plate": plate, **values}
        )

    def test_a_plate_is_kept_as_it_is_written(self):
        vehicle = self._register(" xyz - 789 ", vin=" 1m8gdm9axkp-042788")
        self.assertEqual(vehicle.license_plate, "XYZ - 789")
        self.assertEqual(vehicle.vin, VIN)

    def test_a_plate_is_found_however_it_is_written(self):
        vehicle = self._register("XYZ-789")
        names = self.env["airbag.vehicle"]
        for text in ("XYZ-789", "xyz 789", "xyz789", "z-7"):
            found = names.search([("display_name", "ilike", text)])
            self.assertEqual(found, vehicle, text)
            self.assertEqual(names.name_search(text)[0][0], vehicle.id)
        self.assertNotIn(vehicle, names.search([("display_name", "not ilike", "yz7")]))

    def test_a_vehicle_is_found_by_what_its_name_shows(self):
        vehicle = self._register("XYZ-789", make="Renault", model="Kangoo")
        names = self.env["airbag.vehicle"]
        for text in ("renault", "Kangoo"):
            self.assertEqual(names.name_search(text)[0][0], vehicle.id, text)

    def test_a_make_is_not_registered_as_a_plate(self):
        vehicles = self.env["airbag.vehicle"].with_context(
            default_partner_id=self.customer.id
        )
        for word in ("Kia Sportage", "---"):
            with self.assertRaisesRegex(ValidationError, "no license plate"):
                vehicles.name_create(word)
        self.assertTrue(vehicles.name_create("qrs 123")[0])

    def test_a_plate_is_registered_once(self):
        self._register("XYZ-789")
        for plate in ("xyz 789", "XYZ789", " X-Y-Z.789"):
            with self.assertRaisesRegex(ValidationError, "already registered"):
                self._register(plate)
        with self.assertRaisesRegex(ValidationError, "no license plate"):
            self._register(" - ")

    def test_an_archived_vehicle_keeps_its_plate(self):
        self._register("XYZ-789").active = False
        with self.assertRaisesRegex(ValidationError, "unarchive"):
            self._register("XYZ789")

    def test_the_database_keeps_plates_and_vins_apart(self):
        """Two servers that write at once do not see each other."""
        first, second = self._register("A1", vin=VIN), self._register("A2")
        self.env.flush_all()
        for column, value in (("plate_key", first.plate_key), ("vin", VIN)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "UPDATE airbag_vehicle SET %s = %s WHERE id = %s",
                        SQL.identifier(column),
                        value,
                        second.id,
                    )
                )

    def test_companies_register_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self._register("XYZ-789", vin=VIN)
        self._register("XYZ-789", vin=VIN, company_id=company.id)

    def test_a_vin_is_registered_once(self):
        self._register("A1", vin=VIN)
        with self.assertRaisesRegex(ValidationError, f"{VIN}.*A1"):
            self._register("A2", vin=VIN.lower())
        self._register("A3", vin="")
        self._register("A4", vin=" ")

    def test_what_is_wrong_with_a_vin_is_said(self):
        for vin, reason in (
            ("1M8GDM9AXKP04278", "17 letters"),
            ("1M8GDM9AXKPO42788", "never I, O nor Q"),
            ("1M8GDM9A1KP042788", "ninth character"),
        ):
            with self.assertRaisesRegex(ValidationError, reason):
                self.vehicle.vin = vin
        self.vehicle.vin = "WVWZZZ1JZXW000001"

    def test_a_model_of_next_year_may_be_sold(self):
        with freeze_time("2027-01-01 02:00:00"):  # still 2026 in Bogotá
            self.vehicle.year = 2027
            with self.assertRaisesRegex(ValidationError, "1950 and 2027"):
                self.vehicle.year = 2028
        with self.assertRaisesRegex(ValidationError, "year"):
            self.vehicle.year = 1890

    def test_the_history_is_on_the_vehicle(self):
        visit = self._create_intervention()
        visit.action_plan()
        visit.action_start()
        visit.write(
            {
                "product_ids": [
                    Command.create({"product_id": self.airbag.id, "lot_name": "LOT-7"})
                ],
                "recommendation_ids": [Command.create({"name": "Replace the belt"})],
            }
        )
        vehicle = self.vehicle
        self.assertEqual(vehicle.part_ids.lot_name, "LOT-7")
        self.assertEqual(vehicle.recommendation_ids.name, "Replace the belt")
        counts = (
            vehicle.intervention_count,
            vehicle.part_count,
            vehicle.open_recommendation_count,
        )
        self.assertEqual(counts, (1, 1, 1))
        for action, records in (
            (vehicle.action_view_interventions(), visit),
            (vehicle.action_view_parts(), visit.product_ids),
            (vehicle.action_view_recommendations(), visit.recommendation_ids),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records)

    def test_counts_of_many_vehicles_take_the_same_queries(self):
        vehicles = self.vehicle | self.env["airbag.vehicle"].create(
            [
                {"partner_id": self.customer.id, "license_plate": f"N-{number}"}
                for number in range(20)
            ]
        )
        counts = []
        for some in (vehicles[:1], vehicles):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("part_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_a_sold_vehicle_keeps_its_history(self):
        visit = self._create_done_intervention()
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.vehicle.with_user(self.salesperson).partner_id = buyer
        self.assertEqual(visit.partner_id, self.customer)
        self.assertEqual(self.vehicle.intervention_ids, visit)
        following = self._create_intervention(
            partner_id=buyer.id, user_id=self.other_technician.id
        )
        self.assertEqual(self.vehicle.intervention_ids, visit | following)

    def test_a_vehicle_with_visits_is_archived(self):
        self._create_intervention().active = False
        with self.assertRaisesRegex(UserError, "archive it"):
            self.vehicle.unlink()
        self.vehicle.action_archive()
        self._register().unlink()

    def test_a_customer_leads_to_its_vehicles_and_visits(self):
        partners = self.env["res.partner"]
        vehicles = self.env.ref("airbag_client_mgmt.airbag_vehicle_action").id
        for role, shows_visits in (("salesperson", True), ("technician", False)):
            view = partners.with_user(getattr(self, role)).get_view(
                self.env.ref("base.view_partner_form").id, "form"
            )
            self.assertIn(f'name="{vehicles}"', view["arch"])
            self.assertEqual(
                'name="action_view_visits"' in view["arch"], shows_visits, role
            )

    def test_who_meets_a_vehicle_registers_it(self):
        for number, user in enumerate(
            (self.technician, self.salesperson, self.planner)
        ):
            vehicle_id, _name = (
                self.env["airbag.vehicle"]
                .with_user(user)
                .with_context(default_partner_id=self.customer.id)
                .name_create(f"new {number}")
            )
            vehicle = self.env["airbag.vehicle"].browse(vehicle_id)
            self.assertEqual(vehicle.license_plate, f"NEW {number}")
            self.assertEqual(vehicle.partner_id, self.customer)

    def test_the_form_opens_for_each_role(self):
        self._create_done_intervention()
        for user in (self.technician, self.salesperson, self.management, self.care):
            with self.subTest(user=user.login):
                form = Form(self.vehicle.with_user(user))
                self.assertEqual(form.license_plate, "ABC123")


@tagged("post_install", "-at_install")
class TestTreatmentVersion(ClientMgmtCommon):
    """PRO 008 §5.3.2: one version of a procedure is one list of steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treatment = cls.treatment.with_user(cls.quality)
        cls.step = cls.treatment.step_ids[0]

    def test_before_any_visit_steps_change_freely(self):
        self.step.name = "Read"
        self.assertEqual(self.treatment.version, "3")

    def test_other_steps_are_another_version(self):
        for change in (
            lambda: self.step.write({"name": "Read"}),
            lambda: self.step.write({"mandatory": False}),
            lambda: self.treatment.write(
                {"step_ids": [Command.create({"name": "More"})]}
            ),
            lambda: self.treatment.step_ids[-1].unlink(),
        ):
            before = self.treatment.version
            visit = self._create_done_intervention(
                user_id=self.env["res.users"]
                .create({"name": before, "login": f"t{before}"})
                .id,
            )
            steps = visit.step_ids.mapped("name")
            change()
            self.assertEqual(self.treatment.version, str(int(before) + 1))
            self.assertIn(before, self.treatment.message_ids[0].body)
            self.assertEqual(visit.treatment_version, before)
            self.assertEqual(visit.step_ids.mapped("name"), steps)

    def test_saving_the_same_changes_nothing(self):
        self._create_done_intervention()
        self.step.write({"name": self.step.name, "sequence": self.step.sequence})
        self.treatment.planned_hours = 9
        self.assertEqual(self.treatment.version, "3")

    def test_a_version_raised_by_hand_is_kept(self):
        self._create_done_intervention()
        self.treatment.write(
            {
                "version": "4-bis",
                "step_ids": [Command.update(self.step.id, {"name": "Read"})],
            }
        )
        self.assertEqual(self.treatment.version, "4-bis")

    def test_a_used_version_is_not_given_again(self):
        self._create_done_intervention()
        self.step.name = "Read"
        with self.assertRaisesRegex(ValidationError, "already followed"):
            self.treatment.version = "3"

    def test_any_version_has_a_next_one(self):
        for version, following in (("1.2", "1.3"), ("A", "A.1"), ("v09", "v10")):
            treatment = self.treatment.sudo().copy(
                {"code": version, "version": version}
            )
            visit = self._create_intervention(treatment_id=treatment.id)
            visit.treatment_version = version
            self.assertEqual(treatment._get_next_version(), following)
