"""One server's scheduled actions through a simulated quarter. Runs in Odoo's shell.

The day is in the database. Two servers, and people on one of them, work at the same
time; the next day begins when nobody works and nothing is left to do. Odoo never runs
one action twice at a time; here two servers do, which is harder; the mail queue keeps
the lock that Odoo gives it.
"""

from freezegun import freeze_time

from odoo import tools
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from devtools.trials import quarter_people
from devtools.trials.quarter_plan import AFTERWARDS, DAYS, OUTAGE, get_moment

#: Locks of the database that a killed server loses.
PEOPLE, NIGHT = 5, 6
cr = env.cr  # noqa: F821
surveys = env["survey.user_input"]  # noqa: F821
visits = env["airbag.intervention"].with_context(active_test=False)  # noqa: F821
queue = env.ref("mail.ir_cron_mail_scheduler_action")  # noqa: F821
SMTP_PORT = tools.config["smtp_port"]


def call(function, number):
    """Call a function of the database, in a transaction of its own."""
    cr.rollback()
    cr.execute(f"SELECT {function}(%s)", [number])
    answer = cr.fetchone()[0]
    cr.commit()
    env.invalidate_all()  # noqa: F821
    return answer


def get_day():
    cr.rollback()
    cr.execute("SELECT day FROM trial_clock")
    return cr.fetchone()[0]


def work(day):
    """Run the scheduled actions, as often as they find something new."""
    while visits.search_count(surveys._get_survey_obligations_domain()):
        surveys._cron_survey_obligations(batch_size=6)
        print(day, flush=True)
    surveys._cron_survey_followup(batch_size=6)
    due = [("state", "=", "outgoing"), ("scheduled_date", "<=", get_moment(day))]
    if env["mail.mail"].search_count(due, limit=1):  # noqa: F821
        try:
            queue.method_direct_trigger()
        except UserError:  # the other server is at it
            cr.rollback()
    cr.commit()
    print(day, flush=True)


def do_day(day):
    """Work while the other server does too; let the people act meanwhile."""
    work(day)
    if call("pg_try_advisory_lock", PEOPLE):
        quarter_people.act(env, day)  # noqa: F821


def do_night(day):
    """Do what is left when nobody else works, and begin the next day."""
    work(day)
    quarter_people.act(env, day)  # noqa: F821
    quarter_people.begin(env, day + 1)  # noqa: F821


print(f"ready {get_day()}", flush=True)
with freeze_time(get_moment(0)) as clock:
    while get_day() < DAYS + AFTERWARDS:
        for turn, lock in (
            (do_day, "pg_advisory_lock_shared"),
            (do_night, "pg_advisory_lock"),
        ):
            call(lock, NIGHT)
            day = get_day()
            clock.move_to(get_moment(day))
            tools.config["smtp_port"] = 1 if day in OUTAGE else SMTP_PORT
            try:
                turn(day)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # Odoo tries again later
                cr.rollback()
            cr.rollback()
            cr.execute("SELECT pg_advisory_unlock_all()")
            cr.commit()
