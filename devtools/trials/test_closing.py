"""The months of the indicators on two servers at once, killed in the midst.

Real processes on a real database; ``./dev test`` makes them.
"""

import json

import pytest

from .processes import finish, kill_in_the_midst, start

ROUNDS = 3
COMPANIES = 8
#: Closed of a company that begins, at least: this month's days decide the twelfth.
MONTHS = 11
#: What the database refused because the other server had closed the same month.
IN_VAIN = "airbag_kpi_snapshot_month_uniq"


@pytest.fixture(scope="module")
def facts():
    finish(start("closing_data.py", TRIAL_COMPANIES=str(COMPANIES)))
    for round_ in range(ROUNDS + 1):
        servers = [start("closing.py"), start("closing.py")]
        left = [int(one.stdout.readline().removeprefix("ready ")) for one in servers]
        for server in servers:
            if round_ < ROUNDS:
                kill_in_the_midst(server, batches=5)
            else:
                finish(server)
    refused = sum(_read_errors(server).count(IN_VAIN) for server in servers)
    found = json.loads(finish(start("closing_facts.py")).splitlines()[-1])
    return {**found, "left_for_the_last": max(left), "refused": refused}


def _read_errors(server):
    server.errors.seek(0)
    return server.errors.read()


def test_the_servers_were_killed_in_the_midst(facts):
    assert 0 < facts["left_for_the_last"] < len(facts["months"])


def test_each_month_is_closed_once_with_all_its_indicators(facts):
    assert len(facts["months"]) >= COMPANIES * MONTHS
    assert set(facts["months"]) == {facts["kpis"]}
    assert facts["keys"] == len(facts["snapshots"])
    assert not facts["left"]


def test_the_servers_share_the_companies(facts):
    """Neither works at a month in vain, but for the moment between look and take."""
    assert facts["refused"] < facts["left_for_the_last"] / 10


def test_each_closed_month_is_asked_about_once(facts):
    assert facts["activities"] == facts["snapshots"]
