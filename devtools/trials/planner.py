"""One planner, who plans one visit of each pair. Runs in Odoo's shell.

Both planners press the button at the same moment, by the clock of the machine.
"""

import json
import os
import time
from collections import Counter

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

START, PLANNER = float(os.environ["TRIAL_START"]), os.environ["TRIAL_PLANNER"]
visits = env["airbag.intervention"].search(  # noqa: F821
    [("user_id.login", "=", "trial_technician"), ("priority", "=", PLANNER)],
    order="planned_start",
)
outcomes = Counter()
for number, visit in enumerate(visits):
    time.sleep(max(0, START + number * 0.5 - time.time()))
    env.cr.rollback()  # noqa: F821
    try:
        visit.action_plan()
        env.flush_all()  # noqa: F821
        time.sleep(0.15)  # the answer of the other planner is on its way
        env.cr.commit()  # noqa: F821
        outcomes["planned"] += 1
    except ValidationError:
        outcomes["refused"] += 1
    # Two who wait for each other's visit are a deadlock, which Odoo tries again too.
    except (ExclusionViolation, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
        outcomes["refused by the database"] += 1
    env.cr.rollback()  # noqa: F821
    env.invalidate_all(flush=False)  # noqa: F821
print(json.dumps(outcomes))
