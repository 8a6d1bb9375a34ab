# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestAbsence(ClientMgmtCommon):
    """PRO 008 §5.3.1: planners write down who is absent."""

    def _register(self, user, technician, **values):
        return (
            self.env["resource.calendar.leaves"]
            .with_user(user)
            .create(
                {
                    "technician_id": technician.id,
                    "name": "Sick leave",
                    "date_from": datetime(2030, 1, 7, 5),
                    "date_to": datetime(2030, 1, 9, 5),
                    **values,
                }
            )
        )

    def test_a_planner_registers_anybodys_absence(self):
        visit = self._create_intervention(planned_start=datetime(2030, 1, 7, 14))
        visit.action_plan()
        first = self._register(self.planner, self.technician)
        self.assertEqual(first.resource_id.user_id, self.technician)
        self.assertEqual(first.affected_visit_ids.ids, visit.ids)
        self.assertEqual(first.affected_visit_count, 1)
        self.assertTrue(visit.activity_ids)
        action = first.action_view_affected_visits()
        self.assertEqual(
            self.env["airbag.intervention"].search(action["domain"]), visit
        )
        second = self._register(
            self.planner,
            self.technician,
            date_from=datetime(2030, 2, 7, 5),
            date_to=datetime(2030, 2, 9, 5),
        )
        self.assertEqual(first.resource_id, second.resource_id)
        self.assertFalse(second.affected_visit_count)
        with self.assertRaisesRegex(ValidationError, "Sick leave"):
            self._create_intervention(
                planned_start=datetime(2030, 2, 7, 14)
            ).action_plan()

    def test_it_is_given_to_another_technician(self):
        leave = self._register(self.planner, self.technician)
        leave.technician_id = self.other_technician
        self.assertEqual(leave.resource_id.user_id, self.other_technician)
        leave.unlink()

    def test_others_register_only_their_own(self):
        for user in (self.technician, self.salesperson, self.care):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._register(user, self.other_technician)
        own = self._register(self.technician, self.technician)
        self.assertEqual(own.technician_id, self.technician)
        self.assertFalse(
            self.env["resource.resource"].search(
                [("user_id", "=", self.other_technician.id)]
            )
        )

    def test_holidays_of_the_company_are_not_a_planners(self):
        with self.assertRaises(AccessError):
            self.env["resource.calendar.leaves"].with_user(self.planner).create(
                {
                    "name": "Holiday",
                    "date_from": datetime(2030, 1, 7, 5),
                    "date_to": datetime(2030, 1, 8, 5),
                }
            )

    def test_the_list_reads_once_however_many_absences(self):
        def count_queries(leaves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leaves.mapped("affected_visit_count")
            return self.env.cr.sql_log_count - before

        leaves = self.env["resource.calendar.leaves"].browse()
        for day in range(1, 13):
            leaves |= self._register(
                self.planner,
                self.technician,
                date_from=datetime(2030, 3, day, 5),
                date_to=datetime(2030, 3, day, 23),
            )
        self.assertEqual(count_queries(leaves[:2]), count_queries(leaves))
