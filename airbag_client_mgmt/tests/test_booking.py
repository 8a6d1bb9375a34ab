# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestBooking(ClientMgmtCommon):
    """PRO 008 §5.3.1: nobody is in two places at once."""

    def _plan(self, start, **values):
        intervention = self._create_intervention(planned_start=start, **values)
        intervention.action_plan()
        return intervention

    def test_the_whole_interval_counts(self):
        self._plan(datetime(2030, 1, 7, 14))  # two hours
        self._plan(datetime(2030, 1, 7, 16))  # touches, does not overlap
        for start in (datetime(2030, 1, 7, 13), datetime(2030, 1, 7, 17)):
            with self.assertRaisesRegex(ValidationError, "not free"):
                self._plan(start)

    def test_every_assigned_person_counts(self):
        self._plan(
            datetime(2030, 1, 7, 14),
            technician_ids=[Command.link(self.other_technician.id)],
        )
        with self.assertRaisesRegex(ValidationError, "Test other_technician"):
            self._plan(datetime(2030, 1, 7, 15), user_id=self.other_technician.id)

    def test_moving_and_reassigning_are_checked_too(self):
        self._plan(datetime(2030, 1, 7, 14))
        later = self._plan(datetime(2030, 1, 8, 14))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            later.planned_start = datetime(2030, 1, 7, 15)
        other = self._plan(datetime(2030, 1, 7, 14), user_id=self.other_technician.id)
        with self.assertRaises(ValidationError):
            other.user_id = self.technician

    def test_a_leave_inside_the_visit_or_around_it_counts(self):
        resource = self.env["resource.resource"].create(
            {"name": "Technician", "user_id": self.technician.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": datetime(2030, 1, 7, 15),
                "date_to": datetime(2030, 1, 7, 15, 30),
            }
        )
        with self.assertRaisesRegex(ValidationError, "Dentist"):
            self._plan(datetime(2030, 1, 7, 14))

    def test_a_planner_overrides_with_a_reason(self):
        self._plan(datetime(2030, 1, 7, 14))
        second = self._create_intervention(planned_start=datetime(2030, 1, 7, 15))
        with self.assertRaises(AccessError):
            second.with_user(self.technician).booking_override_reason = "I can"
        second.with_user(self.planner).booking_override_reason = "Same workshop"
        second.action_plan()
        self.assertEqual(second.state, "planned")
        # What was accepted was that hour: another one is checked again.
        with self.assertRaises(ValidationError):
            second.planned_start = datetime(2030, 1, 7, 14, 30)

    def test_the_best_technician_is_free_qualified_and_has_fewest_hours(self):
        technicians = self.technician | self.other_technician
        self.treatment.qualified_user_ids = technicians
        self._plan(datetime(2030, 1, 7, 14))
        busy_week = self._create_intervention(
            planned_start=datetime(2030, 1, 9, 14), user_id=False
        )
        busy_hour = self._create_intervention(
            planned_start=datetime(2030, 1, 7, 15), user_id=False
        )
        (busy_week | busy_hour).action_assign_best()
        self.assertEqual(busy_hour.user_id, self.other_technician)
        self.assertIn(busy_week.user_id, technicians)
        self.treatment.qualified_user_ids = self.technician
        nobody = self._create_intervention(
            planned_start=datetime(2030, 1, 7, 15), user_id=False
        )
        with self.assertRaisesRegex(UserError, "Nobody qualified"):
            nobody.action_assign_best()

    def test_suggesting_needs_a_date(self):
        undated = self._create_intervention(planned_start=False, user_id=False)
        with self.assertRaisesRegex(UserError, "Set the date"):
            undated.action_assign_best()
