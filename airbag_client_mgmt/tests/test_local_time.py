# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.airbag_client_mgmt.tools.local_time import to_local_day, to_utc

#: Of years gone by: the two tables of zones compared may not be of the same month.
ANY_DAY = st.dates(min_value=date(2000, 1, 1), max_value=date(2023, 12, 31))
#: With a clock change in summer, in the other summer, at midnight, and with none.
ZONES = [
    "America/Bogota",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "UTC",
]
ANY_ZONE = st.sampled_from(ZONES)
MINUTES = st.integers(0, 24 * 60 - 1)


def read_clock(moment, zone):
    """Return what a clock on the wall shows at a moment in UTC."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestLocalTime(BaseCase):
    """09:00 stays 09:00 where the company works. PRO 008 §5.3.1."""

    @given(day=ANY_DAY, minutes=MINUTES, zone=ANY_ZONE)
    @example(day=date(2023, 3, 12), minutes=150, zone="America/New_York")  # skipped
    @example(day=date(2023, 11, 5), minutes=90, zone="America/New_York")  # twice
    @example(day=date(2023, 9, 3), minutes=0, zone="America/Santiago")  # no midnight
    @example(day=date(2023, 11, 5), minutes=0, zone="America/Havana")  # two midnights
    @example(day=date(2023, 10, 1), minutes=135, zone="Australia/Lord_Howe")
    @example(day=date(2023, 10, 29), minutes=90, zone="Europe/Dublin")
    def test_as_the_standard_library_counts_it(self, day, minutes, zone):
        hour, minute = divmod(minutes, 60)
        local = datetime(day.year, day.month, day.day, hour, minute)
        expected = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        self.assertEqual(to_utc(day, minutes / 60, zone), expected.replace(tzinfo=None))

    @given(day=ANY_DAY, hour=st.integers(5, 21), zone=ANY_ZONE)
    def test_an_hour_of_work_stays_that_hour_all_year(self, day, hour, zone):
        for turn in range(366):
            later = day + timedelta(days=turn)
            shown = read_clock(to_utc(later, hour, zone), zone)
            self.assertEqual((shown.date(), shown.hour), (later, hour))
            self.assertEqual(shown.minute, 0)

    def test_utc_follows_the_clock_change(self):
        before, after = date(2023, 3, 25), date(2023, 3, 27)
        self.assertEqual(to_utc(before, 9, "Europe/Madrid").hour, 8)
        self.assertEqual(to_utc(after, 9, "Europe/Madrid").hour, 7)
        self.assertEqual(to_utc(before, 9, "America/Bogota").hour, 14)
        self.assertEqual(to_utc(after, 9, "America/Bogota").hour, 14)

    def test_a_skipped_hour_counts_on_from_the_old_time(self):
        moment = to_utc(date(2023, 3, 12), 2.5, "America/New_York")
        self.assertEqual(
            read_clock(moment, "America/New_York"), datetime(2023, 3, 12, 3, 30)
        )

    def test_of_an_hour_that_comes_twice_it_is_the_first(self):
        day = date(2023, 11, 5)
        moment = to_utc(day, 1.5, "America/New_York")
        self.assertEqual(moment, datetime(2023, 11, 5, 5, 30))
        self.assertEqual(
            to_utc(day, 2, "America/New_York") - moment, timedelta(hours=1.5)
        )

    @given(day=ANY_DAY, zone=ANY_ZONE)
    def test_a_day_begins_with_its_first_moment(self, day, zone):
        midnight = to_utc(day, 0, zone)
        second = timedelta(seconds=1)
        self.assertEqual(to_local_day(midnight, zone), day)
        self.assertEqual(to_local_day(midnight - second, zone), day - timedelta(days=1))

    @given(
        day=ANY_DAY,
        hour=st.floats(0, 24, exclude_max=True),
        zone=st.sampled_from(["America/Bogota", "UTC"]),
    )
    @example(day=date(2026, 1, 1), hour=23.9999, zone="UTC")
    def test_an_hour_of_the_day_is_on_that_day(self, day, hour, zone):
        self.assertEqual(to_local_day(to_utc(day, hour, zone), zone), day)
