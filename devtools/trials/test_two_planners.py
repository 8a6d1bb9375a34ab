"""Two planners who give the same technician two visits at the same moment.

Real processes on a real database; ``./dev test`` makes them.
"""

import json
import time
from collections import Counter

import pytest

from .processes import finish, start

PAIRS = 12


@pytest.fixture(scope="module")
def outcomes():
    finish(start("visits_data.py", TRIAL_PAIRS=str(PAIRS)))
    begin = str(time.time() + 10)
    planners = [
        start("planner.py", TRIAL_START=begin, TRIAL_PLANNER=planner)
        for planner in "01"
    ]
    return sum(
        (Counter(json.loads(finish(one).splitlines()[-1])) for one in planners),
        Counter(),
    )


def test_one_of_each_pair_is_planned(outcomes):
    assert outcomes["planned"] == PAIRS
    assert sum(outcomes.values()) == 2 * PAIRS


def test_they_did_it_at_the_same_moment(outcomes):
    """Otherwise the check alone would do, and nothing was tried."""
    assert outcomes["refused by the database"], outcomes
