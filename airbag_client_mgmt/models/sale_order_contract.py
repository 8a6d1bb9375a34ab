# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.recurrence import last_day

#: Unit of a contract's duration; also on quotation templates.
DURATION_UNITS = [("month", "Months"), ("year", "Years")]


class SaleOrder(models.Model):
    """A quotation with the terms of a service contract; signed, it is the contract.

    Commercial prepares it from a quotation template, the customer signs it on
    the portal, and from then on its terms do not change. PRO 008 §5.2.
    """

    _inherit = "sale.order"

    # === FIELDS === #
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
    terminated_on = fields.Date(
        string="Terminated On",
        copy=False,
        readonly=True,
        tracking=True,
        help="Last day of the service when the contract is ended before its term.",
    )

    # === COMPUTE METHODS === #
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
