"""What became of the reports, as JSON. Runs in Odoo's shell."""

import json
from collections import Counter

env["mail.mail"].process_email_queue()  # noqa: F821
env.cr.commit()  # noqa: F821
visits = env["airbag.intervention"].search([("report_state", "!=", False)])  # noqa: F821
messages = env["mail.message"].search(  # noqa: F821
    [
        ("model", "=", visits._name),
        ("res_id", "in", visits.ids),
        ("attachment_ids", "!=", False),
    ]
)
mails = env["mail.mail"].search([("mail_message_id", "in", messages.ids)])  # noqa: F821
print(
    json.dumps(
        {
            "reports": Counter(visits.mapped("report_state")),
            "messages": sorted(messages.mapped("res_id")),
            "visits": sorted(visits.ids),
            "mails": Counter(mails.mapped("state")),
        }
    )
)
