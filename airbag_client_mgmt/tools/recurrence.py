# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates of a service contract: plain functions, no database.

Used by ``sale.order`` (end of a contract, PRO 008 §5.2.3) and by the planning
of its visits (§5.3.1). Dates are calendar days without a time zone.
"""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

#: Unit of an interval or a duration -> the argument of ``relativedelta``.
UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
#: Units that always last as long, and how many days.
DAYS = {"day": 1, "week": 7}
#: Units that do not, and how many months.
MONTHS = {"month": 1, "year": 12}


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


def occurrence(anchor: date, interval: int, unit: str, number: int) -> date | None:
    """Return the day of visit ``number``, the first one being 0.

    Counting from the anchor keeps the day of the month: a short month never
    shifts the ones after it. None: no calendar has that day.

    >>> [str(occurrence(date(2023, 1, 31), 1, "month", n)) for n in range(3)]
    ['2023-01-31', '2023-02-28', '2023-03-31']
    >>> occurrence(date(9999, 1, 31), 1, "year", 1) is None
    True
    """
    try:
        return add_interval(anchor, number * interval, unit)
    except (OverflowError, ValueError):
        return None


def count_until(anchor: date, interval: int, unit: str, until: date) -> int:
    """Return how many ``anchor + n × interval`` there are up to ``until``.

    Costs the same for a contract of twenty years as for one of a month.

    >>> count_until(date(2024, 1, 31), 1, "month", date(2024, 2, 28))
    1
    >>> count_until(date(2024, 1, 31), 1, "month", date(2024, 2, 29))
    2

    :raise ValueError: if the interval is not at least 1.
    """
    if interval < 1:
        raise ValueError("interval must be at least 1")
    if until < anchor:
        return 0
    if unit in DAYS:
        return (until - anchor).days // (interval * DAYS[unit]) + 1
    months = (until.year - anchor.year) * 12 + until.month - anchor.month
    number = months // (interval * MONTHS[unit])
    # In the month of ``until`` itself, the day decides.
    return number + (add_interval(anchor, number * interval, unit) <= until)


def occurrence_numbers(
    anchor: date, interval: int, unit: str, until: date, since: date | None = None
) -> range:
    """Return the numbers, from 0, of the visits due from ``since`` to ``until``.

    >>> occurrence_numbers(date(2024, 1, 1), 3, "month", date(2024, 12, 31))
    range(0, 4)
    >>> occurrence_numbers(
    ...     date(2024, 1, 1), 3, "month", date(2024, 12, 31), date(2024, 4, 2))
    range(2, 4)
    """
    first = 0
    if since and since > anchor:
        first = count_until(anchor, interval, unit, since - timedelta(days=1))
    return range(first, count_until(anchor, interval, unit, until))


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
    return len(occurrence_numbers(anchor, interval, unit, until, since))


def first_occurrence_after(
    anchor: date, interval: int, unit: str, day: date
) -> date | None:
    """Return the first ``anchor + n × interval`` later than ``day``.

    None: no calendar has it.

    >>> first_occurrence_after(date(2024, 1, 31), 1, "month", date(2024, 2, 29))
    datetime.date(2024, 3, 31)
    >>> first_occurrence_after(date(2024, 1, 31), 1, "month", date(2023, 5, 1))
    datetime.date(2024, 1, 31)
    """
    number = count_until(anchor, interval, unit, day)
    return occurrence(anchor, interval, unit, number)


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


def place_in_term(
    day: date,
    is_working_day: Callable[[date], bool],
    policy: str,
    first: date | None = None,
    last: date | None = None,
) -> date:
    """Return the day on which a promised visit is given.

    The policy moves it off a day off, but never out of the contract: what would
    fall after its last day, or before its first, goes the other way. With no
    working day in the contract at all, it stays where it was promised.
    However many days off there are in a row, visits keep their order; two may
    end up on the same day.

    >>> weekday = lambda day: day.weekday() < 5
    >>> saturday = date(2024, 6, 1)
    >>> str(place_in_term(saturday, weekday, "next", last=saturday))
    '2024-05-31'
    >>> str(place_in_term(saturday, weekday, "previous", first=saturday))
    '2024-06-03'
    >>> str(place_in_term(saturday, weekday, "next", saturday, saturday))
    '2024-06-01'
    """
    other = {"next": "previous", "previous": "next", "keep": "keep"}[policy]
    for direction in (policy, other):
        moved = shift_day_off(day, is_working_day, direction)
        if (not first or moved >= first) and (not last or moved <= last):
            return moved
    return day
