"""What the scheduled actions left behind, as JSON. Runs in Odoo's shell."""

import json
from collections import Counter

env["mail.mail"].process_email_queue()  # noqa: F821
env.cr.commit()  # noqa: F821
orders = env["sale.order"].search([("is_service_contract", "=", True)])  # noqa: F821
partners = orders.partner_id
renewal = env.ref("airbag_client_mgmt.mail_activity_type_renewal")  # noqa: F821
activities = (
    env["mail.activity"]  # noqa: F821
    .with_context(active_test=False)
    .search([("activity_type_id", "=", renewal.id), ("res_id", "in", orders.ids)])
)
announced = orders.message_ids.filtered(
    lambda message: message.subtype_id == env.ref("mail.mt_comment")  # noqa: F821
)
levels = partners.message_ids.filtered(
    lambda message: partners[:1].loyalty_level_id.name in str(message.body)
)
print(
    json.dumps(
        {
            "states": Counter(orders.mapped("renewal_state")),
            "reasons": len(orders.filtered("renewal_lost_reason_id")),
            "activities": sorted(activities.mapped("res_id")),
            "due": sorted(orders.filtered("renewal_notified_on").ids),
            "announced": sorted(announced.mapped("res_id")),
            "levels": sorted(levels.mapped("res_id")),
            "partners": sorted(partners.ids),
            "waiting": env["mail.mail"].search_count(  # noqa: F821
                [("state", "!=", "sent")]
            ),
        }
    )
)
