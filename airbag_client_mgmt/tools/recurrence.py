# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates of a service contract: plain functions, no database.

Used by ``sale.order`` (end of a contract, PRO 008 §5.2.3) and by the planning
of its visits (§5.3.1). Dates are calendar days without a time zone.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

#: Unit of an interval or a duration -> the argument of ``relativedelta``.
UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


def add_interval(anchor: date, number: int, unit: str) -> date:
    """Return the day ``number`` units after ``anchor``.

    A month without that day gives its last day.

    >>> add_interval(date(2024, 1, 31), 1, "month")
    datetime.date(2024, 2, 29)
    >>> add_interval(date(2024, 2, 29), 1, "year")
    datetime.date(2025, 2, 28)
    """
    return anchor + relativedelta(**{UNITS[unit]: number})


def last_day(start: date, duration: int, unit: str) -> date | None:
    """Return the last day, inclusive, of a term that begins on ``start``.

    None: no calendar has it, since what was typed ends after the year 9999.

    >>> last_day(date(2024, 1, 1), 1, "year")
    datetime.date(2024, 12, 31)
    >>> last_day(date(2024, 1, 31), 1, "month")
    datetime.date(2024, 2, 28)
    >>> last_day(date(9990, 1, 1), 20, "year") is None
    True
    """
    try:
        return add_interval(start, duration, unit) - timedelta(days=1)
    except (OverflowError, ValueError):
        return None


def occurrences(
    anchor: date, interval: int, unit: str, until: date, first: int = 0
) -> Iterator[tuple[int, date]]:
    """Yield ``(n, anchor + n × interval)`` from ``n = first`` up to ``until``.

    Counting from the anchor keeps the day of the month: a short month never
    shifts the ones after it.

    >>> [str(day) for _n, day in
    ...  occurrences(date(2023, 1, 31), 1, "month", date(2023, 3, 31))]
    ['2023-01-31', '2023-02-28', '2023-03-31']

    :raise ValueError: if the interval is not at least 1.
    """
    if interval < 1:
        raise ValueError("interval must be at least 1")
    number = first
    while (day := add_interval(anchor, number * interval, unit)) <= until:
        yield number, day
        number += 1


def first_occurrence_after(anchor: date, interval: int, unit: str, day: date) -> date:
    """Return the first ``anchor + n × interval`` later than ``day``.

    >>> first_occurrence_after(date(2024, 1, 31), 1, "month", date(2024, 2, 29))
    datetime.date(2024, 3, 31)
    >>> first_occurrence_after(date(2024, 1, 31), 1, "month", date(2023, 5, 1))
    datetime.date(2024, 1, 31)
    """
    number = sum(1 for _occurrence in occurrences(anchor, interval, unit, day))
    return add_interval(anchor, number * interval, unit)


def count_occurrences(
    anchor: date, interval: int, unit: str, until: date, since: date | None = None
) -> int:
    """Return how many visits a term promises, or the part of it from ``since`` on.

    >>> count_occurrences(date(2024, 1, 1), 3, "month", date(2024, 12, 31))
    4
    >>> count_occurrences(
    ...     date(2024, 1, 1), 3, "month", date(2024, 12, 31), date(2024, 4, 2))
    2
    """
    return sum(
        1
        for _number, day in occurrences(anchor, interval, unit, until)
        if since is None or day >= since
    )


def shift_day_off(
    day: date, is_working_day: Callable[[date], bool], policy: str, limit: int = 60
) -> date:
    """Return the working day that stands for ``day`` under the policy.

    ``policy`` is ``next``, ``previous`` or ``keep``. A day with no working day
    within ``limit`` days is kept: a calendar without work decides nothing.

    >>> weekday = lambda day: day.weekday() < 5
    >>> shift_day_off(date(2024, 6, 1), weekday, "next")
    datetime.date(2024, 6, 3)
    >>> shift_day_off(date(2024, 6, 1), weekday, "previous")
    datetime.date(2024, 5, 31)
    """
    if policy == "keep" or is_working_day(day):
        return day
    step = timedelta(days=1 if policy == "next" else -1)
    candidate = day
    for _attempt in range(limit):
        candidate += step
        if is_working_day(candidate):
            return candidate
    return day
