# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import codecs
import logging

from odoo import api, models
from odoo.tools import email_normalize

from ..tools.mail_addresses import is_automatic_reply

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """What machines answer is no complaint. PRO 008 §5.4.2."""

    _inherit = "mail.thread"

    # === BUSINESS METHODS === #
    @api.model
    def message_parse(self, message, save_original=False):
        """Read a text whose encoding nobody knows, rather than lose the message."""
        for part in message.walk():
            charset = part.get_content_charset()
            try:
                codecs.lookup(charset or "utf-8")
            except (LookupError, ValueError):
                part.set_param("charset", "utf-8")
        return super().message_parse(message, save_original=save_original)

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """Keep absence notes and our own messages out of the register of complaints.

        Each would be answered, and each answer be answered by the machine again.
        """
        if route[0] == "helpdesk.ticket" and self._is_of_no_customer(
            message, message_dict
        ):
            _logger.info(
                "Ignored mail from %s with Message-Id %s: answered by a machine",
                message_dict.get("email_from"),
                message_dict.get("message_id"),
            )
            return False
        return super()._routing_check_route(
            message, message_dict, route, raise_exception=raise_exception
        )

    @api.model
    def _is_of_no_customer(self, message, message_dict):
        """Tell whether a machine answers, or we write to ourselves."""
        if is_automatic_reply(message):
            return True
        address = email_normalize(message_dict.get("email_from"))
        if not address:
            return False
        domains = self.env["mail.alias.domain"].sudo().search([("name", "!=", False)])
        own = {
            *domains.mapped("bounce_email"),
            *domains.mapped("catchall_email"),
            *domains.mapped("default_from_email"),
        }
        if address in own:
            return True
        aliases = self.env["mail.alias"].sudo()
        return bool(aliases.search_count([("alias_full_name", "=", address)], limit=1))
