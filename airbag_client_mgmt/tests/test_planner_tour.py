# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install", "browser")
class TestPlannerTour(ClientMgmtCommon, HttpCase):
    """A planner moves a visit in the calendar. PRO 008 §5.3.1."""

    def test_a_visit_is_dragged_and_the_reason_asked(self):
        today = self.company._get_service_today()
        start = self.company._localize_service_time(today, 8)
        visit = self._create_intervention(planned_start=start)
        visit.action_plan()
        length = visit.planned_end - visit.planned_start
        self.start_tour("/odoo/planning", "airbag_planner", login=self.planner.login)
        self.assertNotEqual(visit.planned_start, start)
        self.assertEqual(visit.planned_end - visit.planned_start, length)
        self.assertEqual(visit.original_planned_start, start)
        self.assertEqual(visit.reschedule_reason, "The customer asked for it")
