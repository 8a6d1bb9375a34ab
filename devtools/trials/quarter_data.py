"""A quarter of visits, planned day by day, and who receives them. Runs in Odoo's shell.

The visits are real; that they were carried out is written by the clock of the trial.
"""

import os
from datetime import datetime, timedelta

from devtools.trials.quarter_plan import FIRST_DAY, KINDS, get_day, get_kind

VISITS = int(os.environ["TRIAL_VISITS"])
admin = env.ref("base.user_admin")  # noqa: F821
quality = env.ref("airbag_client_mgmt.group_quality_manager")  # noqa: F821
admin.group_ids |= quality
env.company.survey_since = FIRST_DAY.date()  # noqa: F821

persons = {}
people = []
for kind, address in KINDS.items():
    for number in range(40):
        mail = address and address.format(kind=kind, number=number)
        persons[kind, number] = len(people)
        people.append({"name": f"{kind} {number}", "email": mail})
contacts = env["res.partner"].create(people)  # noqa: F821
treatment = env.ref("airbag_client_mgmt.treatment_diag")  # noqa: F821
visits = env["airbag.intervention"].create(  # noqa: F821
    [
        {
            "partner_id": contacts[persons[get_kind(number), number % 40]].id,
            "treatment_id": treatment.id,
            "user_id": admin.id,
            # Far from now: no planning of theirs is in the way of the trial.
            "planned_start": datetime(2031, 1, 1, 14) + timedelta(hours=number),
            "no_products_used": True,
            "no_recommendations": True,
        }
        for number in range(VISITS)
    ]
)
cr = env.cr  # noqa: F821
cr.execute("CREATE TABLE trial_clock (day integer)")
cr.execute("INSERT INTO trial_clock VALUES (-1)")
cr.execute(
    "CREATE TABLE trial_visit (id integer PRIMARY KEY, day integer, kind varchar)"
)
cr.executemany(
    "INSERT INTO trial_visit VALUES (%s, %s, %s)",
    [
        (visit.id, get_day(number, VISITS), get_kind(number))
        for number, visit in enumerate(visits)
    ],
)
cr.commit()
