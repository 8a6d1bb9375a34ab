# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .mail_mail_report import RETRY_EVERY, RETRY_FOR


class MailMail(models.Model):
    """An e-mail about a complaint leaves once, or somebody hears of it. §5.4.2."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super, which may delete the mail.
        messages = self.mail_message_id
        tickets = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    ("acknowledgement_message_id", "in", messages.ids),
                    ("confirmation_message_id", "in", messages.ids),
                ]
            )
        )
        for ticket in tickets:
            told = ticket.acknowledgement_message_id | ticket.confirmation_message_id
            mail = self.filtered(lambda mail, told=told: mail.mail_message_id in told)
            mail._follow_ticket(ticket, failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _follow_ticket(self, ticket, failure_type):
        """Try again while the mail server is away; note on the ticket what became."""
        now = fields.Datetime.now()
        first_try = min(self.mapped("create_date") or [now])
        if failure_type == "mail_smtp" and now < first_try + RETRY_FOR:
            self.write({"state": "outgoing", "scheduled_date": now + RETRY_EVERY})
        elif failure_type or any(mail.state != "sent" for mail in self):
            ticket._tell_undelivered()
        elif ticket.acknowledgement_message_id in self.mail_message_id:
            ticket.acknowledgement_sent_on = ticket.acknowledgement_sent_on or now
