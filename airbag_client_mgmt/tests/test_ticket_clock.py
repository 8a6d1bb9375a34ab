# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, freeze_time, tagged

from ..tools import working_time
from .test_ticket import MONDAY, TicketCommon

MINUTE = timedelta(minutes=1)
WEEK = 7 * 24 * 60


def _works(minute):
    """Return whether Monday to Friday, 8 to 12 and 13 to 17, are worked then."""
    day, rest = divmod(minute, 24 * 60)
    return day % 7 < 5 and rest // 60 in (8, 9, 10, 11, 13, 14, 15, 16)


def _work_spans(minutes):
    """Return the working time of so many minutes from a Monday at midnight."""
    origin = MONDAY.replace(hour=0)
    days = range(minutes // (24 * 60) + 1)
    mornings = [origin + timedelta(days=day, hours=8) for day in days if day % 7 < 5]
    return [
        (morning + timedelta(hours=start), morning + timedelta(hours=start + 4))
        for morning in mornings
        for start in (0, 5)
    ]


PAUSES = st.lists(
    st.tuples(st.integers(0, 2 * WEEK), st.integers(0, 3 * 24 * 60)), max_size=5
)


@tagged("post_install", "-at_install")
class TestWorkingTime(BaseCase):
    """Working hours without pauses, counted a second way: minute by minute."""

    def _spans(self, pauses):
        origin = MONDAY.replace(hour=0)
        return [
            (origin + start * MINUTE, origin + (start + length) * MINUTE)
            for start, length in pauses
        ]

    def _left(self, minute, pauses):
        """Return whether a minute is worked, and no pause runs."""
        return _works(minute) and not any(
            start <= minute < start + length for start, length in pauses
        )

    @given(PAUSES)
    def test_hours_are_those_of_the_minutes(self, pauses):
        minutes = sum(self._left(minute, pauses) for minute in range(2 * WEEK))
        work = _work_spans(2 * WEEK - 1)
        rest = working_time.without(work, self._spans(pauses))
        self.assertAlmostEqual(working_time.hours_of(rest), minutes / 60)

    @given(PAUSES, st.integers(1, 40 * 60))
    def test_a_deadline_has_its_minutes_before_it(self, pauses, target):
        rest = working_time.without(_work_spans(5 * WEEK), self._spans(pauses))
        moment, missing = working_time.moment_after(rest, target / 60)
        self.assertEqual(missing, 0)
        end = round((moment - MONDAY.replace(hour=0)) / MINUTE)
        worked = sum(self._left(minute, pauses) for minute in range(end))
        self.assertEqual(worked, target)
        self.assertTrue(self._left(end - 1, pauses))

    @given(PAUSES)
    def test_the_order_of_the_pauses_changes_nothing(self, pauses):
        spans = self._spans(pauses)
        work = _work_spans(2 * WEEK)
        self.assertEqual(
            working_time.without(work, spans),
            working_time.without(work, [*reversed(spans), *spans]),
        )


@tagged("post_install", "-at_install")
class TestTicketClock(TicketCommon):
    """PRO 008 §7: only the time in which the area could work counts, once."""

    def _pause(self, ticket, start, stop):
        self._move(ticket, "awaiting", start)
        self._move(ticket, "in_progress", stop)

    def _at(self, day, hour, minute=0):
        return datetime(2026, 3, day, hour, minute)

    def test_a_pause_over_a_weekend_moves_it_by_the_working_hours(self):
        ticket = self._create_ticket(received_on=self._at(6, 9))  # a Friday
        self.assertEqual(ticket.resolution_deadline, self._at(9, 11))
        self._pause(ticket, self._at(6, 15), self._at(9, 9))
        # Two hours on Friday and one on Monday.
        self.assertEqual(ticket.resolution_deadline, self._at(9, 15))

    def test_a_pause_over_a_holiday_does_not_count_it(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": self._at(3, 0),
                "date_to": self._at(3, 23, 59),
            }
        )
        ticket = self._create_ticket()
        self.assertEqual(ticket.resolution_deadline, self._at(4, 11))
        self._pause(ticket, self._at(2, 16), self._at(4, 9))
        self.assertEqual(ticket.resolution_deadline, self._at(4, 14))

    def test_who_is_late_stays_late_when_it_pauses(self):
        """erpnext counts any hold, also one that began after the deadline."""
        ticket = self._create_ticket()
        deadline = ticket.resolution_deadline
        self._pause(ticket, deadline + timedelta(hours=2), self._at(5, 9))
        self.assertEqual(ticket.resolution_deadline, deadline)

    def test_a_pause_that_begins_before_the_moved_deadline_moves_it_again(self):
        ticket = self._create_ticket()  # until Tuesday at 11
        self._pause(ticket, self._at(2, 10), self._at(2, 12))  # until 14
        self._pause(ticket, self._at(3, 11, 30), self._at(3, 12))
        self.assertEqual(ticket.resolution_deadline, self._at(3, 14, 30))

    def test_a_pause_within_a_minute_is_kept_and_counts_nothing(self):
        ticket = self._create_ticket()
        deadline = ticket.resolution_deadline
        self._pause(ticket, self._at(2, 10), self._at(2, 10))
        self.assertEqual(len(ticket.pause_ids), 1)
        self.assertEqual(ticket.resolution_deadline, deadline)
        self._pause(ticket, self._at(2, 10), self._at(2, 11))
        self._move(ticket, "done", self._at(2, 12))
        self.assertEqual(ticket.resolution_hours, 2)

    def test_pauses_at_once_are_counted_once(self):
        """Rows imported by somebody else may overlap."""
        ticket = self._create_ticket()
        self._move(ticket, "done", self._at(2, 16))
        for start, stop in ((10, 12), (11, 14)):
            self.env["airbag.ticket.pause"].create(
                {
                    "ticket_id": ticket.id,
                    "start": self._at(2, start),
                    "stop": self._at(2, stop),
                }
            )
        ticket.invalidate_recordset()
        self.assertEqual(ticket.resolution_hours, 3)

    def test_a_running_pause_hides_what_is_late_until_it_ends(self):
        ticket = self._create_ticket()
        self._move(ticket, "awaiting", self._at(2, 10))
        with freeze_time(self._at(4, 9)):
            ticket.invalidate_recordset(["is_overdue"])
            self.assertFalse(ticket.is_overdue)
            ticket.stage_id = self.stages["in_progress"]
        # Nine hours are left: 8 on Wednesday from nine to 17 less lunch, 7; then 2.
        self.assertEqual(ticket.resolution_deadline, self._at(5, 10))
        with freeze_time(self._at(4, 16)):
            ticket.invalidate_recordset(["is_overdue"])
            self.assertFalse(ticket.is_overdue)
        with freeze_time(self._at(5, 10, 1)):
            ticket.invalidate_recordset(["is_overdue"])
            self.assertTrue(ticket.is_overdue)

    def test_hours_are_those_of_the_areas_zone(self):
        self.calendar.tz = "America/Bogota"
        ticket = self._create_ticket(received_on=self._at(2, 9))  # 4:00 there
        # From eight there: ten hours are until ten there, the day after.
        self.assertEqual(ticket.resolution_deadline, self._at(3, 15))
        self._move(ticket, "done", self._at(2, 22))  # five in the afternoon
        self.assertEqual(ticket.resolution_hours, 8)

    def test_without_calendar_every_hour_counts(self):
        self.team.resource_calendar_id = False
        self.company.resource_calendar_id = False
        ticket = self._create_ticket()
        self.assertEqual(ticket.resolution_deadline, self._at(2, 19))

    def test_another_category_sets_other_deadlines(self):
        ticket = self._create_ticket()
        ticket.category_id = self.category.copy({"target_resolution_hours": 2})
        self.assertEqual(ticket.resolution_deadline, self._at(2, 11))
        ticket.category_id = self.category.copy({"target_resolution_hours": 0})
        self.assertFalse(ticket.resolution_deadline)
        self.assertFalse(ticket.quality_escalation_deadline)

    def test_another_area_counts_in_its_own_hours(self):
        ticket = self._create_ticket()
        mornings = self.calendar.copy({"name": "Mornings"})
        mornings.attendance_ids.filtered(
            lambda attendance: attendance.day_period == "afternoon"
        ).unlink()
        ticket.team_id = self.team.copy({"resource_calendar_id": mornings.id})
        # Three on Monday, four on Tuesday, three on Wednesday.
        self.assertEqual(ticket.resolution_deadline, self._at(4, 11))

    def test_an_area_that_does_not_have_the_stage_pauses_nothing(self):
        """Its first stage takes its place, without anybody moving the ticket."""
        other = self.team.copy({"name": "Other"})
        own = self.stages["awaiting"].copy({"team_ids": [(6, 0, self.team.ids)]})
        ticket = self._create_ticket()
        with freeze_time(self._at(2, 10)):
            ticket.stage_id = own
        self.assertTrue(ticket.is_paused)
        ticket.team_id = other
        self.assertFalse(ticket.is_paused)
        self.assertTrue(ticket.pause_ids.stop)

    def test_after_reopening_the_target_counts_anew(self):
        ticket = self._create_ticket()
        self._move(ticket, "done", self._at(2, 11))
        self._move(ticket, "in_progress", self._at(5, 9))
        self.assertEqual(ticket.reopened_on, self._at(5, 9))
        self.assertEqual(ticket.resolution_deadline, self._at(6, 11))
        self._move(ticket, "done", self._at(5, 10))
        # From reception to the last resolution, whatever is between.
        self.assertEqual(ticket.resolution_hours, 25)

    def test_the_hold_before_resolving_is_not_lost(self):
        """frappe/helpdesk#3776: paused, then resolved at once."""
        ticket = self._create_ticket()
        self._move(ticket, "awaiting", self._at(2, 10))
        self._move(ticket, "done", self._at(5, 16))
        self.assertEqual(ticket.resolution_hours, 1)
        self._move(ticket, "in_progress", self._at(5, 16))
        self._move(ticket, "done", self._at(5, 17))
        self.assertEqual(ticket.resolution_hours, 2)

    def test_cancelled_by_mistake_and_then_done_is_resolved(self):
        ticket = self._create_ticket()
        self._move(ticket, "cancelled", self._at(2, 10))
        self._move(ticket, "done", self._at(2, 11))
        self.assertEqual(ticket.resolved_on, self._at(2, 11))
        self._move(ticket, "cancelled", self._at(2, 12))
        self.assertFalse(ticket.resolved_on)
