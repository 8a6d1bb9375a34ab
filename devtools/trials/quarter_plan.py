"""What happens in the simulated quarter: days, and kinds of customers."""

from datetime import datetime, timedelta

#: A Monday, 10:00 where the company works.
FIRST_DAY = datetime(2026, 1, 5, 15)
DAYS = 90
#: Days after the last visit, until each customer's deadline has passed.
AFTERWARDS = 8
#: On this day the mail server does not answer.
OUTAGE = (40,)
#: Kind of customer -> e-mail address. What each does: ``quarter_people.py``.
KINDS = {
    "silent": "silent{number}@example.com",
    "called": "called{number}@example.com",
    "prompt": "prompt{number}@example.com",
    "reminded": "reminded{number}@example.com",
    "bounced": "bounced{number}@example.com",
    "lost": "lost{number}@example.com",
    "waived": "waived{number}@example.com",
    "phone": False,
    "forgotten": False,
    "broken": "broken{number}@",
}
#: Which kinds answer by themselves, and after how many days.
ANSWERS = {"prompt": 1, "reminded": 4}
#: One visit in twenty, each.
WEIGHTS = {
    "silent": 5,
    "called": 2,
    "prompt": 5,
    "reminded": 2,
    **dict.fromkeys(("bounced", "lost", "waived", "phone", "forgotten", "broken"), 1),
}
SEQUENCE = [kind for kind, weight in WEIGHTS.items() for _turn in range(weight)]


def get_kind(number: int) -> str:
    """Return the kind of customer of a visit."""
    return SEQUENCE[number % len(SEQUENCE)]


def get_day(number: int, visits: int) -> int:
    """Return the day of the quarter on which a visit is carried out."""
    return number * DAYS // visits


def get_moment(day: int) -> datetime:
    """Return the UTC time of a day of the quarter."""
    return FIRST_DAY + timedelta(days=day)
