# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""On which day a customer is called before a deadline; no database. PRO 008 §5.4.1."""

from collections.abc import Callable
from datetime import date, timedelta

DAY = timedelta(days=1)
#: Further back than the longest holidays there is no use in looking.
SEARCHED = 15


def get_call_day(deadline: date, works: Callable[[date], bool]) -> date:
    """Return the last working day before the deadline: when a call is asked for."""
    for back in range(1, SEARCHED):
        if works(deadline - back * DAY):
            return deadline - back * DAY
    return deadline - DAY


def get_due_day(deadline: date, today: date, works: Callable[[date], bool]) -> date:
    """Return the day on which a call asked for today is due.

    The last working day before the deadline that is not past; else the deadline
    itself; else, when it passed, the next working day.
    """
    day = get_call_day(deadline, works)
    if day >= today:
        return day
    for ahead in range(SEARCHED):
        day = today + ahead * DAY
        if works(day):
            # Before the deadline nobody works any more: today, then, all the same.
            return day if day <= deadline or today > deadline else today
    return today
