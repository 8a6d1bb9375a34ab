# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class MailMail(models.Model):
    """An e-mail that left is the contact with the customer. PRO 008 §5.4.1."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super, which may delete the mail. Without a usable recipient no
        # failure type is given, but the mail is not "sent" either.
        user_inputs = (
            self.env["survey.user_input"]
            .sudo()
            .search([("survey_mail_id", "in", self.ids)])
        )
        for user_input in user_inputs:
            # The queue has no language; what changes is noted for the company to read.
            company = user_input.company_id or self.env.company
            user_input = user_input.with_context(lang=company._get_lang())
            if failure_type or user_input.survey_mail_id.state != "sent":
                user_input.email_failed = True
            else:
                user_input._mark_contacted("email")
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
