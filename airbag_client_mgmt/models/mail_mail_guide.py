# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class MailMail(models.Model):
    """Good practices that did not leave informed nobody. PRO 008 §5.5.2."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super, which may delete the mail.
        failed = self.filtered(lambda mail: failure_type or mail.state != "sent")
        deliveries = (
            self.env["airbag.guide.delivery"]
            .sudo()
            .search([("mail_message_id", "in", self.mail_message_id.ids)])
        )
        missed = deliveries.filtered(
            lambda delivery: delivery.mail_message_id in failed.mail_message_id
        )
        missed._mark_email_failed()
        (deliveries - missed)._mark_email_arrived()
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
