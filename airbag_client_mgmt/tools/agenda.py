# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A technician's agenda as plain data. PRO 008 §5.3.1.

Used to refuse double bookings and to suggest who carries out a visit. Moments are
in UTC, as the database keeps them.
"""

from datetime import datetime
from typing import NamedTuple

Booking = tuple[datetime, datetime, bool]


class Slot(NamedTuple):
    """Time that a visit takes up of one technician."""

    visit_id: int
    user_id: int
    start: datetime
    end: datetime


class Conflict(NamedTuple):
    """What else takes up part of a slot: another ``visit``, or a ``leave``."""

    visit_id: int
    user_id: int
    kind: str
    name: str | None
    start: datetime
    end: datetime


def is_free(bookings: list[Booking], start: datetime, end: datetime) -> bool:
    """Tell whether nothing takes up any part of the interval.

    >>> day = [(datetime(2024, 1, 8, 9), datetime(2024, 1, 8, 11), True)]
    >>> is_free(day, datetime(2024, 1, 8, 11), datetime(2024, 1, 8, 12))
    True
    >>> is_free(day, datetime(2024, 1, 8, 8), datetime(2024, 1, 8, 12))
    False
    """
    return all(end <= begin or stop <= start for begin, stop, _work in bookings)


def hours_between(bookings: list[Booking], start: datetime, end: datetime) -> float:
    """Return the elapsed hours of work that begin in ``[start, end)``.

    >>> day = [(datetime(2024, 1, 8, 9), datetime(2024, 1, 8, 11), True)]
    >>> hours_between(day, datetime(2024, 1, 8), datetime(2024, 1, 15))
    2.0
    >>> hours_between(day, datetime(2024, 1, 8, 10), datetime(2024, 1, 15))
    0.0
    """
    return sum(
        (
            (stop - begin).total_seconds() / 3600
            for begin, stop, work in bookings
            if work and start <= begin < end
        ),
        0.0,
    )
