# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_ticket import TicketCommon

KIND = "airbag_client_mgmt.mail_activity_type_effectiveness"


@tagged("post_install", "-at_install")
class TestTicketEffectiveness(TicketCommon):
    """ISO 9001 10.2.1 d: whether the action worked is checked, by quality."""

    def _resolve(self, **values):
        ticket = self._create_ticket(**values)
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]
        return ticket

    def _checks(self, ticket):
        kind = self.env.ref(KIND)
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _find(self, name):
        arch = self.env["helpdesk.ticket"].get_view(view_type="search")["arch"]
        self.assertIn(f'name="{name}"', arch)
        domain = [
            ("effectiveness_due", "!=", False),
            ("effectiveness_result", "=", False),
            ("resolved_on", "!=", False),
        ]
        return self.env["helpdesk.ticket"].search(domain)

    @freeze_time("2026-03-10 03:00:00")
    def test_closing_gives_quality_a_day(self):
        """At three in UTC it is still the day before in Bogotá."""
        ticket = self._resolve()
        today = self.company._get_service_today()
        self.assertEqual(str(today), "2026-03-09")
        self.assertEqual(ticket.effectiveness_due, today + timedelta(days=30))
        check = self._checks(ticket)
        self.assertEqual(check.date_deadline, ticket.effectiveness_due)
        self.assertEqual(check.user_id, self.company._get_quality_user())
        self.assertIn(ticket, self._find("effectiveness_due"))

    def test_the_leader_of_quality_checks_it_when_there_is_one(self):
        area = self.env.ref("airbag_client_mgmt.helpdesk_team_quality")
        area.user_id = self.quality
        self.assertEqual(self._checks(self._resolve()).user_id, self.quality)
        area.user_id = self.care
        self.assertNotEqual(self._checks(self._resolve()).user_id, self.care)

    def test_queries_and_cancelled_ones_are_not_checked(self):
        query = self._resolve(category_id=False, kind="query")
        cancelled = self._create_ticket(cancel_reason="A mistake")
        cancelled.stage_id = self.stages["cancelled"]
        self.company.effectiveness_check_days = 0
        never = self._resolve()
        for ticket in query | cancelled | never:
            self.assertFalse(ticket.effectiveness_due)
            self.assertFalse(self._checks(ticket))

    def test_quality_records_that_it_worked(self):
        ticket = self._resolve().with_user(self.quality)
        with self.assertRaises(UserError):
            ticket.action_effective()
        ticket.effectiveness = "No noise in five visits"
        ticket.action_effective()
        self.assertEqual(ticket.effectiveness_result, "effective")
        self.assertEqual(ticket.effectiveness_checked_by, self.quality)
        self.assertTrue(ticket.effectiveness_checked_on)
        self.assertTrue(ticket.closed)
        self.assertFalse(self._checks(ticket))
        self.assertNotIn(ticket.sudo(False), self._find("effectiveness_due"))

    def test_who_resolved_it_does_not_judge_it(self):
        ticket = self._resolve().with_user(self.care)
        with self.assertRaises(AccessError):
            ticket.effectiveness = "It works"
        ticket.sudo().effectiveness = "It works"
        for judge in (ticket.action_effective, ticket.action_not_effective):
            with self.assertRaises(AccessError):
                judge()
        with self.assertRaises(AccessError):
            ticket.write({"effectiveness_result": "effective"})
        with self.assertRaises(AccessError):
            ticket.create(
                {"name": "x", "description": "x", "effectiveness": "It will work"}
            )

    def test_what_did_not_work_is_reopened_and_checked_again(self):
        ticket = self._resolve(user_id=self.care.id).with_user(self.quality)
        ticket.effectiveness = "Two cars rattle again"
        ticket.action_not_effective()
        self.assertFalse(ticket.closed)
        self.assertEqual(ticket.reopen_count, 1)
        self.assertEqual(ticket.effectiveness_result, "not_effective")
        said = "".join(ticket.message_ids.mapped("body"))
        self.assertIn("Two cars rattle again", said)
        self.assertEqual(ticket.activity_ids.user_id, self.care)
        self.assertNotIn(ticket.sudo(False), self._find("effectiveness_due"))
        ticket.sudo().stage_id = self.stages["done"]
        self.assertFalse(ticket.effectiveness_result)
        self.assertFalse(ticket.effectiveness)
        self.assertTrue(self._checks(ticket))

    def test_reopening_takes_the_check_back(self):
        ticket = self._resolve()
        ticket.stage_id = self.stages["in_progress"]
        self.assertFalse(ticket.effectiveness_due)
        self.assertFalse(self._checks(ticket))
