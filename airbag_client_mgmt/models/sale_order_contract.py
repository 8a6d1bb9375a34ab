# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..tools.recurrence import last_day
from ..tools.texts import merge_texts

#: Unit of a contract's duration; also on quotation templates.
DURATION_UNITS = [("month", "Months"), ("year", "Years")]
#: What is longer than a century was mistyped.
DURATION_IN_RANGE = (
    "CHECK (contract_duration BETWEEN 0"
    " AND CASE WHEN contract_duration_unit = 'year' THEN 100 ELSE 1200 END)"
)


class SaleOrder(models.Model):
    """A quotation with the terms of a service contract; signed, it is the contract.

    Commercial prepares it from a quotation template, the customer signs it on
    the portal, and from then on its terms do not change. PRO 008 §5.2.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    specific_needs = fields.Text(
        compute="_compute_specific_needs",
        store=True,
        readonly=False,
        copy=False,
        help="What the customer expects of our services; printed on the quotation "
        "(PRO 008 §5.1.2).",
    )
    special_requirements = fields.Text(
        compute="_compute_special_requirements",
        store=True,
        readonly=False,
        copy=False,
        help="What must be respected on every visit (PRO 008 §5.1.2).",
    )
    is_service_contract = fields.Boolean(
        string="Service Contract",
        compute="_compute_is_service_contract",
        store=True,
        readonly=False,
        precompute=True,
        help="The order is a contract with a term, a frequency of visits and "
        "obligations of both parties (PRO 008 §5.2.3).",
    )
    contract_start = fields.Date(
        copy=False, tracking=True, help="First day of the service."
    )
    contract_duration = fields.Integer(
        string="Duration",
        compute="_compute_contract_duration",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Length of the term, in the unit beside it.",
    )
    contract_duration_unit = fields.Selection(
        selection=DURATION_UNITS,
        string="Duration Unit",
        compute="_compute_contract_duration_unit",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    is_open_ended = fields.Boolean(
        string="Open-ended",
        compute="_compute_is_open_ended",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The contract has no last day: it runs until one party ends it.",
    )
    contract_end = fields.Date(
        compute="_compute_contract_end",
        store=True,
        index="btree_not_null",
        help="Last day of the service, inclusive; empty when open-ended.",
    )
    service_conditions = fields.Html(
        compute="_compute_service_conditions",
        store=True,
        readonly=False,
        help="How the service is given: places, hours, warranty, prices, payment.",
    )
    obligation_ids = fields.One2many(
        comodel_name="airbag.contract.obligation",
        inverse_name="order_id",
        string="Obligations",
        compute="_compute_obligation_ids",
        store=True,
        readonly=False,
        copy=True,
    )

    _contract_duration_in_range = models.Constraint(
        DURATION_IN_RANGE,
        "The duration of a contract must be greater than zero, and at most 100 years.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id")
    def _compute_specific_needs(self):
        for order in self._get_in_preparation():
            order.specific_needs = order._get_stated_text("specific_needs")

    @api.depends("partner_id")
    def _compute_special_requirements(self):
        for order in self._get_in_preparation():
            order.special_requirements = order._get_stated_text("special_requirements")

    @api.depends("sale_order_template_id")
    def _compute_is_service_contract(self):
        for order in self.filtered("sale_order_template_id"):
            order.is_service_contract = order.sale_order_template_id.is_service_contract

    @api.depends("sale_order_template_id")
    def _compute_contract_duration(self):
        for order in self.filtered("sale_order_template_id"):
            order.contract_duration = order.sale_order_template_id.contract_duration

    @api.depends("sale_order_template_id")
    def _compute_contract_duration_unit(self):
        for order in self:
            template = order.sale_order_template_id
            order.contract_duration_unit = (
                template.contract_duration_unit
                or order.contract_duration_unit
                or "year"
            )

    @api.depends("sale_order_template_id")
    def _compute_is_open_ended(self):
        for order in self.filtered("sale_order_template_id"):
            order.is_open_ended = order.sale_order_template_id.is_open_ended

    @api.depends(
        "is_service_contract",
        "contract_start",
        "contract_duration",
        "contract_duration_unit",
        "is_open_ended",
    )
    def _compute_contract_end(self):
        for order in self:
            order.contract_end = (
                order.is_service_contract
                and order.contract_start
                and not order.is_open_ended
                and order.contract_duration > 0
                and last_day(
                    order.contract_start,
                    order.contract_duration,
                    order.contract_duration_unit or "year",
                )
            )

    @api.depends("sale_order_template_id", "partner_id")
    def _compute_service_conditions(self):
        for order in self:
            template = order.sale_order_template_id.with_context(
                lang=order.partner_id.lang or order.company_id._get_lang()
            )
            if not is_html_empty(template.service_conditions):
                order.service_conditions = template.service_conditions

    @api.depends("sale_order_template_id")
    def _compute_obligation_ids(self):
        """Start from the obligations of the template, in the customer's language."""
        for order in self.filtered("sale_order_template_id"):
            template = order.sale_order_template_id.with_context(
                lang=order.partner_id.lang or order.company_id._get_lang()
            )
            order.obligation_ids = [Command.clear()] + [
                Command.create(obligation._prepare_obligation_values())
                for obligation in template.obligation_template_ids
            ]

    # === ACTION METHODS === #
    def action_quotation_send(self):
        """Send the quotation, once nothing is missing in its terms (§5.1.3).

        :raise UserError: naming each term that is missing.
        """
        self._check_contract_complete()
        return super().action_quotation_send()

    def action_quotation_sent(self):
        """Mark as sent a quotation that left another way, once it is complete.

        :raise UserError: naming each term that is missing.
        """
        self._check_contract_complete()
        return super().action_quotation_sent()

    # === BUSINESS METHODS === #
    def _get_in_preparation(self):
        """Return the orders whose texts are not yet agreed with the customer."""
        return self.filtered(lambda order: order.state in ("draft", "sent"))

    def _get_stated_text(self, fname):
        """Return what opportunity, contact and its company state, each thing once."""
        self.ensure_one()
        partner = self.partner_id
        stated = (self.opportunity_id, partner, partner.commercial_partner_id)
        return merge_texts(record[fname] for record in stated)

    def _has_to_be_signed(self):
        """What cannot be confirmed is not offered for signature on the portal."""
        return super()._has_to_be_signed() and not self._get_contract_error_message()

    def _has_to_be_paid(self):
        """Nor is it offered for payment: the money would come, the contract not."""
        return super()._has_to_be_paid() and not self._get_contract_error_message()

    def _confirmation_error_message(self):
        """Name each term a contract lacks (PRO 008 §5.2.3)."""
        return (
            super()._confirmation_error_message() or self._get_contract_error_message()
        )

    def _get_contract_error_message(self):
        """Return why the order cannot become a contract as it is, or False.

        Amendments and renewals have reasons of their own.
        """
        return self._get_incomplete_contract_message()

    def _check_contract_complete(self):
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            if message := order._get_incomplete_contract_message():
                raise UserError(message)

    def _get_incomplete_contract_message(self):
        self.ensure_one()
        missing = self._get_missing_contract_terms()
        if not missing:
            return False
        return self.env._(
            "The contract %(contract)s is not complete. Missing: %(terms)s.",
            contract=self.name,
            terms=", ".join(missing),
        )

    def _get_missing_contract_terms(self):
        """Return the name of each term the contract lacks, to show to the user."""
        self.ensure_one()
        if not self.is_service_contract:
            return []
        parties = set(self.obligation_ids.mapped("party"))
        lines = self.order_line.filtered(lambda line: line._is_recurring())
        terms = [
            (self.contract_start, self.env._("first day")),
            (
                # What has no last day on any calendar was mistyped.
                self.is_open_ended
                or self.contract_end
                or (self.contract_duration > 0 and not self.contract_start),
                self.env._("duration (or open-ended)"),
            ),
            (
                not is_html_empty(self.service_conditions),
                self.env._("conditions of the service"),
            ),
            (lines, self.env._("a service with its frequency of visits")),
            ("company" in parties, self.env._("obligations of the company")),
            ("customer" in parties, self.env._("obligations of the customer")),
        ]
        return [name for is_present, name in terms if not is_present]

    @api.model
    def _get_frozen_contract_fields(self):
        """Return the fields that the signature of the contract freezes."""
        return {
            "active",
            "company_id",
            "contract_duration",
            "contract_duration_unit",
            "contract_start",
            "currency_id",
            "current_revision_id",
            "date_order",
            "fiscal_position_id",
            "is_open_ended",
            "is_service_contract",
            "name",
            "note",
            "partner_id",
            "payment_term_id",
            "pricelist_id",
            "sale_order_template_id",
            "service_conditions",
            "signature",
            "signed_by",
            "signed_on",
            "special_requirements",
            "specific_needs",
            "unrevisioned_name",
        }

    @api.model
    def _get_contract_facts(self):
        """Return the fields that buttons and the calendar write, never people."""
        return {
            "contract_end",
            "contract_state",
            "next_visit_to_create",
            "renewal_failed_on",
            "renewal_lost_reason_id",
            "renewal_notified_on",
            "renewal_state",
            "renewed_order_id",
            "terminated_on",
            "termination_reason_id",
        }
