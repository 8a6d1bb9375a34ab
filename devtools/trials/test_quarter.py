"""A simulated quarter of 3,000 visits, two servers, killed in the midst.

Real processes on a real database, with a real SMTP server; ``./dev test`` makes them.
The state of each survey is known from what its customer does, not from the addon.
"""

import email
import email.policy
import json
import re
import time
from collections import Counter

import pytest

from .processes import MAIL, finish, kill_in_the_midst, start
from .quarter_plan import AFTERWARDS, DAYS

VISITS = 3000
#: The days of the quarter on which both servers are killed.
KILLED_ON = (5, 42, 70)
#: kind of customer -> state, channel, reminders, open calls
EXPECTED = {
    "silent": ("contacted", "email", 1, 1),
    "called": ("contacted", "email", 1, 0),
    "prompt": ("answered", "email", 0, 0),
    "reminded": ("answered", "email", 1, 0),
    "bounced": ("contacted", "phone", 0, 0),
    "lost": ("overdue", None, 0, 1),
    "waived": ("waived", "email", 0, 0),
    "phone": ("contacted", "phone", 0, 0),
    "forgotten": ("overdue", None, 0, 1),
    "broken": ("overdue", None, 0, 1),
}
MAILED = {"silent", "called", "prompt", "reminded", "bounced", "lost", "waived"}


def start_servers():
    """Start two servers; return them, and the day of the quarter they find."""
    servers = [start("quarter.py"), start("quarter.py")]
    days = [int(server.stdout.readline().removeprefix("ready ")) for server in servers]
    return servers, max(days)


def wait_for(server, day):
    """Wait until a server works on a day of the quarter."""
    for line in server.stdout:
        if int(line) >= day:
            return


@pytest.fixture(scope="module")
def facts():
    began = time.monotonic()
    finish(start("quarter_data.py", TRIAL_VISITS=str(VISITS)))
    print(f"{time.monotonic() - began:.0f} s: {VISITS} visits are planned")
    for day in KILLED_ON:
        servers, _day = start_servers()
        wait_for(servers[0], day)
        for server in servers:
            kill_in_the_midst(server)
        print(f"{time.monotonic() - began:.0f} s: two servers killed on day {day}")
    servers, day = start_servers()
    for server in servers:
        finish(server)
    found = json.loads(finish(start("quarter_facts.py")).splitlines()[-1])
    print(f"{time.monotonic() - began:.0f} s: {DAYS + AFTERWARDS} days are over")
    return {**found, "last_day": day}


@pytest.fixture(scope="module")
def mailbox():
    """The e-mails that arrived about each survey: {token: [subject, ...]}."""
    arrived = {}
    for file in MAIL.glob("*.eml"):
        message = email.message_from_bytes(
            file.read_bytes(), policy=email.policy.default
        )
        html = message.get_body(("html",)).get_content()
        for token in set(re.findall(r"answer_token=([\w-]+)", html)):
            arrived.setdefault(token, []).append(message["Subject"])
    return arrived


def test_the_servers_were_killed_in_the_midst(facts):
    assert KILLED_ON[-1] <= facts["last_day"] < DAYS + AFTERWARDS


def test_each_visit_owes_exactly_one_survey(facts):
    visits = Counter(row["visit"] for row in facts["rows"] if row["token"])
    assert len(visits) == VISITS
    assert set(visits.values()) == {1}
    assert not facts["failed"]


def test_each_survey_is_in_the_state_its_customer_put_it_in(facts):
    wrong = [
        row
        for row in facts["rows"]
        if (row["state"], row["channel"], row["reminded"], row["calls"])
        != EXPECTED[row["kind"]]
    ]
    assert not wrong, (len(wrong), wrong[:5])


def test_in_time_is_what_the_dates_say(facts):
    decided = [row for row in facts["rows"] if row["state"] != "waived"]
    assert all((row["timing"] == "in_time") == row["in_time"] for row in decided)
    assert all(row["timing"] for row in decided)
    assert all(not row["timing"] for row in facts["rows"] if row["state"] == "waived")
    shares = Counter((row["kind"], row["timing"]) for row in decided)
    assert shares["silent", "late"] == 0, "also those of when the server was down"


def test_each_email_arrives_once(facts, mailbox):
    kinds = {row["token"]: row for row in facts["rows"]}
    extra = 0
    for token, row in kinds.items():
        subjects = Counter(mailbox.get(token, []))
        wanted = (row["kind"] in MAILED) + EXPECTED[row["kind"]][2]
        assert len(subjects) == wanted, (row, subjects)
        extra += sum(subjects.values()) - wanted
    assert not set(mailbox) - set(kinds)
    # No SMTP client can tell whether the message it was killed in had arrived.
    assert extra <= 2 * len(KILLED_ON), extra
    assert not facts["mails"].get("outgoing")
