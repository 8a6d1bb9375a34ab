"""One server's scheduled actions, until nothing is left to do. Runs in Odoo's shell.

Odoo never runs one action twice at a time; here two servers do, which is harder.
Each batch is told, so that the server can be killed in the midst of the next one.
"""

import time

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

orders, partners = env["sale.order"], env["res.partner"]  # noqa: F821


def count_contracts():
    return orders.search_count(orders._get_contracts_to_refresh_domain())


print(f"ready {count_contracts()}", flush=True)
while count_contracts() or partners._get_customers_to_review(1):
    try:
        orders._cron_renewals(batch_size=5)
        partners._cron_loyalty_levels(batch_size=5)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # Odoo tries again later
        pass
    env.cr.rollback()  # noqa: F821
    print("batch", flush=True)
    time.sleep(0.01)
