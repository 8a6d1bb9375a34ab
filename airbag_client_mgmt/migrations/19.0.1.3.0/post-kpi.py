# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

AREAS = {
    "kpi_satisfaction": "helpdesk_team_operations",
    "kpi_resolution": "helpdesk_team_customer_care",
    "kpi_retention": "helpdesk_team_commercial",
}


def migrate(cr, _version):
    """Tell the three indicators of the procedure from those that support them.

    They are records that an update leaves as they are.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for kpi_name, team_name in AREAS.items():
        kpi = env.ref(f"airbag_client_mgmt.{kpi_name}", raise_if_not_found=False)
        team = env.ref(f"airbag_client_mgmt.{team_name}", raise_if_not_found=False)
        if kpi:
            area = kpi.team_id or team
            kpi.write({"is_main": True, "team_id": area and area.id})
