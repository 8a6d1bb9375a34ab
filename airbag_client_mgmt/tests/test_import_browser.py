# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged

from .import_common import ImportCommon


@tagged("post_install", "-at_install", "browser")
class TestImportBrowser(ImportCommon, HttpCase):
    """The QMS responsible imports a file with wrong rows, and then corrected."""

    #: The page asks a dozen questions at once, and one cursor answers in turn.
    test_cursor_lock_timeout = 120

    def test_wrong_rows_are_named_and_none_is_lost(self):
        # The interface speaks as the users do.
        self.quality.lang = "es_419"
        # Not to be asked about the time zone of the browser.
        self.quality.tz = "UTC"
        rows = self.env["airbag.import.intervention"]
        self.start_tour(
            "/odoo/action-airbag_client_mgmt.airbag_import_intervention_action",
            "airbag_import",
            login=self.quality.login,
            timeout=180,
        )
        rows = rows.search([])
        self.assertEqual(
            sorted(rows.mapped("external_id")),
            [f"INT-{number}" for number in range(1, 6)],
        )
        self.assertEqual(rows.record_id.mapped("state"), ["done"] * 5)
