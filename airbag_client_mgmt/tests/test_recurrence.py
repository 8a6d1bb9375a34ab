# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time
from calendar import monthrange
from datetime import date, timedelta
from itertools import count, pairwise

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.airbag_client_mgmt.tools.recurrence import (
    UNITS,
    add_interval,
    count_occurrences,
    count_until,
    first_occurrence_after,
    last_day,
    occurrence,
    occurrence_numbers,
    place_in_term,
    shift_day_off,
)

ANY_DAY = st.dates(min_value=date(2000, 1, 1), max_value=date(2080, 12, 31))
ANY_UNIT = st.sampled_from(sorted(UNITS))
ANY_INTERVAL = st.integers(1, 60)
MOVING = st.sampled_from(["next", "previous"])
A_DAY = timedelta(days=1)


def is_weekday(day):
    return day.weekday() < 5


def walk(anchor, interval, unit, until):
    """Return the days as PRO 008 defines them, counted one by one."""
    days = []
    for number in count():
        day = anchor + relativedelta(**{UNITS[unit]: number * interval})
        if day > until:
            return days
        days.append(day)


def first_days(anchor, interval, unit, number):
    return [occurrence(anchor, interval, unit, turn) for turn in range(number)]


@tagged("post_install", "-at_install")
class TestRecurrence(BaseCase):
    """On which days a contract promises its visits. PRO 008 §5.2.3."""

    def test_day_31_is_never_skipped_nor_drifts(self):
        days = first_days(date(2023, 1, 31), 1, "month", 15)
        self.assertEqual(
            [day.day for day in days],
            [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31],
        )

    @given(anchor=ANY_DAY, interval=ANY_INTERVAL, number=st.integers(0, 200))
    def test_a_month_has_that_day_or_its_last_one(self, anchor, interval, number):
        day = occurrence(anchor, interval, "month", number)
        length = monthrange(day.year, day.month)[1]
        self.assertEqual(day.day, min(anchor.day, length))
        months = (day.year - anchor.year) * 12 + day.month - anchor.month
        self.assertEqual(months, number * interval)

    def test_29_february_comes_back_in_leap_years(self):
        days = first_days(date(2024, 2, 29), 1, "year", 5)
        self.assertEqual([day.day for day in days], [29, 28, 28, 28, 29])
        self.assertEqual({day.month for day in days}, {2})

    @given(anchor=ANY_DAY, interval=ANY_INTERVAL, number=st.integers(0, 30))
    def test_years_keep_day_and_month(self, anchor, interval, number):
        day = occurrence(anchor, interval, "year", number)
        self.assertEqual(
            (day.year - anchor.year, day.month), (number * interval, anchor.month)
        )
        leap_day = (anchor.month, anchor.day) == (2, 29)
        self.assertTrue(day.day == anchor.day or leap_day and day.day == 28)

    def test_weeks_go_on_across_the_end_of_a_year(self):
        # 2020 had an ISO week 53, which ended in 2021.
        new_years_eve = date(2020, 12, 31)
        self.assertEqual(new_years_eve.isocalendar().week, 53)
        self.assertEqual(
            [str(day) for day in first_days(new_years_eve, 2, "week", 3)],
            ["2020-12-31", "2021-01-14", "2021-01-28"],
        )
        self.assertEqual(
            [str(day) for day in first_days(new_years_eve, 5, "week", 3)],
            ["2020-12-31", "2021-02-04", "2021-03-11"],
        )
        self.assertEqual(
            [str(day) for day in first_days(new_years_eve, 53, "week", 3)],
            ["2020-12-31", "2022-01-06", "2023-01-12"],
        )

    @given(
        anchor=ANY_DAY,
        interval=st.sampled_from([1, 2, 5, 53]),
        number=st.integers(0, 200),
    )
    def test_weeks_keep_the_day_of_the_week(self, anchor, interval, number):
        day = occurrence(anchor, interval, "week", number)
        self.assertEqual(day.weekday(), anchor.weekday())
        self.assertEqual((day - anchor).days, 7 * interval * number)

    @given(anchor=ANY_DAY, interval=ANY_INTERVAL, number=st.integers(0, 2000))
    def test_days_are_that_many_days(self, anchor, interval, number):
        day = occurrence(anchor, interval, "day", number)
        self.assertEqual((day - anchor).days, interval * number)

    @given(anchor=ANY_DAY, interval=ANY_INTERVAL, unit=ANY_UNIT, until=ANY_DAY)
    def test_as_many_as_counted_one_by_one(self, anchor, interval, unit, until):
        days = walk(anchor, interval, unit, until)
        self.assertEqual(count_until(anchor, interval, unit, until), len(days))
        self.assertEqual(count_occurrences(anchor, interval, unit, until), len(days))
        self.assertEqual(first_days(anchor, interval, unit, len(days)), days)

    @given(
        anchor=ANY_DAY,
        interval=ANY_INTERVAL,
        unit=ANY_UNIT,
        ahead=st.integers(0, 4000),
    )
    def test_none_between_the_last_counted_and_the_next(
        self, anchor, interval, unit, ahead
    ):
        # Close to a visit, where one more or less would show.
        day = anchor + timedelta(days=ahead)
        number = count_until(anchor, interval, unit, day)
        self.assertLessEqual(occurrence(anchor, interval, unit, number - 1), day)
        following = occurrence(anchor, interval, unit, number)
        self.assertGreater(following, day)
        self.assertEqual(count_until(anchor, interval, unit, following), number + 1)
        self.assertEqual(count_until(anchor, interval, unit, following - A_DAY), number)

    @given(anchor=ANY_DAY, interval=ANY_INTERVAL, unit=ANY_UNIT, day=ANY_DAY)
    def test_the_next_one_as_counted_one_by_one(self, anchor, interval, unit, day):
        # No interval is longer than that.
        days = walk(anchor, interval, unit, max(anchor, day) + timedelta(days=22000))
        self.assertEqual(
            first_occurrence_after(anchor, interval, unit, day),
            next(candidate for candidate in days if candidate > day),
        )

    @given(
        anchor=ANY_DAY,
        interval=ANY_INTERVAL,
        unit=ANY_UNIT,
        since=ANY_DAY,
        until=ANY_DAY,
    )
    def test_a_part_of_the_term_as_counted_one_by_one(
        self, anchor, interval, unit, since, until
    ):
        days = list(enumerate(walk(anchor, interval, unit, until)))
        expected = [number for number, day in days if day >= since]
        terms = (anchor, interval, unit, until, since)
        self.assertEqual(list(occurrence_numbers(*terms)), expected)
        self.assertEqual(count_occurrences(*terms), len(expected))

    def test_the_number_of_years_costs_nothing(self):
        terms = (date.min, 1, "day")
        begun = time.process_time()
        self.assertEqual(count_occurrences(*terms, date.max), date.max.toordinal())
        self.assertEqual(first_occurrence_after(*terms, date.max - A_DAY), date.max)
        # Counted one by one, some ten seconds each.
        self.assertLess(time.process_time() - begun, 1)

    def test_the_calendar_ends_in_the_year_9999(self):
        terms = (date(9998, 1, 1), 2, "year")
        self.assertEqual(count_occurrences(*terms, date.max), 1)
        self.assertIsNone(first_occurrence_after(*terms, date.max))

    def test_no_interval_is_refused(self):
        for interval in (0, -1):
            for unit in UNITS:
                with self.assertRaises(ValueError):
                    count_until(date(2024, 1, 1), interval, unit, date(2024, 2, 1))

    @given(start=ANY_DAY, years=st.integers(1, 10))
    def test_a_term_and_its_renewal_leave_no_gap(self, start, years):
        end = last_day(start, years, "year")
        self.assertEqual(end + A_DAY, add_interval(start, years, "year"))


@tagged("post_install", "-at_install")
class TestDaysOff(BaseCase):
    """Where a visit goes that falls on a day off. PRO 008 §5.3.1."""

    @given(day=ANY_DAY, policy=MOVING, days_off=st.sets(st.integers(-40, 40)))
    def test_the_nearest_working_day_in_that_direction(self, day, policy, days_off):
        holidays = {day + timedelta(days=number) for number in days_off}

        def works_on(candidate):
            return is_weekday(candidate) and candidate not in holidays

        moved = shift_day_off(day, works_on, policy)
        self.assertTrue(works_on(moved))
        step = A_DAY if policy == "next" else -A_DAY
        passed = day
        while passed != moved:
            self.assertFalse(works_on(passed))
            passed += step

    @given(day=ANY_DAY)
    def test_kept_where_it_was_promised(self, day):
        self.assertEqual(shift_day_off(day, is_weekday, "keep"), day)
        self.assertEqual(place_in_term(day, is_weekday, "keep", day, day), day)

    def test_holidays_in_a_row_across_a_weekend_and_the_end_of_the_year(self):
        # From Thursday 24 December to Sunday 3 January.
        holidays = {date(2026, 12, 24) + timedelta(days=turn) for turn in range(9)}

        def works_on(day):
            return is_weekday(day) and day not in holidays

        christmas = date(2026, 12, 25)
        for policy, expected in (
            ("next", date(2027, 1, 4)),
            ("previous", date(2026, 12, 23)),
            ("keep", christmas),
        ):
            moved = place_in_term(christmas, works_on, policy, date(2026, 1, 1))
            self.assertEqual(moved, expected, policy)
        # The contract ends with the year.
        self.assertEqual(
            place_in_term(christmas, works_on, "next", None, date(2026, 12, 31)),
            date(2026, 12, 23),
        )
        # It began on Christmas Eve, or lasts no longer than the holidays.
        self.assertEqual(
            place_in_term(christmas, works_on, "previous", date(2026, 12, 24)),
            date(2027, 1, 4),
        )
        for policy in ("next", "previous"):
            self.assertEqual(
                place_in_term(
                    christmas, works_on, policy, date(2026, 12, 24), date(2027, 1, 3)
                ),
                christmas,
            )

    def test_a_calendar_without_work_decides_nothing(self):
        day = date(2024, 6, 1)
        for policy in ("next", "previous", "keep"):
            self.assertEqual(shift_day_off(day, lambda day: False, policy), day)

    @given(
        first=ANY_DAY,
        length=st.integers(0, 60),
        interval=st.integers(1, 9),
        unit=st.sampled_from(["day", "week"]),
        policy=st.sampled_from(["next", "previous", "keep"]),
        days_off=st.sets(st.integers(-10, 70)),
    )
    def test_within_the_contract_and_in_order(
        self, first, length, interval, unit, policy, days_off
    ):
        last = first + timedelta(days=length)
        holidays = {first + timedelta(days=number) for number in days_off}

        def works_on(day):
            return is_weekday(day) and day not in holidays

        promised = walk(first, interval, unit, last)
        days = [place_in_term(day, works_on, policy, first, last) for day in promised]
        self.assertEqual(days, sorted(days))
        self.assertTrue(all(first <= day <= last for day in days))
        term = [first + timedelta(days=number) for number in range(length + 1)]
        if policy == "keep" or not any(works_on(day) for day in term):
            self.assertEqual(days, promised)
        else:
            self.assertTrue(all(works_on(day) for day in days))

    def test_two_visits_may_meet_but_never_overtake(self):
        weekend = [date(2026, 1, 2) + timedelta(days=turn) for turn in range(4)]
        days = [place_in_term(day, is_weekday, "next", weekend[0]) for day in weekend]
        self.assertEqual([day.day for day in days], [2, 5, 5, 5])
        self.assertTrue(all(day <= later for day, later in pairwise(days)))
