"""A quarter of visits, planned day by day, and who receives them. Runs in Odoo's shell.

The visits are real; that they were carried out is written by the clock of the trial.
"""

import os
from datetime import datetime

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
model = env["airbag.intervention"]  # noqa: F821
first = model.create(
    {
        "partner_id": contacts[0].id,
        "treatment_id": treatment.id,
        "user_id": admin.id,
        # Far from now: no planning of theirs is in the way of the trial.
        "planned_start": datetime(2031, 1, 1, 14),
        "no_products_used": True,
        "no_recommendations": True,
    }
)
env.flush_all()  # noqa: F821
cr = env.cr  # noqa: F821
own = ("id", "name", "partner_id", "contact_id")
cr.execute(
    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
    " WHERE table_name = 'airbag_intervention' AND column_name NOT IN %s",
    [own],
)
same = cr.fetchone()[0]
cr.execute("CREATE TABLE trial_clock (day integer)")
cr.execute("INSERT INTO trial_clock VALUES (-1)")
cr.execute(
    "CREATE TABLE trial_visit (id integer PRIMARY KEY, day integer, kind varchar)"
)
# Thousands of visits like the first one, in a second.
cr.execute(
    f"""
    INSERT INTO airbag_intervention
           (name, partner_id, contact_id, {same})
    SELECT 'Q' || number, person, person, {same}
      FROM unnest(%s) WITH ORDINALITY AS plan (person, number),
           (SELECT * FROM airbag_intervention WHERE id = %s) AS first
     ORDER BY number
    RETURNING id
    """,
    [
        [contacts[persons[get_kind(n), n % 40]].id for n in range(VISITS)],
        first.id,
    ],
)
visits = model.browse(sorted(row[0] for row in cr.fetchall()))
cr.executemany(
    "INSERT INTO trial_visit VALUES (%s, %s, %s)",
    [
        (visit.id, get_day(number, VISITS), get_kind(number))
        for number, visit in enumerate(visits)
    ],
)
cr.commit()
