"""Visits that were finished, each of another customer. Runs in Odoo's shell."""

import os
from datetime import datetime, timedelta

customers = env["res.partner"].create(  # noqa: F821
    [
        {"name": f"Driver {number}", "email": f"driver{number}@example.com"}
        for number in range(int(os.environ["TRIAL_VISITS"]))
    ]
)
visits = env["airbag.intervention"].create(  # noqa: F821
    [
        {
            "partner_id": customer.id,
            "treatment_id": env.ref("airbag_client_mgmt.treatment_diag").id,  # noqa: F821
            "user_id": env.ref("base.user_admin").id,  # noqa: F821
            "planned_start": datetime(2030, 1, 1, 14) + timedelta(days=day),
            "no_products_used": True,
            "no_recommendations": True,
        }
        for day, customer in enumerate(customers)
    ]
)
visits.action_plan()
visits.action_start()
visits.step_ids.write({"done": True})
visits.action_finish()
env.cr.commit()  # noqa: F821
