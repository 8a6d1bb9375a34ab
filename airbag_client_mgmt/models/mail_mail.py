# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain


class MailMail(models.Model):
    """An e-mail that left is the contact with the customer. PRO 008 §5.4.1."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super, which may delete the mail.
        user_inputs = (
            self.env["survey.user_input"]
            .sudo()
            .search(
                Domain("survey_mail_id", "in", self.ids)
                | Domain("reminder_mail_id", "in", self.ids)
            )
        )
        for user_input in user_inputs:
            # The queue has no language; what changes is noted for the company to read.
            company = user_input.company_id or self.env.company
            user_input = user_input.with_context(lang=company._get_lang())
            mails = user_input.survey_mail_id | user_input.reminder_mail_id
            for mail in mails & self:
                reason = failure_reason or mail.failure_reason
                user_input._note_mail_result(mail, reason, failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
