"""Persons with two services each, one on each of two contacts. Runs in Odoo's shell."""

import os
from datetime import datetime, timedelta

PERSONS = int(os.environ["TRIAL_PERSONS"])
env.company.survey_min_gap_days = 30  # noqa: F821
contacts = env["res.partner"].create(  # noqa: F821
    [
        {"name": f"Person {number % PERSONS}", "email": f"p{number % PERSONS}@gap.co"}
        for number in range(2 * PERSONS)
    ]
)
visits = env["airbag.intervention"].create(  # noqa: F821
    [
        {
            "partner_id": contact.id,
            "treatment_id": env.ref("airbag_client_mgmt.treatment_diag").id,  # noqa: F821
            "user_id": env.ref("base.user_admin").id,  # noqa: F821
            "planned_start": datetime(2032, 1, 1, 14) + timedelta(hours=number),
            "no_products_used": True,
            "no_recommendations": True,
        }
        for number, contact in enumerate(contacts)
    ]
)
env.flush_all()  # noqa: F821
cr = env.cr  # noqa: F821
# Both services of a person are next to each other: each server is given one of them.
cr.execute(
    """
    UPDATE airbag_intervention visit
       SET state = 'done', started_at = moment, finished_at = moment
      FROM (SELECT id, now() AT TIME ZONE 'UTC' - interval '1 day'
                       + (id %% %(persons)s) * interval '1 second' AS moment
              FROM airbag_intervention WHERE id IN %(ids)s) AS service
     WHERE service.id = visit.id
    """,
    {"persons": PERSONS, "ids": tuple(visits.ids)},
)
cr.commit()
