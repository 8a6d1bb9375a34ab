# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import email_normalize

from .helpdesk_ticket_resolution import ACTIVITY_TODO
from .mail_thread_ticket import AUTOMATIC_MAIL


class HelpdeskTicket(models.Model):
    """What the customer writes on a ticket is read by who works on it. §5.4.2.

    What was paused until the customer answered goes on. What is closed stays closed:
    most who write then say thanks; the person responsible reads it and reopens.
    """

    _inherit = "helpdesk.ticket"

    # === BUSINESS METHODS === #
    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if len(self) == 1 and self.sudo()._is_written_by_customer(message):
            self.sudo()._follow_reply()
        return result

    def _is_written_by_customer(self, message):
        """Return whether the customer wrote it, by e-mail or on the portal.

        Neither an absence notice, nor what somebody else wrote in copy.
        """
        message = message.sudo()
        if self.env.context.get(AUTOMATIC_MAIL) or message.is_internal:
            return False
        if message.message_type not in ("comment", "email"):
            return False
        author = message.author_id
        if author.user_ids.filtered(lambda user: not user.share):
            return False
        addresses = {
            email_normalize(self.partner_email or ""),
            email_normalize(self.partner_id.email or ""),
        } - {False, ""}
        return (
            bool(author) and author.commercial_partner_id == self.commercial_partner_id
        ) or email_normalize(message.email_from or "") in addresses

    def _follow_reply(self):
        """Resume what waited for the customer; give who is responsible an activity."""
        self.ensure_one()
        if not (self.closed or self.is_paused):
            return
        user = self._get_responsible_user()
        env = self.with_context(lang=user.lang).env
        summary = (
            env._("The customer wrote after it was closed")
            if self.closed
            else env._("The customer answered: go on")
        )
        stage = self._get_working_stage()
        if self.is_paused and stage:
            self.stage_id = stage
        self._give_activity(ACTIVITY_TODO, user, summary)

    def _tell_undelivered(self):
        """Have somebody call who cannot be written to. Called by the mail queue."""
        self.ensure_one()
        user = self._get_responsible_user()
        self._give_activity(
            ACTIVITY_TODO,
            user,
            self.with_context(lang=user.lang).env._(
                "Our e-mail did not arrive: call the customer"
            ),
        )
