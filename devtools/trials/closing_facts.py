"""What the closing of the months left behind, as JSON. Runs in Odoo's shell."""

import json
from collections import Counter

analysis = env.ref("airbag_client_mgmt.mail_activity_type_kpi_analysis")  # noqa: F821
snapshots = env["airbag.kpi.snapshot"].search(  # noqa: F821
    [("company_id.name", "like", "Closing ")]
)
activities = env["mail.activity"].search(  # noqa: F821
    [("activity_type_id", "=", analysis.id), ("res_id", "in", snapshots.ids)]
)
print(
    json.dumps(
        {
            "kpis": env["airbag.kpi"].search_count([]),  # noqa: F821
            "months": list(
                Counter(
                    (one.company_id.id, str(one.month)) for one in snapshots
                ).values()
            ),
            "keys": len({(one.kpi_id, one.company_id, one.month) for one in snapshots}),
            "snapshots": sorted(snapshots.ids),
            "activities": sorted(activities.mapped("res_id")),
            "left": len(snapshots._get_months_to_close()),
        }
    )
)
