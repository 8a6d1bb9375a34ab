# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, _version):
    """Leave blank the hours of what is not resolved: 0 took part in averages."""
    cr.execute(
        "UPDATE helpdesk_ticket SET resolution_hours = NULL WHERE resolved_on IS NULL"
    )
