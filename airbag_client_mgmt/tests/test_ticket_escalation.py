# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_ticket import TicketCommon

LOGGER = "odoo.addons.airbag_client_mgmt.models.helpdesk_ticket_escalation"


@tagged("post_install", "-at_install")
class TestTicketEscalation(TicketCommon):
    """PRO 008 §5.4.2: who is late is told, by whom it can be helped."""

    def _escalations(self, ticket):
        kind = self.env.ref("airbag_client_mgmt.mail_activity_type_escalation")
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _run(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("airbag_client_mgmt.ir_cron_ticket_escalation")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_quality_is_told_after_some_more_hours(self):
        self.company.ticket_quality_escalation_hours = 8
        ticket = self._create_ticket()
        self.assertEqual(
            ticket.quality_escalation_deadline, datetime(2026, 3, 4, 11, 0)
        )
        self._run()
        quality = self.company._get_quality_user()
        self.assertEqual(self._escalations(ticket).user_id, self.care | quality)
        self._run()
        self.assertEqual(len(self._escalations(ticket)), 2)

    def test_quality_is_not_told_before(self):
        self.company.ticket_quality_escalation_hours = 5000
        ticket = self._create_ticket()
        self._run()
        self.assertEqual(self._escalations(ticket).user_id, self.care)
        self.assertFalse(ticket.quality_escalated_on)

    def test_a_leader_who_left_is_not_told(self):
        colleague = new_test_user(
            self.env, "test_colleague", "helpdesk_mgmt.group_helpdesk_user"
        )
        self.team.user_ids = colleague
        ticket = self._create_ticket(user_id=colleague.id)
        self.care.active = False
        self._run()
        self.assertEqual(self._escalations(ticket).user_id, colleague)

    def test_a_leader_of_another_company_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other"})
        ticket = self._create_ticket()
        self.care.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self._run()
        self.assertEqual(
            self._escalations(ticket).user_id, self.company._get_quality_user()
        )

    def test_a_leader_who_may_not_see_it_is_not_told(self):
        ticket = self._create_ticket()
        self.team.user_id = self.technician
        areas = self.env.ref("airbag_client_mgmt.group_area_member")
        areas.user_ids -= self.technician
        self._run()
        self.assertNotIn(self.technician, self._escalations(ticket).user_id)
        self.assertTrue(self._escalations(ticket))

    def test_one_that_is_reopened_and_late_again_is_told_again(self):
        ticket = self._create_ticket()
        self._run()
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]
        ticket.stage_id = self.stages["in_progress"]
        self.assertFalse(ticket.is_overdue)
        self._run()
        self.assertFalse(self._escalations(ticket))
        ticket.reopened_on = fields.Datetime.now() - timedelta(days=60)
        self._run()
        self.assertEqual(len(self._escalations(ticket)), 1)

    def test_one_that_fails_does_not_stop_the_others(self):
        broken, fine = self._create_ticket(), self._create_ticket()
        model = type(broken)
        give = model._give_escalation

        def fail(ticket, user, unresolved):
            if ticket == broken:
                raise ValueError("Broken")
            return give(ticket, user, unresolved)

        with patch.object(model, "_give_escalation", fail), mute_logger(LOGGER):
            self._run()
        self.assertTrue(self._escalations(fine))
        self.assertFalse(self._escalations(broken))
        self._run()
        self.assertTrue(self._escalations(broken))
