# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestReschedule(ClientMgmtCommon):
    """PRO 008 §5.3.1: a visit is moved with a reason, and never unseen."""

    MONDAY = datetime(2030, 1, 7, 14)  # 09:00 where the company works

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._create_intervention(planned_start=cls.MONDAY)
        cls.visit.with_user(cls.planner).action_plan()
        cls.as_planner = cls.visit.with_user(cls.planner)

    def _open(self, visits, **context):
        action = visits.action_reschedule()
        model = self.env["airbag.intervention.reschedule"].with_user(self.planner)
        return Form(model.with_context(**{**action["context"], **context}))

    def test_a_settled_visit_is_moved_with_a_reason(self):
        for vals in (
            {"planned_start": self.MONDAY + timedelta(hours=1)},
            {"user_id": self.other_technician.id},
            {
                "planned_start": self.MONDAY + timedelta(days=1),
                "reschedule_reason": " ",
            },
        ):
            with (
                self.assertRaisesRegex(UserError, "Reschedule"),
                self.env.cr.savepoint(),
            ):
                self.as_planner.write(vals)
        self.as_planner.write(
            {
                "planned_start": self.MONDAY + timedelta(days=1),
                "reschedule_reason": "The vehicle travels",
            }
        )
        self.assertEqual(self.visit.original_planned_start, self.MONDAY)
        self.assertEqual(self.visit.reschedule_count, 1)
        self.assertEqual(self.visit.planned_by_id, self.planner)

    def test_a_promised_day_is_moved_with_a_reason_an_hour_without(self):
        order = self._create_contract(line={"visit_interval": 1})
        order.action_confirm()
        visit = order.intervention_ids.sorted("visit_number")[1].with_user(self.planner)
        first = visit.planned_start
        visit.write({"planned_start": first + timedelta(hours=1)})
        visit.user_id = self.technician
        with self.assertRaisesRegex(UserError, "Reschedule"):
            visit.planned_start = first + timedelta(days=2)
        one_off = self._create_intervention().with_user(self.planner)
        one_off.planned_start += timedelta(days=2)

    def test_taking_it_back_to_planning_is_no_way_around_the_reason(self):
        self.as_planner.action_back_to_draft()
        day_after = {"planned_start": self.MONDAY + timedelta(days=1)}
        with (
            self.assertRaisesRegex(UserError, "Reschedule"),
            self.env.cr.savepoint(),
        ):
            self.as_planner.write(day_after)
        self.as_planner.write({**day_after, "reschedule_reason": "No vehicle"})
        self.assertEqual(self.visit.reschedule_count, 1)

    def test_the_dialog_says_that_nothing_changes(self):
        dialog = self._open(self.as_planner)
        dialog.reason = "None"
        with self.assertRaisesRegex(UserError, "Nothing changes"):
            dialog.save().action_apply()
        self.assertFalse(self.visit.reschedule_reason)

    def test_the_dialog_moves_the_visit_and_keeps_why(self):
        dialog = self._open(self.as_planner)
        dialog.planned_start = self.MONDAY + timedelta(days=2)
        self.assertTrue(dialog.needs_reason)
        dialog.reason = "The customer asked for Wednesday"
        dialog.save().action_apply()
        self.assertEqual(self.visit.planned_start, self.MONDAY + timedelta(days=2))
        self.assertEqual(
            self.visit.planned_end, self.MONDAY + timedelta(days=2, hours=2)
        )
        self.assertEqual(
            self.visit.reschedule_reason, "The customer asked for Wednesday"
        )
        self.assertEqual(self.visit.state, "planned")

    def test_the_dialog_asks_for_the_reason(self):
        wizard = (
            self.env["airbag.intervention.reschedule"]
            .with_user(self.planner)
            .create(
                {
                    "intervention_ids": self.visit.ids,
                    "planned_start": self.MONDAY + timedelta(days=2),
                    "reason": "  ",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "Write why"):
            wizard.action_apply()
        self.assertEqual(self.visit.planned_start, self.MONDAY)

    def test_dropping_on_the_calendar_asks_only_what_has_to_be_known(self):
        to_plan = self._create_intervention(planned_start=self.MONDAY, user_id=False)
        start, end = "2030-01-09 15:00:00", "2030-01-09 18:00:00"
        asked = to_plan.with_user(self.planner).action_reschedule(start, end, 0)
        self.assertFalse(asked)
        self.assertEqual(str(to_plan.planned_start), start)
        self.assertEqual(str(to_plan.planned_end), end)
        asked = self.as_planner.action_reschedule(start, end, 0)
        model = self.env["airbag.intervention.reschedule"].with_user(self.planner)
        dialog = Form(model.with_context(**asked["context"]))
        dialog.reason = "Moved in the calendar"
        dialog.save().action_apply()
        self.assertEqual(str(self.visit.planned_start), start)
        self.assertEqual(str(self.visit.planned_end), end)

    def test_what_has_begun_or_is_over_is_not_moved(self):
        self.visit.with_user(self.technician).action_start()
        with self.assertRaisesRegex(UserError, "has begun"), self.env.cr.savepoint():
            self.as_planner.write(
                {
                    "planned_start": self.MONDAY + timedelta(days=1),
                    "reschedule_reason": "Too late",
                }
            )
        dialog = self._open(self.as_planner)
        dialog.assignment = "user"
        dialog.user_id = self.other_technician
        dialog.reason = "Relieved at noon"
        dialog.save().action_apply()
        self.assertEqual(self.visit.user_id, self.other_technician)
        self.visit.action_cancel()
        with self.assertRaisesRegex(UserError, "cancelled"):
            self.as_planner.action_reschedule()

    def test_the_dialog_shows_a_conflict_and_takes_the_override(self):
        other = self._create_intervention(planned_start=self.MONDAY + timedelta(days=1))
        other.action_plan()
        dialog = self._open(self.as_planner)
        self.assertFalse(dialog.conflict)
        dialog.planned_start = self.MONDAY + timedelta(days=1)
        self.assertIn(other.name, dialog.conflict)
        dialog.reason = "Same workshop"
        wizard = dialog.save()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertEqual(self.visit.planned_start, self.MONDAY)
        wizard.override_reason = "Both vehicles at once"
        wizard.action_apply()
        self.assertEqual(self.visit.booking_override_reason, "Both vehicles at once")

    def test_a_colleagues_change_is_not_undone_unseen(self):
        """Two planners had the visit open."""
        seen = self.visit.plan_revision
        self.visit.with_user(self.quality).write(
            {"vehicle_id": False, "plan_revision": seen}
        )
        with self.assertRaisesRegex(UserError, "Test quality has changed"):
            self.as_planner.write({"contact_id": False, "plan_revision": seen})
        self.as_planner.write(
            {"priority": "1", "plan_revision": self.visit.plan_revision}
        )
        # Who documents is not bothered by a change of the plan.
        self.visit.with_user(self.technician).write(
            {"findings": "Dust", "plan_revision": seen}
        )

    def test_a_dialog_opened_before_a_colleagues_change_is_refused(self):
        dialog = self._open(self.as_planner)
        dialog.planned_start = self.MONDAY + timedelta(days=2)
        dialog.reason = "The customer asked for it"
        wizard = dialog.save()
        self.visit.with_user(self.quality).write(
            {
                "planned_start": self.MONDAY + timedelta(days=3),
                "reschedule_reason": "Parts",
            }
        )
        with self.assertRaisesRegex(UserError, "has changed the plan"):
            wizard.action_apply()
        self.assertEqual(self.visit.planned_start, self.MONDAY + timedelta(days=3))

    def test_visits_of_who_fell_ill_are_given_to_who_is_free(self):
        self.treatment.qualified_user_ids = self.technician | self.other_technician
        next_one = self._create_intervention(
            planned_start=self.MONDAY + timedelta(days=1)
        )
        next_one.action_plan()
        resource = self.env["resource.resource"].create(
            {"name": "Technician", "user_id": self.technician.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Flu",
                "resource_id": resource.id,
                "date_from": self.MONDAY - timedelta(days=1),
                "date_to": self.MONDAY + timedelta(days=3),
            }
        )
        visits = self.as_planner | next_one.with_user(self.planner)
        dialog = self._open(visits)
        dialog.assignment = "best"
        dialog.reason = "The technician is ill"
        dialog.save().action_apply()
        self.assertEqual(visits.user_id, self.other_technician)
        self.assertEqual(visits.mapped("planned_start")[0], self.MONDAY)

    def test_a_row_of_visits_moves_by_a_day_at_the_same_hour(self):
        self.company.resource_calendar_id.tz = "America/New_York"
        friday = self._create_intervention(planned_start=datetime(2030, 3, 8, 14))
        saturday = self._create_intervention(planned_start=datetime(2030, 3, 9, 14))
        (friday | saturday).action_plan()
        dialog = self._open((friday | saturday).with_user(self.planner))
        dialog.days = 1
        dialog.reason = "Strike"
        dialog.save().action_apply()
        self.assertEqual(friday.planned_start, datetime(2030, 3, 9, 14))
        # Clocks were put forward that night: still nine o'clock.
        self.assertEqual(saturday.planned_start, datetime(2030, 3, 10, 13))

    def test_technicians_do_not_reschedule(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.technician).planned_start = self.MONDAY
        with self.assertRaises(AccessError):
            self.env["airbag.intervention.reschedule"].with_user(
                self.technician
            ).create({"intervention_ids": self.visit.ids})

    def test_an_urgent_visit_is_the_planners_word(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.technician).priority = "1"
        self.as_planner.priority = "1"
        found = self.env["airbag.intervention"].search([("priority", "=", "1")])
        self.assertIn(self.visit, found)

    def test_the_calendar_greys_days_off(self):
        days = self.env["airbag.intervention"].get_unusual_days(
            "2030-01-05 05:00:00", "2030-01-08 04:59:59"
        )
        self.assertTrue(days["2030-01-06"])
        self.assertFalse(days["2030-01-07"])
