# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.renewals import ACTIVITY_RENEWAL


class AirbagRenewalContact(models.Model):
    """One attempt to reach a customer about the renewal of its contract.

    Logged by Commercial from the contract; never changed afterwards, since it is
    the evidence that the customer was asked in time. PRO 008 §5.5.3.
    """

    _name = "airbag.renewal.contact"
    _description = "Renewal Contact"
    _order = "contacted_on desc, id desc"
    _check_company_auto = True

    # === FIELDS === #
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, string="Customer"
    )
    contacted_on = fields.Datetime(
        string="Date", required=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Contacted By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        readonly=True,
    )
    channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("in_person", "In person"),
        ],
        required=True,
        default="phone",
    )
    outcome = fields.Selection(
        selection=[
            ("no_answer", "No answer"),
            ("undecided", "Still undecided"),
            ("proposal", "Wants a proposal"),
            ("interested", "Wants to renew"),
            ("declined", "Does not want to renew"),
        ],
        required=True,
        default="interested",
        help="An attempt without answer is kept, but the customer was not contacted.",
    )
    note = fields.Text(help="What the customer said and needs now.")

    # === COMPUTE METHODS === #
    @api.depends("order_id.name", "contacted_on")
    def _compute_display_name(self):
        for contact in self:
            day = fields.Datetime.context_timestamp(contact, contact.contacted_on)
            contact.display_name = f"{contact.order_id.name or ''} · {day:%d/%m/%Y}"

    # === CONSTRAINTS === #
    @api.constrains("contacted_on", "order_id")
    def _check_contacted_on(self):
        now = fields.Datetime.now()
        for contact in self:
            order = contact.order_id
            day = order.company_id._get_service_date(contact.contacted_on)
            if order.contract_start and day < order.contract_start:
                raise ValidationError(
                    self.env._(
                        "The contact about the renewal of %(contract)s cannot be from "
                        "before the contract began.",
                        contract=order.name,
                    )
                )
        if any(contact.contacted_on > now for contact in self):
            raise ValidationError(
                self.env._(
                    "A contact that has not taken place yet cannot be logged: "
                    "schedule an activity instead."
                )
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Log attempts; an answer closes the reminder of the salesperson.

        Whoever logs an attempt made it: nobody logs one for somebody else.
        """
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        contacts = super().create(vals_list)
        for contact in contacts:
            contact.order_id._check_renewable()
            contact._post_contact()
        reached = contacts.filtered(lambda contact: contact.outcome != "no_answer")
        reached.order_id.activity_feedback([ACTIVITY_RENEWAL])
        return contacts

    # === BUSINESS METHODS === #
    def _post_contact(self):
        """Tell it in the contract's log as well, where its followers read."""
        labels = [
            dict(self._fields[fname]._description_selection(self.env))[self[fname]]
            for fname in ("channel", "outcome")
        ]
        body = Markup("%s: %s") % (
            self.env._("Contact about the renewal"),
            " · ".join([*labels, *([self.note] if self.note else [])]),
        )
        self.order_id.message_post(body=body, subtype_xmlid="mail.mt_note")
