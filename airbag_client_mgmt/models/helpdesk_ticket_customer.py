# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import email_normalize, format_datetime, formataddr

from ..tools.mail_addresses import reads_mail
from .mail_thread_ticket import AUTOMATIC_MAIL

MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
#: What other programs read to know that they need not answer (RFC 3834).
AUTOMATIC_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
}


class HelpdeskTicket(models.Model):
    """The person who complained, and how we write to that person. PRO 008 §5.4.2."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    is_automatic_message = fields.Boolean(
        readonly=True,
        copy=False,
        help="A program wrote the e-mail it came with: nobody waits for an answer.",
    )

    # === BUSINESS METHODS === #
    @api.model
    def message_new(self, msg, custom_values=None):
        """Remember that a program wrote the e-mail: two that answer would never end."""
        values = dict(custom_values or {})
        if self.env.context.get(AUTOMATIC_MAIL):
            values["is_automatic_message"] = True
        return super().message_new(msg, custom_values=values)

    def _get_customer_email(self):
        """Return the bare address of who complained; empty when nobody reads it.

        Nor do we write to an address of our own: the e-mail would open a ticket.
        """
        self.ensure_one()
        ticket = self.sudo()
        email = email_normalize(ticket.partner_email or "") or email_normalize(
            ticket.partner_id.email or ""
        )
        own = {
            email_normalize(company.email or "")
            for company in self.env["res.company"].sudo().search([])
        }
        if not reads_mail(email) or email in own:
            return ""
        if self.env["mail.alias.domain"].sudo()._find_aliases([email]):
            return ""
        return email

    def _get_customer_name(self):
        """Return how we call who complained."""
        self.ensure_one()
        return self.partner_name or self.partner_id.name or ""

    def _format_customer_address(self):
        """Return the recipient of our e-mails. Called by their templates."""
        self.ensure_one()
        email = self._get_customer_email()
        return formataddr((self._get_customer_name(), email)) if email else ""

    def _get_customer_lang(self):
        """Return the language of who complained, else the company's."""
        self.ensure_one()
        return self.sudo().partner_id.lang or self.sudo().company_id._get_lang()

    def _format_local_datetime(self, moment):
        """Return a moment as the customer reads it, where the area works."""
        self.ensure_one()
        zone = self._get_calendar().tz or self.company_id._get_service_tz()
        return format_datetime(
            self.env,
            moment,
            tz=zone,
            dt_format="EEEE d MMMM, HH:mm",
            lang_code=self.env.context.get("lang") or self._get_customer_lang(),
        )

    def _get_customer_url(self):
        """Return the address of the page on which the customer follows the ticket."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.sudo().get_portal_url()}"

    def _send_customer_mail(self, xmlid):
        """Put an e-mail to the customer in the queue, in this transaction.

        :return: its message, on the ticket; empty when there is nobody to write to,
            or history is being made (an import, the demo).
        """
        self.ensure_one()
        nothing = self.env["mail.message"]
        context = self.env.context
        history = context.get("tracking_disable") or context.get("import_file")
        if history or not self._get_customer_email():
            return nothing
        ticket = self.sudo()
        template = self.env.ref(xmlid, raise_if_not_found=False)
        if not template:
            return nothing
        values = {
            "headers": repr(AUTOMATIC_HEADERS),
            # Of a bad answer, whoever runs this is called "Public user".
            "author_id": ticket.company_id.partner_id.id,
        }
        template = template.sudo().with_company(ticket.company_id)
        mail_id = template.send_mail(ticket.id, email_values=values)
        # The queue runs each hour: nobody waits that long for an answer.
        self.env.ref(MAIL_QUEUE).sudo()._trigger()
        return self.env["mail.mail"].sudo().browse(mail_id).mail_message_id
