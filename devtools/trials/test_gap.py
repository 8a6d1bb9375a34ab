"""Two servers, each with one of the services of the same person.

Real processes on a real database; ``./dev test`` makes them.
"""

import json

from .processes import finish, start

PERSONS = 60


def test_each_person_is_asked_once_within_the_gap():
    finish(start("gap_data.py", TRIAL_PERSONS=str(PERSONS)))
    servers = [start("gap.py", TRIAL_HALF=half) for half in "12"]
    for server in servers:
        finish(server)
    rows = json.loads(finish(start("gap_facts.py")).splitlines()[-1])
    assert len(rows) == PERSONS
    wrong = [row for row in rows if row[1:] != [1, 2]]
    assert not wrong
