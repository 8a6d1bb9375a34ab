# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import html2plaintext

#: Channel of a ticket -> the channel of its opportunity.
MEDIUMS = {
    "helpdesk_mgmt.helpdesk_ticket_channel_web": "utm_medium_web",
    "helpdesk_mgmt.helpdesk_ticket_channel_email": "utm_medium_email",
    "helpdesk_mgmt.helpdesk_ticket_channel_phone": "utm_medium_phone",
}
#: Of a request that came in no way we know: somebody told us and we typed it.
DEFAULT_MEDIUM = "utm_medium_phone"
#: Who may say that a request is really a complaint.
RECLASSIFIERS = (
    "helpdesk_mgmt.group_helpdesk_user_own,airbag_client_mgmt.group_quality_manager"
)


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
    quotation_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="Quotation that answers the request, in its current revision. What the "
        "ticket is about, such as a contract, is said apart.",
    )
    quotation_state = fields.Selection(related="quotation_id.state")
    partner_phone = fields.Char(string="Phone")
    partner_company_name = fields.Char(
        string="Customer Company",
        help="As it was told to us; the customer made from the request is registered "
        "as a company of this name.",
    )
    requested_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Requested Service",
        index="btree_not_null",
        check_company=True,
        domain="[('treatment_id', '!=', False)]",
    )

    # === CRUD METHODS === #
    def write(self, vals):
        """Commercial answers requests; what is a complaint is said by who resolves it.

        :raise AccessError: when a salesperson makes something else of a request.
        """
        if {"kind", "category_id"} & set(vals) and not self.env.su:
            self._check_reclassification(vals)
        return super().write(vals)

    # === ACTION METHODS === #
    def action_create_lead(self):
        """Open the opportunity of the request, made now or before. PRO 008 §5.2.1.

        :return: the window of the opportunity
        :raise UserError: when it is another salesperson's, whose work stays private.
        """
        self.ensure_one()
        self.check_access("write")
        # Two people at the same time must end in the same opportunity.
        self.lock_for_update(allow_referencing=True)
        if not self.lead_id:
            leads = self.env["crm.lead"].with_company(self.company_id)
            self.lead_id = leads.create(self._prepare_lead_values())
            self._note_creation(self.lead_id)
        return self._get_document_action(self.lead_id)

    def action_create_quotation(self):
        """Open the quotation of the request, made now or before. PRO 008 §5.2.1.

        One that was cancelled answers nothing: another takes its place.

        :return: the window of the quotation
        :raise UserError: when the ticket has no customer, or the quotation is another
            salesperson's.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.filtered_domain(self._get_quoted_domain()):
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Choose the customer of the ticket before quoting, or create "
                        "its opportunity first."
                    )
                )
            orders = self.env["sale.order"].with_company(self.company_id)
            order = orders.create(self._prepare_quotation_values())
            self._set_quotation(order)
            self._note_creation(order)
        return self._get_document_action(self.quotation_id)

    # === BUSINESS METHODS === #
    def _check_reclassification(self, vals):
        """:raise AccessError: for values that make no request of a request."""
        category = self.env["helpdesk.ticket.category"].browse(vals.get("category_id"))
        kind = vals.get("kind") or category.kind or "request"
        if (
            kind != "request"
            and "request" in self.sudo().mapped("kind")
            and not self.env.user.has_groups(RECLASSIFIERS)
        ):
            raise AccessError(
                self.env._(
                    "Only Customer Care and Quality decide that a request is a query, "
                    "complaint or claim. Ask them to change it."
                )
            )

    @api.model
    def _get_quoted_domain(self):
        """Return the requests that a quotation answers, which was not cancelled."""
        return Domain("quotation_id", "!=", False) & Domain(
            "quotation_id.state", "!=", "cancel"
        )

    def _set_quotation(self, order):
        """Link the quotation that answers the request; it may replace an earlier one.

        A request about nothing yet is about its quotation; one about a contract stays
        about that contract.
        """
        for ticket in self:
            values = {"quotation_id": order.id}
            if not ticket.order_id or ticket.order_id == ticket.quotation_id:
                values["order_id"] = order.id
            ticket.write(values)

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
        """Return the window of a document, to somebody who can open it."""
        if not record.has_access("read"):
            raise UserError(
                self.env._(
                    "%(document)s already answers this request. It belongs to "
                    "%(salesperson)s: agree with that salesperson who attends it.",
                    document=record.sudo().display_name,
                    salesperson=record.sudo().user_id.name or "–",
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_request_salesperson(self):
        """Return whose the new document is: the customer's salesperson, if possible.

        Else of who makes it, who must be able to open it.
        """
        self.ensure_one()
        maker = self.env.user
        # The companies of a colleague are no secret, but need a right to be read.
        usual = self.partner_id.user_id.sudo()
        if (
            usual.active
            and self.company_id in usual.company_ids
            and maker.has_group("sales_team.group_sale_salesman_all_leads")
        ):
            return usual
        return maker

    def _prepare_lead_values(self):
        """Return the values of the opportunity: who asks, what for, by which way."""
        self.ensure_one()
        values = {
            "type": "opportunity",
            "name": self.name,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.partner_name,
            "email_from": self.partner_email,
            "phone": self.partner_phone or self.partner_id.phone,
            "specific_needs": html2plaintext(self.description or "").strip(),
            "medium_id": self._get_request_medium().id,
            "user_id": self._get_request_salesperson().id,
        }
        if self.partner_company_name and not self.partner_id:
            values["partner_name"] = self.partner_company_name
        return values

    def _get_request_medium(self):
        """Return the channel of the opportunity that comes from this request."""
        self.ensure_one()
        medium = DEFAULT_MEDIUM
        for channel, channel_medium in MEDIUMS.items():
            known = self.env.ref(channel, raise_if_not_found=False)
            if known and known == self.channel_id:
                medium = channel_medium
        found = self.env.ref(f"airbag_client_mgmt.{medium}", raise_if_not_found=False)
        return found or self.env["utm.medium"]

    def _prepare_quotation_values(self):
        """Return the values of the quotation made from the request."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.number,
            "opportunity_id": self.lead_id.id,
            "medium_id": self._get_request_medium().id,
            "specific_needs": html2plaintext(self.description or "").strip(),
            "user_id": self._get_request_salesperson().id,
            "order_line": self._prepare_quotation_lines(),
        }

    def _prepare_quotation_lines(self):
        """Return the commands of one line for each service that was asked for."""
        return [
            Command.create({"product_id": product.id})
            for product in self.requested_product_id
        ]

    @api.model
    def _get_request_action(self, domain):
        """Return the window of some tickets, shown as in their register."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_register"
        )
        return {**action, "domain": domain, "context": {"create": False}}
