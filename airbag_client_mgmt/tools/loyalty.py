# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which loyalty level the facts of a customer give. Pure functions, no database.

PRO 008 §5.5.1: benefits for recurrent customers.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta


class Facts(NamedTuple):
    """What is known of a customer."""

    #: Visits done in the last twelve months.
    visits: int = 0
    #: Whole months since the first service or order.
    months: int = 0
    #: Satisfied ÷ answered of the last twelve months, 0–100; None: nobody answered.
    satisfaction: float | None = None


class Thresholds(NamedTuple):
    """What a level asks for; 0 asks for nothing."""

    visits: int = 0
    months: int = 0
    satisfaction: float = 0.0


def whole_months(since: date | None, today: date) -> int:
    """Return the whole months from a day to today; 0 when there is no such day.

    >>> whole_months(date(2025, 1, 31), date(2025, 2, 27))
    0
    >>> whole_months(date(2024, 11, 24), date(2026, 11, 24)), whole_months(None, None)
    (24, 0)
    """
    if not since:
        return 0
    span = relativedelta(today, since)
    return max(0, span.years * 12 + span.months)


def unmet(facts: Facts, thresholds: Thresholds) -> list[str]:
    """Return the names of the thresholds that the facts do not meet.

    An unknown satisfaction meets no threshold: silence is no praise.

    >>> unmet(Facts(3, 12, None), Thresholds(4, 12, 80))
    ['visits', 'satisfaction']
    >>> unmet(Facts(3, 12, None), Thresholds(3, 6, 0))
    []
    """
    return [
        name
        for name, asked in thresholds._asdict().items()
        if asked and (getattr(facts, name) is None or getattr(facts, name) < asked)
    ]


def choose(facts: Facts, levels: Sequence[Thresholds]) -> int | None:
    """Return the place of the highest level whose thresholds are all met, or None.

    :param levels: from the lowest to the highest

    >>> levels = [Thresholds(1), Thresholds(6, 6), Thresholds(12, 12, 80)]
    >>> choose(Facts(20, 24, 75.0), levels), choose(Facts(20, 24, 80.0), levels)
    (1, 2)
    >>> choose(Facts(), levels) is None
    True
    """
    met = [place for place, level in enumerate(levels) if not unmet(facts, level)]
    return met[-1] if met else None
