# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendar months and when an indicator's month is closed. Pure functions."""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def last_day(month: date) -> date:
    """Return the last day of the month of a day.

    >>> str(last_day(date(2028, 2, 10)))
    '2028-02-29'
    """
    return month.replace(day=1) + relativedelta(months=1) - timedelta(days=1)


def last_closed_month(today: date, days: int) -> date:
    """Return the first day of the newest month that is closed.

    :param days: days after its end during which a month still takes what comes late;
        it is closed once they are over

    >>> str(last_closed_month(date(2026, 11, 10), 10))
    '2026-09-01'
    >>> str(last_closed_month(date(2026, 11, 11), 10))
    '2026-10-01'
    >>> str(last_closed_month(date(2026, 11, 1), 0))
    '2026-10-01'
    """
    eve = (today - timedelta(days=days)).replace(day=1)
    return eve - relativedelta(months=1)


def iter_months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from one to another, both included.

    >>> [str(month) for month in iter_months(date(2026, 11, 30), date(2027, 1, 1))]
    ['2026-11-01', '2026-12-01', '2027-01-01']
    """
    month = first.replace(day=1)
    while month <= last:
        yield month
        month += relativedelta(months=1)
