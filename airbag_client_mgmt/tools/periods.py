# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Periods that people name ("last quarter") as first and last day: plain functions."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

#: Name of a period: months it takes, and how many periods back it is.
NAMED_PERIODS = {
    "this_month": (1, 0),
    "last_month": (1, 1),
    "this_quarter": (3, 0),
    "last_quarter": (3, 1),
    "this_year": (12, 0),
    "last_year": (12, 1),
}


class Period(NamedTuple):
    """Some days, from the first to the last one, both inclusive."""

    first: date
    last: date


def named_period(name: str, today: date) -> Period:
    """Return the days of a period that is named as seen today.

    >>> [str(day) for day in named_period("last_quarter", date(2026, 2, 14))]
    ['2025-10-01', '2025-12-31']
    >>> [str(day) for day in named_period("this_month", date(2024, 2, 29))]
    ['2024-02-01', '2024-02-29']
    >>> [str(day) for day in named_period("last_year", date(2026, 1, 1))]
    ['2025-01-01', '2025-12-31']
    """
    months, back = NAMED_PERIODS[name]
    month = (today.month - 1) // months * months + 1
    first = date(today.year, month, 1) - relativedelta(months=months * back)
    return Period(first, first + relativedelta(months=months) - timedelta(days=1))


def span(periods: Iterable[Period]) -> Period:
    """Return the shortest period that has all of some periods in it.

    One that holds another of them is left out: who chooses last month while this
    year is chosen means last month.

    >>> [str(day) for day in span([
    ...     named_period("last_year", date(2026, 3, 1)),
    ...     named_period("this_month", date(2026, 3, 1)),
    ... ])]
    ['2025-01-01', '2026-03-31']
    >>> [str(day) for day in span([
    ...     named_period("this_year", date(2026, 3, 1)),
    ...     named_period("last_month", date(2026, 3, 1)),
    ... ])]
    ['2026-02-01', '2026-02-28']
    """
    chosen = set(periods)
    periods = [
        period
        for period in chosen
        if not any(
            period.first <= other.first and other.last <= period.last
            for other in chosen - {period}
        )
    ]
    return Period(
        min(period.first for period in periods), max(period.last for period in periods)
    )


def months_until(last: date, count: int) -> list[Period]:
    """Return the months, each a period, up to the one of a day, oldest first.

    >>> [str(month.last) for month in months_until(date(2024, 3, 15), 3)]
    ['2024-01-31', '2024-02-29', '2024-03-31']
    """
    return [
        named_period("this_month", last.replace(day=1) - relativedelta(months=back))
        for back in reversed(range(count))
    ]
