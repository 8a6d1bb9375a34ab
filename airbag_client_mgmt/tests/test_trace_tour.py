# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged

from .trace_common import TraceCommon


@tagged("post_install", "-at_install", "browser")
class TestTraceTour(TraceCommon, HttpCase):
    """From a visit to the chain it is in, and on to the complaint about it."""

    def test_from_a_visit_to_its_complaint(self):
        # Not to be asked about the time zone of the browser.
        self.quality.tz = "UTC"
        self.start_tour(
            f"/odoo/airbag.intervention/{self.visit.id}",
            "airbag_trace",
            login=self.quality.login,
        )
