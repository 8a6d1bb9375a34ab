"""One server's half of the services, until none is left. Runs in Odoo's shell.

The other server has the other service of each person, at the same moment.
"""

import os
import time

cr = env.cr  # noqa: F821
surveys = env["survey.user_input"]  # noqa: F821
visits = env["airbag.intervention"]  # noqa: F821
domain = surveys._get_survey_obligations_domain()
owed = visits.search([*domain, ("partner_id.email", "like", "@gap.co")], order="id")
half = len(owed) // 2
mine = owed[:half] if os.environ["TRIAL_HALF"] == "1" else owed[half:]

cr.execute("SELECT pg_advisory_lock_shared(7)")
held = 0
while held < 2:
    cr.commit()
    cr.execute("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'")
    held = cr.fetchone()[0]
cr.commit()
while mine:
    for visit in mine:
        surveys._create_obligations_apart(visit, domain)
        # As long as a real batch takes: the other server is at the same person.
        time.sleep(0.005)
        cr.commit()
        env.invalidate_all()  # noqa: F821
    mine = mine.filtered_domain(domain)
