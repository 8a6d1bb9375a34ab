# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..tools.mail_addresses import is_automatic

#: Context in which what arrives was written by a program: nobody waits for an answer.
AUTOMATIC_MAIL = "airbag_automatic_mail"


class MailThread(models.AbstractModel):
    """What a program wrote is told from what a customer wrote. PRO 008 §5.4.2."""

    _inherit = "mail.thread"

    # === BUSINESS METHODS === #
    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """The headers are known here alone; records are made and written within."""
        if is_automatic(message):
            self = self.with_context(**{AUTOMATIC_MAIL: True})
        return super()._message_route_process(message, message_dict, routes)
