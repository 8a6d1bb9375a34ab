# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .test_ticket_acknowledgement import TicketMailCase


@tagged("post_install", "-at_install")
class TestTicketClosing(TicketMailCase):
    """PRO 008 §5.4.2: what is closed says why, and what is reopened as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rejected = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")

    def _close(self, ticket):
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]

    def test_blanks_are_no_cause(self):
        ticket = self._create_ticket(root_cause=" \n", corrective_action="\t")
        with self.assertRaisesRegex(ValidationError, "root cause"):
            ticket.stage_id = self.stages["done"]

    def test_rejecting_needs_a_reason_and_no_cause(self):
        for stage in (self.rejected, self.stages["cancelled"]):
            ticket = self._create_ticket()
            with self.assertRaisesRegex(ValidationError, "reason"):
                ticket.stage_id = stage
            ticket.cancel_reason = "The warranty covers one year"
            ticket.stage_id = stage
            self.assertFalse(ticket.resolved_on)
            with self.assertRaises(ValidationError):
                ticket.cancel_reason = " "

    def test_a_query_or_a_duplicate_is_closed_without(self):
        query = self._create_ticket(category_id=False, kind="query")
        query.stage_id = self.rejected
        duplicate = self._create_ticket(duplicate_id=query.id)
        duplicate.stage_id = self.stages["cancelled"]
        self.assertTrue(query.closed and duplicate.closed)

    def test_a_rejection_is_told_when_an_answer_was_written(self):
        ticket = self._create_fresh(cancel_reason="Too late")
        ticket.stage_id = self.rejected
        self.assertEqual(len(self._written(ticket)), 1)  # the acknowledgement
        told = self._create_fresh(
            cancel_reason="Too late", customer_answer="It covers one year."
        )
        told.stage_id = self.rejected
        mail = self._written(told) - told.acknowledgement_message_id.mail_ids
        self.assertEqual(len(mail), 1)
        self.assertIn("It covers one year.", mail.body_html)
        self.assertNotIn("Too late", mail.body_html)

    def test_the_stages_write_to_nobody_themselves(self):
        """The helpdesk's own e-mails greet the employee."""
        stages = self.env["helpdesk.ticket.stage"].search([])
        self.assertFalse(stages.mail_template_id)

    def test_a_person_reopens_with_a_reason(self):
        ticket = self._create_ticket()
        self._close(ticket)
        ticket = ticket.with_user(self.care)
        action = ticket.action_reopen()
        wizard = self.env[action["res_model"]].with_user(self.care)
        wizard = wizard.with_context(**action["context"])
        with self.assertRaises(UserError):
            wizard.create({"reason": "  "}).action_apply()
        wizard.create({"reason": "It rattles again"}).action_apply()
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertEqual(ticket.reopen_count, 1)
        note = ticket.message_ids.filtered(lambda m: "It rattles again" in m.body)
        self.assertEqual(note.author_id, self.care.partner_id)
        with self.assertRaises(UserError):
            ticket._reopen("Once more")

    def test_who_drags_it_back_is_asked_why(self):
        ticket = self._create_ticket()
        self._close(ticket)
        ticket.with_user(self.care).stage_id = self.stages["in_progress"]
        self.assertEqual(ticket.reopen_count, 1)
        self.assertEqual(ticket.activity_ids.user_id, self.care)
        self.assertEqual(ticket.activity_ids.summary, "Write why you reopened it")

    def test_who_may_not_write_it_does_not_reopen_it(self):
        ticket = self._create_ticket()
        self._close(ticket)
        with self.assertRaises(AccessError):
            ticket.with_user(self.management).action_reopen()

    def test_changes_of_a_closed_one_leave_a_trace(self):
        ticket = self._create_ticket()
        self._close(ticket)
        self.flush_tracking()
        before = ticket.message_ids
        ticket.write({"root_cause": "Another", "corrective_action": "Another"})
        self.flush_tracking()
        traces = (ticket.message_ids - before).tracking_value_ids
        self.assertEqual(
            set(traces.field_id.mapped("name")), {"root_cause", "corrective_action"}
        )
        self.assertIn("Loose clip", traces.mapped("old_value_text"))
