"""The reports of visits on two servers at once, which are killed in the midst.

Real processes on a real database, with a real SMTP server; ``./dev test`` makes them.
"""

import email
import json
from collections import Counter

import pytest

from .processes import MAIL, finish, kill_in_the_midst, start

ROUNDS, VISITS = 1, 12


def start_servers():
    """Start two servers; return them, and how many reports are left to make."""
    servers = [start("reports.py"), start("reports.py")]
    left = [int(server.stdout.readline().removeprefix("ready ")) for server in servers]
    return servers, max(left)


@pytest.fixture(scope="module")
def facts():
    finish(start("reports_data.py", TRIAL_VISITS=str(VISITS)))
    for _round in range(ROUNDS):
        servers, _left = start_servers()
        for server in servers:
            kill_in_the_midst(server, batches=1)
    servers, left = start_servers()
    for server in servers:
        finish(server)
    found = json.loads(finish(start("reports_facts.py")).splitlines()[-1])
    return {**found, "left": left}


def test_the_servers_were_killed_in_the_midst(facts):
    assert 0 < facts["left"] < VISITS


def test_each_report_is_made_once(facts):
    assert facts["reports"] == {"sent": VISITS}
    assert facts["messages"] == facts["visits"]


def test_each_customer_receives_it_once(facts):
    assert facts["mails"] == {"sent": VISITS}
    told = Counter(
        email.message_from_bytes(file.read_bytes())["X-Envelope-To"]
        for file in MAIL.glob("*.eml")
    )
    told = {to: count for to, count in told.items() if to.startswith("driver")}
    assert len(told) == VISITS
    # No SMTP client can tell whether the message it was killed in had arrived.
    assert sum(told.values()) - VISITS <= ROUNDS, told
