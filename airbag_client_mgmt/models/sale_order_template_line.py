# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .sale_order_line import INTERVAL_IN_RANGE, VISIT_UNITS


class SaleOrderTemplateLine(models.Model):
    """A service of a template and how often it is given. PRO 008 §5.2.3."""

    _inherit = "sale.order.template.line"

    # === FIELDS === #
    visit_interval = fields.Integer(
        string="Visit Every",
        help="Visits are counted from the start of the contract: every so many "
        "units. 0: a single visit.",
    )
    visit_interval_unit = fields.Selection(
        selection=VISIT_UNITS, string="Visit Unit", default="month"
    )

    _visit_interval_in_range = models.Constraint(
        INTERVAL_IN_RANGE,
        "The interval between visits must be greater than zero, and at most 1200.",
    )

    # === BUSINESS METHODS === #
    def _prepare_order_line_values(self):
        """Carry the frequency of visits to the quotation."""
        return {
            **super()._prepare_order_line_values(),
            "visit_interval": self.visit_interval,
            "visit_interval_unit": self.visit_interval_unit,
        }
