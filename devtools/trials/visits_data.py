"""Pairs of visits that one technician cannot both do. Runs in Odoo's shell."""

import os
from datetime import datetime, timedelta

PAIRS = int(os.environ["TRIAL_PAIRS"])
technician = env["res.users"].create(  # noqa: F821
    {
        "name": "Technician",
        "login": "trial_technician",
        "group_ids": [(4, env.ref("airbag_client_mgmt.group_technician").id)],  # noqa: F821
    }
)
customer = env["res.partner"].create({"name": "Fleet"})  # noqa: F821
env["airbag.intervention"].create(  # noqa: F821
    [
        {
            "partner_id": customer.id,
            "treatment_id": env.ref("airbag_client_mgmt.treatment_diag").id,  # noqa: F821
            "user_id": technician.id,
            "planned_start": datetime(2031, 1, 1, 14) + timedelta(days=pair),
            "priority": str(planner),
        }
        for pair in range(PAIRS)
        for planner in range(2)
    ]
)
env.cr.commit()  # noqa: F821
