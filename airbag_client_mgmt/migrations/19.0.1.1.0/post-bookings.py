# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Book the time of the visits that were in the agenda before bookings existed."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["airbag.intervention"].search(
        [("state", "in", ("planned", "in_progress"))]
    )._update_bookings()
