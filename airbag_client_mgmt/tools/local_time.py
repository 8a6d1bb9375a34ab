# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Local days and hours, and the moments they are in UTC: plain functions.

Odoo stores moments in UTC without a zone; visits are agreed in local time.
"""

from datetime import date, datetime, time, timedelta

import pytz


def to_utc(day: date, hour: float, zone: str) -> datetime:
    """Return the UTC moment of a local day and hour (9.5 is 09:30).

    When the clock changes, an hour that is skipped counts on from the old time,
    and of an hour that comes twice it is the first one:

    >>> str(to_utc(date(2024, 3, 3), 9, "America/Santiago"))
    '2024-03-03 12:00:00'
    >>> str(to_utc(date(2024, 5, 3), 9, "America/Santiago"))
    '2024-05-03 13:00:00'
    >>> str(to_utc(date(2024, 3, 31), 2.5, "Europe/Madrid"))  # there is no 02:30
    '2024-03-31 01:30:00'
    >>> str(to_utc(date(2024, 10, 27), 2.5, "Europe/Madrid"))  # there are two
    '2024-10-27 00:30:00'
    """
    timezone = pytz.timezone(zone)
    # 23:59:40 is not yet the day after.
    minutes = min(round(hour * 60), 24 * 60 - 1)
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    # Near a change of the clock there are two readings, one with the time before
    # it and one with the time after it. Which one is called summer time depends
    # on the country.
    first, second = sorted(
        timezone.localize(local, is_dst=is_dst).astimezone(pytz.utc)
        for is_dst in (True, False)
    )
    exists = first.astimezone(timezone).replace(tzinfo=None) == local
    return (first if exists else second).replace(tzinfo=None)


def to_local_day(moment: datetime, zone: str) -> date:
    """Return the local day of a moment given in UTC.

    >>> str(to_local_day(datetime(2026, 1, 1, 3), "America/Bogota"))
    '2025-12-31'
    """
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()
