# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .sale_order_contract import DURATION_IN_RANGE, DURATION_UNITS


class SaleOrderTemplate(models.Model):
    """The terms a quotation starts from. PRO 008 §5.1.3, §5.2.3."""

    _inherit = "sale.order.template"

    # === FIELDS === #
    is_service_contract = fields.Boolean(
        string="Service Contract",
        help="Quotations of this template are contracts with a term, a frequency of "
        "visits and obligations of both parties.",
    )
    contract_duration = fields.Integer(string="Duration", default=1)
    contract_duration_unit = fields.Selection(
        selection=DURATION_UNITS, string="Duration Unit", default="year", required=True
    )
    is_open_ended = fields.Boolean(
        string="Open-ended", help="The contract runs until one party ends it."
    )
    service_conditions = fields.Html(
        translate=True,
        help="How the service is given: places, hours, warranty, prices, payment.",
    )
    obligation_template_ids = fields.One2many(
        comodel_name="airbag.contract.obligation.template",
        inverse_name="template_id",
        string="Obligations",
        copy=True,
    )

    _contract_duration_in_range = models.Constraint(
        DURATION_IN_RANGE,
        "The duration of a contract must be greater than zero, and at most 100 years.",
    )
