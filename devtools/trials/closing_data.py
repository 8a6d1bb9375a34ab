"""Companies whose months of a year are to be closed. Runs in Odoo's shell."""

import os

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

COMPANIES = int(os.environ["TRIAL_COMPANIES"])
companies = env["res.company"].create(  # noqa: F821
    [{"name": f"Closing {number}"} for number in range(COMPANIES)]
)
env.user.company_ids = [Command.link(company.id) for company in companies]  # noqa: F821
now = fields.Datetime.now()
env["helpdesk.ticket"].create(  # noqa: F821
    [
        {
            "name": f"Claim of {company.name}",
            "description": "Claim",
            "kind": "claim",
            "company_id": company.id,
            "team_id": False,
            "received_on": now - relativedelta(months=months, hours=5),
            "resolved_on": now - relativedelta(months=months),
        }
        for company in companies
        for months in range(1, 13)
    ]
)
env.cr.commit()  # noqa: F821
