# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

TEMPLATE = "airbag_client_mgmt.mail_template_ticket_acknowledgement"
#: Older ones are recorded afterwards: whoever complained has long been told.
FRESH = timedelta(days=1)
#: Acknowledgements to one address in an hour: a program may answer each of them.
PER_HOUR = 5


class HelpdeskTicket(models.Model):
    """The customer is told that the complaint arrived. ISO 10002 7.3, PRO 008 §5.4.2.

    Once, whatever way it came; also by phone, to have the number in writing.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    acknowledgement_message_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    acknowledgement_sent_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the e-mail that tells the customer we have it left.",
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets:
            ticket._acknowledge_by_email()
        return tickets

    def write(self, vals):
        """Who is chosen later is told then: an employee passed on what was said."""
        unknown = self.browse()
        if {"partner_id", "partner_email"} & set(vals):
            unknown = self.filtered(lambda ticket: not ticket._get_customer_email())
        result = super().write(vals)
        for ticket in unknown:
            ticket._acknowledge_by_email()
        return result

    # === BUSINESS METHODS === #
    def _acknowledge_by_email(self):
        """Tell the customer, once, with the number, the area and the deadline."""
        self.ensure_one()
        ticket = self.sudo()
        if not (
            ticket.company_id.ticket_acknowledgement
            and not ticket.acknowledgement_message_id
            and not ticket.is_automatic_message
            and not ticket.closed
            and not ticket.duplicate_id
            and ticket.received_on > ticket.create_date - FRESH
            and ticket._count_recent_acknowledgements() < PER_HOUR
        ):
            return
        ticket.acknowledgement_message_id = ticket._send_customer_mail(TEMPLATE)

    def _count_recent_acknowledgements(self):
        """Return how many were sent to this address within the last hour."""
        since = fields.Datetime.now() - timedelta(hours=1)
        known = "partner_email" if self.partner_email else "partner_id"
        return self.sudo().search_count(
            [
                (known, "=", self.partner_email or self.partner_id.id),
                ("acknowledgement_message_id", "!=", False),
                ("received_on", ">", since),
                ("id", "!=", self.id),
            ]
        )
