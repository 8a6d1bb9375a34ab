# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A technician's agenda as plain data: ``[(start, end, is work)]``.

Used to suggest who carries out a visit. PRO 008 §5.3.1.
"""

from datetime import datetime

Booking = tuple[datetime, datetime, bool]


def is_free(bookings: list[Booking], start: datetime, end: datetime) -> bool:
    """Tell whether nothing takes up any part of the interval.

    >>> day = [(datetime(2024, 1, 8, 9), datetime(2024, 1, 8, 11), True)]
    >>> is_free(day, datetime(2024, 1, 8, 11), datetime(2024, 1, 8, 12))
    True
    >>> is_free(day, datetime(2024, 1, 8, 8), datetime(2024, 1, 8, 12))
    False
    """
    return all(end <= begin or stop <= start for begin, stop, _work in bookings)


def hours_in_week(bookings: list[Booking], week: tuple[int, int]) -> float:
    """Return the elapsed hours of work that begin in an ISO ``(year, week)``.

    >>> day = [(datetime(2024, 1, 8, 9), datetime(2024, 1, 8, 11), True)]
    >>> hours_in_week(day, (2024, 2)), hours_in_week(day, (2024, 3))
    (2.0, 0.0)
    """
    return sum(
        (
            (stop - begin).total_seconds() / 3600
            for begin, stop, work in bookings
            if work and tuple(begin.isocalendar()[:2]) == week
        ),
        0.0,
    )
