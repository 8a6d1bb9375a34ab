# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_ticket import TicketCommon

SHOWN = (
    "number",
    "name",
    "kind",
    "severity",
    "is_overdue",
    "is_paused",
    "resolution_deadline",
    "resolution_hours",
    "customer_confirmed",
    "closed",
)


@tagged("post_install", "-at_install")
class TestTicketPerformance(TicketCommon):
    """Opening the register costs the same, however many tickets it shows."""

    def _count(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        specification = {name: {} for name in SHOWN} | {
            name: {"fields": {"display_name": {}}}
            for name in ("stage_id", "user_id", "team_id", "category_id", "partner_id")
        }
        before = self.env.cr.sql_log_count
        found = (
            self.env["helpdesk.ticket"]
            .with_user(self.care)
            .web_search_read([("id", "in", tickets.ids)], specification)
        )
        self.assertEqual(len(found["records"]), len(tickets))
        return self.env.cr.sql_log_count - before

    def test_a_long_list_costs_no_more(self):
        tickets = self.env["helpdesk.ticket"].union(
            *(self._create_ticket() for _turn in range(12))
        )
        tickets[3].stage_id = self.stages["awaiting"]
        self._count(tickets)
        self.assertEqual(self._count(tickets), self._count(tickets[:2]))

    def test_what_is_late_is_found_by_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'helpdesk_ticket'"
        )
        indexes = " ".join(row[0] for row in self.env.cr.fetchall())
        for column in (
            "(resolution_deadline)",
            "(acknowledgement_deadline) WHERE (acknowledged_on IS NULL)",
            "(quality_escalation_deadline)",
            "(effectiveness_due)",
        ):
            self.assertIn(column, indexes)
