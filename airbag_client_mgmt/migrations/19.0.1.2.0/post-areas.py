# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

ALIAS = "quejas"


def migrate(cr, _version):
    """Give older databases the alias of complaints; following a ticket is reading it.

    These are records that an update leaves as they are.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref(
        "helpdesk_mgmt.helpdesk_ticket_rule_internal_user", raise_if_not_found=False
    )
    if rule:
        rule.write({"perm_write": False, "perm_create": False, "perm_unlink": False})
    team = env.ref(
        "airbag_client_mgmt.helpdesk_team_customer_care", raise_if_not_found=False
    )
    taken = env["mail.alias"].search_count([("alias_name", "=", ALIAS)], limit=1)
    if team and not team.alias_name and not taken:
        team.alias_name = ALIAS
