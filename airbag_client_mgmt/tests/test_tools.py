# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import importlib
import pkgutil
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.airbag_client_mgmt import tools
from odoo.addons.airbag_client_mgmt.tools.recurrence import (
    add_interval,
    count_occurrences,
    last_day,
    occurrences,
    shift_day_off,
)
from odoo.addons.airbag_client_mgmt.tools.vin import check_digit, is_valid_vin

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2080, 12, 31))
UNITS = st.sampled_from(["day", "week", "month", "year"])


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    """The plain functions: their examples, and properties that always hold."""

    def test_doctests(self):
        examples = 0
        for module_info in pkgutil.iter_modules(tools.__path__):
            module = importlib.import_module(f"{tools.__name__}.{module_info.name}")
            result = doctest.testmod(module)
            self.assertFalse(result.failed, module_info.name)
            examples += result.attempted
        self.assertGreater(examples, 10)

    @given(anchor=DAYS, interval=st.integers(1, 24), unit=UNITS)
    def test_occurrences_never_drift(self, anchor, interval, unit):
        until = add_interval(anchor, 3, "year")
        days = [day for _number, day in occurrences(anchor, interval, unit, until)]
        self.assertEqual(days[0], anchor)
        self.assertEqual(days, sorted(set(days)))
        self.assertLessEqual(days[-1], until)
        self.assertEqual(len(days), count_occurrences(anchor, interval, unit, until))
        if unit in ("month", "year"):
            for day in days:
                is_month_end = add_interval(day, 1, "day").day == 1
                self.assertTrue(day.day == anchor.day or is_month_end)

    @given(start=DAYS, years=st.integers(1, 10))
    def test_a_term_and_its_renewal_leave_no_gap(self, start, years):
        end = last_day(start, years, "year")
        self.assertEqual(
            add_interval(end, 1, "day"), add_interval(start, years, "year")
        )

    @given(day=DAYS, policy=st.sampled_from(["next", "previous", "keep"]))
    def test_shift_ends_on_a_working_day(self, day, policy):
        moved = shift_day_off(day, lambda day: day.weekday() < 5, policy)
        if policy == "keep":
            self.assertEqual(moved, day)
        else:
            self.assertLess(moved.weekday(), 5)
            self.assertLessEqual(abs((moved - day).days), 2)

    def test_a_calendar_without_work_decides_nothing(self):
        day = date(2024, 6, 1)
        self.assertEqual(shift_day_off(day, lambda day: False, "next"), day)

    def test_occurrences_refuse_no_interval(self):
        with self.assertRaises(ValueError):
            list(occurrences(date(2024, 1, 1), 0, "day", date(2024, 2, 1)))

    @given(
        st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=16, max_size=16)
    )
    def test_only_one_check_digit_is_valid(self, body):
        vin = f"1{body}"
        digit = check_digit(vin)
        for candidate in "0123456789X":
            changed = vin[:8] + candidate + vin[9:]
            self.assertEqual(is_valid_vin(changed), candidate == digit)
