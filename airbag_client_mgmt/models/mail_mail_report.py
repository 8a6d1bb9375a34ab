# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models

#: How often, and for how long, a mail server that does not answer is tried again.
RETRY_EVERY = timedelta(hours=1)
RETRY_FOR = timedelta(days=2)


class MailMail(models.Model):
    """The e-mail with the report of a visit arrives, or somebody sees it. §5.3.3."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super, which may delete the mail.
        visits = (
            self.env["airbag.intervention"]
            .sudo()
            .with_context(active_test=False)
            .search([("report_message_id", "in", self.mail_message_id.ids)])
        )
        for visit in visits:
            mail = self.filtered(
                lambda mail, visit=visit: (
                    mail.mail_message_id == visit.report_message_id
                )
            )
            mail._follow_report(visit, failure_reason, failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _follow_report(self, visit, reason, failure_type):
        """Try again while the mail server is away; note on the visit what became of it.

        The queue sends the same mail: no second one is ever made here.
        """
        now = fields.Datetime.now()
        first_try = visit.report_sent_on or now
        if failure_type == "mail_smtp" and now < first_try + RETRY_FOR:
            self.write({"state": "outgoing", "scheduled_date": now + RETRY_EVERY})
        elif failure_type or any(mail.state != "sent" for mail in self):
            visit._note_report_undelivered(reason or self[:1].failure_reason)
        else:
            visit._note_report_delivered()
