# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class MailThread(models.AbstractModel):
    """Good practices that came back informed nobody. PRO 008 §5.5.2."""

    _inherit = "mail.thread"

    # === BUSINESS METHODS === #
    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        message = message_dict.get("bounced_message")
        if message:
            self.env["airbag.guide.delivery"].sudo().search(
                [("mail_message_id", "in", message.ids)]
            )._mark_email_failed()
        return result
