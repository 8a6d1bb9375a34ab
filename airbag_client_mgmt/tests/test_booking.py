# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    def _add_leave(self, name, start, end):
        resource = self.env["resource.resource"].create(
            {"name": "Technician", "user_id": self.technician.id}
        )
        return self.env["resource.calendar.leaves"].create(
            {
                "name": name,
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": start,
                "date_to": end,
            }
        )

    def test_a_leave_inside_the_visit_or_around_it_counts(self):
        self._add_leave(
            "Dentist", datetime(2030, 1, 7, 15), datetime(2030, 1, 7, 15, 30)
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

    def test_the_refusal_names_who_where_and_when(self):
        first = self._plan(datetime(2030, 1, 7, 14))  # 09:00 in Bogotá
        with self.assertRaises(ValidationError) as refused:
            self._plan(datetime(2030, 1, 7, 15))
        text = str(refused.exception)
        for part in ("Test technician", first.name, "9:00", "11:00"):
            self.assertIn(part, text)

    def test_visits_planned_together_are_checked_among_themselves(self):
        visits = self._create_intervention(planned_start=datetime(2030, 1, 7, 14))
        visits |= self._create_intervention(planned_start=datetime(2030, 1, 7, 15))
        with self.assertRaisesRegex(ValidationError, "not free"):
            visits.action_plan()

    def test_the_database_refuses_what_the_check_cannot_see(self):
        """Another planner's visit that was committed after the check."""
        first = self._plan(datetime(2030, 1, 7, 14))
        second = self._create_intervention(planned_start=datetime(2030, 1, 7, 15))
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.env["airbag.booking"].create(
                {
                    "intervention_id": second.id,
                    "user_id": self.technician.id,
                    "busy_from": second.planned_start,
                    "busy_to": second.planned_end,
                }
            )
        self.assertEqual(first.booking_ids.user_id, self.technician)

    def test_only_visits_in_the_agenda_take_up_time(self):
        visit = self._plan(
            datetime(2030, 1, 7, 14),
            technician_ids=[Command.link(self.other_technician.id)],
        )
        self.assertEqual(
            visit.booking_ids.user_id, self.technician | self.other_technician
        )
        visit.action_cancel()
        self.assertFalse(visit.booking_ids)
        self._plan(datetime(2030, 1, 7, 14))
        done = self._create_done_intervention(planned_start=datetime(2030, 1, 8, 14))
        self.assertFalse(done.booking_ids)

    def test_a_visit_that_is_corrected_takes_up_no_time(self):
        done = self._create_done_intervention(planned_start=datetime(2030, 1, 7, 14))
        self._plan(datetime(2030, 1, 7, 14))
        done.with_user(self.quality).action_reopen()
        self.assertEqual(done.state, "in_progress")
        self.assertFalse(done.booking_ids)

    def test_what_comes_up_later_does_not_stop_who_starts(self):
        visit = self._plan(datetime(2030, 1, 7, 14))
        self._add_leave("Flu", datetime(2030, 1, 7), datetime(2030, 1, 9))
        visit.with_user(self.technician).action_start()
        self.assertEqual(visit.state, "in_progress")

    def test_who_planned_is_asked_to_reassign_when_somebody_is_absent(self):
        visit = self._create_intervention(planned_start=datetime(2030, 1, 7, 14))
        visit.with_user(self.planner).action_plan()
        other = self._plan(datetime(2030, 1, 17, 14))
        leave = self._add_leave("Flu", datetime(2030, 1, 7), datetime(2030, 1, 9))
        self.assertEqual(visit.activity_ids.user_id, self.planner)
        self.assertIn("Flu", visit.booking_conflict)
        self.assertFalse(other.activity_ids)
        self.assertFalse(other.booking_conflict)
        found = self.env["airbag.intervention"].search(
            [("booking_conflict", "!=", False), ("id", "in", (visit | other).ids)]
        )
        self.assertEqual(found, visit)
        leave.date_to = datetime(2030, 1, 10)
        self.assertEqual(len(visit.activity_ids), 1)

    def test_who_is_responsible_is_qualified(self):
        self.treatment.qualified_user_ids = self.other_technician
        visit = self._create_intervention(planned_start=datetime(2030, 1, 7, 14))
        with (
            self.assertRaisesRegex(ValidationError, "not qualified"),
            self.env.cr.savepoint(),
        ):
            visit.action_plan()
        visit.booking_override_reason = "Under supervision"
        visit.action_plan()

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

    def test_a_week_is_counted_where_the_visit_takes_place(self):
        self.treatment.qualified_user_ids = self.technician | self.other_technician
        # Sunday night in Bogotá, Monday in UTC: it belongs to the week before.
        self._plan(datetime(2030, 1, 7, 2), user_id=self.technician.id)
        self._plan(datetime(2030, 1, 9, 14), user_id=self.other_technician.id)
        visit = self._create_intervention(
            planned_start=datetime(2030, 1, 10, 14), user_id=False
        )
        visit.action_assign_best()
        self.assertEqual(visit.user_id, self.technician)

    def test_those_for_whom_somebody_is_free_are_assigned(self):
        self.treatment.qualified_user_ids = self.technician
        self._plan(datetime(2030, 1, 7, 14))
        free, busy = (
            self._create_intervention(
                planned_start=datetime(2030, 1, 7, hour), user_id=False
            )
            for hour in (19, 15)
        )
        told = (free | busy).action_assign_best()
        self.assertEqual(free.user_id, self.technician)
        self.assertFalse(busy.user_id)
        self.assertIn(busy.name, told["params"]["message"])

    def test_assigned_visits_count_before_they_are_planned(self):
        self.treatment.qualified_user_ids = self.technician
        for expected in (self.technician, False):
            visit = self._create_intervention(
                planned_start=datetime(2030, 1, 7, 14), user_id=False
            )
            if expected:
                visit.action_assign_best()
                self.assertEqual(visit.user_id, expected)
            else:
                with self.assertRaisesRegex(UserError, "Nobody qualified"):
                    visit.action_assign_best()

    def test_suggesting_reads_once_however_many_visits(self):
        def count_queries(number):
            visits = self.env["airbag.intervention"].browse()
            for hour in range(number):
                visits |= self._create_intervention(
                    planned_start=datetime(2030, 1, 7) + timedelta(hours=3 * hour),
                    user_id=False,
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visits._get_best_technicians()
            return self.env.cr.sql_log_count - before

        count_queries(2)
        self.assertEqual(count_queries(3), count_queries(12))

    def test_suggesting_needs_a_date(self):
        undated = self._create_intervention(planned_start=False, user_id=False)
        with self.assertRaisesRegex(UserError, "Set the date"):
            undated.action_assign_best()
