"""The scheduled actions on two servers at once, which are killed in the midst.

Real processes on a real database, with a real SMTP server; ``./dev test`` makes them.
"""

import email
import json
from collections import Counter

import pytest

from .processes import MAIL, finish, kill_in_the_midst, start

ROUNDS = 3
DUE, LOST = 80, 40


def start_servers():
    """Start the actions on two servers; return them, and how much is left to do."""
    servers = [start("actions.py"), start("actions.py")]
    left = [int(server.stdout.readline().removeprefix("ready ")) for server in servers]
    return servers, max(left)


@pytest.fixture(scope="module")
def facts():
    finish(start("data.py", TRIAL_CONTRACTS=f"{DUE} {LOST}"))
    for _round in range(ROUNDS):
        servers, _left = start_servers()
        for server in servers:
            kill_in_the_midst(server)
    servers, left = start_servers()
    for server in servers:
        finish(server)
    found = json.loads(finish(start("facts.py")).splitlines()[-1])
    return {**found, "left": left}


def test_the_servers_were_killed_in_the_midst(facts):
    assert 0 < facts["left"] < DUE + LOST


def test_each_contract_reaches_its_state(facts):
    assert facts["states"] == {"due": DUE, "lost": LOST}
    assert facts["reasons"] == LOST


def test_each_salesperson_is_reminded_once(facts):
    assert facts["activities"] == facts["due"]
    assert len(facts["due"]) == DUE


def test_each_customer_is_told_once(facts):
    assert facts["announced"] == facts["due"]
    assert not facts["waiting"]
    told = Counter(
        email.message_from_bytes(file.read_bytes())["X-Envelope-To"]
        for file in MAIL.glob("*.eml")
    )
    told = {to: count for to, count in told.items() if to.startswith("customer")}
    assert len(told) == DUE
    # No SMTP client can tell whether the message it was killed in had arrived.
    assert sum(told.values()) - DUE <= 2 * ROUNDS, told


def test_each_customer_reaches_its_level_once(facts):
    assert facts["levels"] == facts["partners"]
