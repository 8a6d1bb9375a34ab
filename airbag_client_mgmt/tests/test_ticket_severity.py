# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_ticket import TicketCommon


@tagged("post_install", "-at_install")
class TestTicketSeverity(TicketCommon):
    """ISO 9001 10.2: the reaction fits what happened. PRO 008 §5.4.2."""

    def _told(self, ticket):
        kind = self.env.ref("airbag_client_mgmt.mail_activity_type_critical")
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_it_comes_from_the_category(self):
        self.assertEqual(self._create_ticket().severity, "minor")
        self.category.severity = "major"
        ticket = self._create_ticket()
        self.assertEqual(ticket.severity, "major")
        self.assertEqual(ticket.priority, "2")
        self.assertFalse(self._told(ticket))

    def test_the_shipped_category_of_safety_is_critical(self):
        category = self.env.ref("airbag_client_mgmt.helpdesk_category_safety")
        ticket = self._create_ticket(category_id=category.id)
        self.assertEqual(ticket.severity, "critical")

    def test_what_somebody_judged_stays(self):
        ticket = self._create_ticket(severity="major")
        self.assertEqual(ticket.severity, "major")
        ticket.kind = "claim"
        self.assertEqual(ticket.severity, "major")
        ticket.category_id = self.category.copy({"name": "Other"})
        self.assertEqual(ticket.severity, "minor")

    def test_stars_follow_it_and_do_not_contradict_it(self):
        ticket = self._create_ticket(severity="critical", priority="0")
        self.assertEqual(ticket.priority, "3")
        ticket.severity = "minor"
        self.assertEqual(ticket.priority, "1")

    def test_a_query_has_stars_and_no_severity(self):
        ticket = self._create_ticket(category_id=False, kind="query", priority="3")
        self.assertFalse(ticket.severity)
        self.assertEqual(ticket.priority, "3")
        ticket.kind = "complaint"
        self.assertEqual(ticket.severity, "minor")

    def test_a_critical_one_is_told_to_the_leader_and_quality_once(self):
        ticket = self._create_ticket(severity="critical")
        quality = self.company._get_quality_user()
        self.assertEqual(self._told(ticket).user_id, self.care | quality)
        self.assertEqual(len(self._told(ticket)), 2)
        ticket.severity = "minor"
        ticket.severity = "critical"
        self.assertEqual(len(self._told(ticket)), 2)

    def test_who_has_dealt_with_a_critical_one_is_not_told_again(self):
        ticket = self._create_ticket(severity="critical")
        self._told(ticket).action_feedback(feedback="Called at once")
        ticket.stage_id = self.stages["in_progress"]
        ticket.severity = "critical"
        self.assertFalse(self._told(ticket))

    def test_one_that_becomes_critical_is_told_then(self):
        ticket = self._create_ticket()
        self.assertFalse(self._told(ticket))
        ticket.with_user(self.care).severity = "critical"
        self.assertTrue(self._told(ticket))
        self.assertTrue(ticket.critical_told_on)
