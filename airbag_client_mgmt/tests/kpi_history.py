# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Random histories of contracts, visits, surveys and complaints.

The rows are dictionaries that hypothesis makes. They are written to the database as
they are (``kpi_history_common.py``), and counted a second time
(``kpi_second_way.py``).
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

#: When the histories are looked at: 9 March in Bogotá, already 10 March in Madrid.
NOW = datetime(2026, 3, 10, 3, 0)
ZONES = ("America/Bogota", "Europe/Madrid")
CUSTOMERS = 3
UTC = ZoneInfo("UTC")


def rarely(value, otherwise):
    return st.sampled_from([otherwise] * 7 + [value])


def maybe(strategy):
    return st.none() | strategy


def hours(first_day, last_day):
    return st.integers(first_day * 24, last_day * 24)


PERSON = maybe(st.integers(0, 1))
WHERE = {
    "company": st.integers(0, 1),
    "customer": st.integers(0, CUSTOMERS - 1),
    "by_contact": st.booleans(),
}
CONTRACTS = st.lists(
    st.fixed_dictionaries(
        {
            **WHERE,
            "salesperson": st.sampled_from([None, 0, 1]),
            "state": rarely("cancel", "sale") | rarely("draft", "sale"),
            "is_contract": rarely(False, True),
            "end": rarely(None, 0) | st.integers(-420, 80) | st.integers(-9, 80),
            "length": st.integers(70, 400),
            "terminated": rarely(0, None) | maybe(st.integers(0, 60)),
            "replaced": maybe(st.integers(0, 60)).filter(lambda n: n is None or n < 9),
            "lost": rarely(True, False),
            "renewal": maybe(
                st.tuples(
                    st.sampled_from(["draft", "sent", "sale", "sale", "cancel"]),
                    hours(-50, 40),
                    rarely(True, False),
                )
            ),
            "contacts": st.lists(
                st.tuples(
                    hours(-60, 20),
                    st.sampled_from(["no_answer", "proposal", "declined"]),
                ),
                max_size=2,
            ),
        }
    ),
    min_size=1,
    max_size=9,
)
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "contract": st.integers(0, 20),
            # Not so: added by hand, one that lost its line, one beside the others.
            "line": rarely(False, True),
            "numbered": rarely(False, True),
            "state": st.sampled_from(
                ["draft", "planned", "in_progress", "done", "done", "cancelled"]
            ),
            "planned": maybe(hours(-420, 60) | hours(-90, 9) | hours(-2, 2)),
            "original": maybe(hours(-420, 60)),
            "technician": PERSON,
            "treatment": st.integers(0, 1),
        }
    ),
    max_size=12,
)
SURVEYS = st.lists(
    st.fixed_dictionaries(
        {
            **WHERE,
            "contract": maybe(st.integers(0, 20)),
            "technician": PERSON,
            "treatment": st.integers(0, 1),
            "finished": hours(-420, -1),
            "contact": st.sampled_from(
                ["pending", "contacted", "overdue", "waived", "answered", "answered"]
            ),
            "state": st.sampled_from(["new", "in_progress"]),
            "score": st.sampled_from([None, 1.0, 3.0, 4.0, 5.0]),
            "contacted": hours(0, 9),
            "by": PERSON,
            "test": rarely(True, False),
        }
    ),
    max_size=12,
)
TICKETS = st.lists(
    st.fixed_dictionaries(
        {
            **WHERE,
            "kind": st.sampled_from(["complaint", "claim"] * 2 + ["query", "request"]),
            "contract": maybe(st.integers(0, 20)),
            "survey": maybe(st.integers(0, 20)),
            "team": PERSON,
            "user": PERSON,
            "received": hours(-420, -1),
            "resolved": maybe(hours(0, 20)),
            "resolution_hours": st.integers(0, 80).map(lambda n: n / 4),
            "deadline": rarely(None, 30) | hours(0, 20),
            "stage": st.sampled_from(["new", "awaiting", "awaiting", "cancelled"]),
            "paused": hours(0, 20),
        }
    ),
    max_size=12,
)
HISTORY = st.fixed_dictionaries(
    {
        "contracts": CONTRACTS,
        "visits": VISITS,
        "surveys": SURVEYS,
        "tickets": TICKETS,
    }
)
#: A contract that ends in forty days.
CONTRACT = {
    "company": 0,
    "customer": 0,
    "by_contact": False,
    "salesperson": 0,
    "state": "sale",
    "is_contract": True,
    "end": 40,
    "length": 100,
    "terminated": None,
    "replaced": None,
    "lost": False,
    "renewal": None,
    "contacts": [],
}
#: What chance seldom makes: visits around the midnight that begins the day, and around
#: the last day of a contract; a complaint whose salesperson is known from the contract
#: of its visit alone.
EDGES = {
    "contracts": [CONTRACT, CONTRACT | {"end": -10}],
    "visits": [
        {
            "contract": contract,
            "line": True,
            "numbered": True,
            "state": "planned",
            "planned": planned,
            "original": None,
            "technician": 0,
            "treatment": 0,
        }
        for contract, hours_planned in enumerate(
            [(-30, -24, -23, -22, -1, 1, 48), (-240, -220, -210, -48)]
        )
        for planned in hours_planned
    ],
    "surveys": [
        {
            "company": 0,
            "customer": 1,
            "by_contact": False,
            "contract": 0,
            "technician": 0,
            "treatment": 1,
            "finished": -48,
            "contact": "contacted",
            "state": "new",
            "score": None,
            "contacted": 3,
            "by": None,
            "test": False,
        }
    ],
    "tickets": [
        {
            "company": 0,
            "customer": 1,
            "by_contact": True,
            "kind": "claim",
            "contract": None,
            "survey": 0,
            "team": 0,
            "user": None,
            "received": -40,
            "resolved": 10,
            "resolution_hours": 4.0,
            "deadline": 5,
            "stage": "new",
            "paused": 0,
        }
    ],
}


def later(count):
    """Return the moment so many hours from now."""
    return NOW + timedelta(hours=count)


def local_day(moment, zone):
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def days_of(contract, zone):
    """Add to a contract the days that its numbers stand for."""
    today = local_day(NOW, zone)
    end = contract["end"]
    anchor = today + timedelta(days=end or 0)
    day = {"last_day": None if end is None else anchor}
    day["first_day"] = anchor - timedelta(days=contract["length"])
    for name in ("terminated", "replaced"):
        before = contract[name]
        gone = before is not None
        day[f"{name}_on"] = anchor - timedelta(days=before) if gone else None
    noon = datetime.combine(anchor, time(12))
    contacts = [
        (noon + timedelta(hours=count), outcome)
        for count, outcome in contract["contacts"]
    ]
    day["contact_moments"] = contacts
    day["contact_days"] = [(local_day(when, zone), what) for when, what in contacts]
    if contract["renewal"]:
        day["renewal_moment"] = noon + timedelta(hours=contract["renewal"][1])
        day["renewal_day"] = local_day(day["renewal_moment"], zone)
    return contract | day
