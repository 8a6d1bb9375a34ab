"""Contracts to announce and to close, customers to review. Runs in Odoo's shell."""

import os

from dateutil.relativedelta import relativedelta

DUE, LOST = map(int, os.environ["TRIAL_CONTRACTS"].split())
today = env.company._get_service_today()  # noqa: F821
days = [today + relativedelta(days=20)] * DUE + [today - relativedelta(days=40)] * LOST
customers = env["res.partner"].create(  # noqa: F821
    [
        {
            "name": f"Customer {number}",
            "is_company": True,
            "email": f"customer{number}@example.com",
        }
        for number in range(len(days))
    ]
)
# A salesperson who reads in Odoo: each e-mail that leaves is a customer's.
salesperson = env.ref("base.user_admin")  # noqa: F821
salesperson.notification_type = "inbox"
contracts = env["sale.order"].create(  # noqa: F821
    [
        {
            "partner_id": customer.id,
            "user_id": salesperson.id,
            "is_service_contract": True,
            "contract_start": last_day - relativedelta(years=1) + relativedelta(days=1),
            "contract_duration": 1,
            "contract_duration_unit": "year",
            "service_conditions": "<p>Within 48 hours</p>",
            "obligation_ids": [
                (0, 0, {"party": "company", "name": "Bring the scanner"}),
                (0, 0, {"party": "customer", "name": "Vehicle at hand"}),
            ],
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": env.ref(  # noqa: F821
                            "airbag_client_mgmt.product_diag"
                        ).id,
                        "visit_interval": 3,
                        "visit_interval_unit": "month",
                    },
                )
            ],
        }
        for customer, last_day in zip(customers, days, strict=True)
    ]
)
contracts.action_confirm()
env.flush_all()  # noqa: F821
# What was done in a year, without living through it.
env.cr.execute(  # noqa: F821
    """
    UPDATE airbag_intervention
       SET state = 'done', started_at = planned_start, finished_at = planned_start
     WHERE planned_start < now()
    """
)
env.cr.commit()  # noqa: F821
