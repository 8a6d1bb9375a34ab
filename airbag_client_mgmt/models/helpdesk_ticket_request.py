# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize, html2plaintext, parse_contact_from_email

#: Channel of a ticket -> the channel of its opportunity.
MEDIUMS = {
    "helpdesk_mgmt.helpdesk_ticket_channel_web": "utm_medium_web",
    "helpdesk_mgmt.helpdesk_ticket_channel_email": "utm_medium_email",
    "helpdesk_mgmt.helpdesk_ticket_channel_phone": "utm_medium_phone",
}


class HelpdeskTicket(models.Model):
    """A request of a service: web form, e-mail or phone, one register. §5.2.1.

    Goes to Commercial, and becomes an opportunity or a quotation in one click.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    partner_phone = fields.Char(string="Phone")
    requested_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Requested Service",
        index="btree_not_null",
        check_company=True,
        domain="[('treatment_id', '!=', False)]",
    )
    request_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names one filled-in web form, so that it makes one request, however "
        "often it is sent.",
    )

    _request_key_uniq = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This request was already received.",
    )

    # === ACTION METHODS === #
    def action_create_lead(self):
        """Open the opportunity of the request, made now or before. PRO 008 §5.2.1.

        :return: the window of the opportunity
        """
        self.ensure_one()
        self.check_access("write")
        # Two people at the same time must end in the same opportunity.
        self.lock_for_update(allow_referencing=True)
        if not self.lead_id:
            lead = self.env["crm.lead"].create(self._prepare_lead_values())
            self.lead_id = lead
            self._note_creation(lead)
        return self._get_document_action(self.lead_id)

    def action_create_quotation(self):
        """Open the quotation of the request, made now or before. PRO 008 §5.2.1.

        :return: the window of the quotation
        :raise UserError: when the ticket has no customer.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.order_id:
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Choose the customer of the ticket before quoting, or create "
                        "its opportunity first."
                    )
                )
            order = self.env["sale.order"].create(self._prepare_quotation_values())
            self.order_id = order
            self._note_creation(order)
        return self._get_document_action(self.order_id)

    # === BUSINESS METHODS === #
    def _note_creation(self, record):
        """Say on both sides where the new document comes from."""
        self.message_post(
            body=self.env._("%(document)s created.", document=record._get_html_link()),
            subtype_xmlid="mail.mt_note",
        )
        record.message_post(
            body=self.env._("From the request %(ticket)s.", ticket=self.number),
            subtype_xmlid="mail.mt_note",
        )

    def _get_document_action(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _prepare_lead_values(self):
        """Return the values of the opportunity: who asks, what for, by which way."""
        self.ensure_one()
        needs = html2plaintext(self.description or "").strip()
        salesperson = self.partner_id.user_id or self.env.user
        return {
            "type": "opportunity",
            "name": self.name,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.partner_name,
            "email_from": self.partner_email,
            "phone": self.partner_phone or self.partner_id.phone,
            "specific_needs": needs,
            "medium_id": self._get_request_medium().id,
            "user_id": salesperson.id,
        }

    def _get_request_medium(self):
        """Return the channel of the opportunity that comes from this request."""
        self.ensure_one()
        for channel, medium in MEDIUMS.items():
            known = self.env.ref(channel, raise_if_not_found=False)
            if known and known == self.channel_id:
                found = self.env.ref(
                    f"airbag_client_mgmt.{medium}", raise_if_not_found=False
                )
                return found or self.env["utm.medium"]
        return self.env["utm.medium"]

    def _prepare_quotation_values(self):
        """Return the values of the quotation made from the request."""
        self.ensure_one()
        product = self.requested_product_id
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.number,
            "opportunity_id": self.lead_id.id,
            "medium_id": self._get_request_medium().id,
            "specific_needs": html2plaintext(self.description or "").strip(),
            "user_id": self.partner_id.user_id.id or self.env.user.id,
            "order_line": [Command.create({"product_id": product.id})]
            if product
            else [],
        }

    @api.model
    def _get_request_action(self, domain):
        """Return the window of some tickets, shown as in their register."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_register"
        )
        return {**action, "domain": domain, "context": {"create": False}}

    @api.model
    def _get_request_defaults(self, channel):
        """Return the values of every request that comes by a channel."""
        category = self.env.ref("airbag_client_mgmt.helpdesk_category_service_request")
        return {
            "kind": "request",
            "category_id": category.id,
            "team_id": category.team_id.id,
            "channel_id": self.env.ref(
                f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
            ).id,
            "user_id": False,
        }

    @api.model
    def message_new(self, msg, custom_values=None):
        """A ticket that comes by e-mail says so; one to Commercial is a request."""
        values = dict(custom_values or {})
        team = self.env.ref(
            "airbag_client_mgmt.helpdesk_team_commercial", raise_if_not_found=False
        )
        if team and values.get("team_id") == team.id:
            values = {**self._get_request_defaults("email"), **values}
        else:
            channel = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
            values.setdefault("channel_id", channel.id)
            values.setdefault("user_id", False)
        name, email = parse_contact_from_email(msg.get("email_from") or msg.get("from"))
        values.setdefault("partner_name", name or email)
        return super().message_new(msg, custom_values=values)

    @api.model
    def _create_web_request(self, values, key):
        """Return the request of one filled-in web form, once. PRO 008 §5.2.1.

        Called by the public page, as the system.

        :param dict values: what the visitor wrote, already checked
        :param str key: names the form that was filled in
        """
        known = self.search([("request_key", "=", key)], limit=1)
        return known or self.create(
            {
                **self._get_request_defaults("web"),
                "company_id": self.env.company.id,
                "request_key": key,
                **values,
            }
        )

    @api.model
    def _count_recent_requests(self, email, since):
        """Return how many web requests an e-mail made since a moment."""
        return self.search_count(
            Domain("request_key", "!=", False)
            & Domain("partner_email", "=ilike", email_normalize(email))
            & Domain("received_on", ">=", since)
        )
