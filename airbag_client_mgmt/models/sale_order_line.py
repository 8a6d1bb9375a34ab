# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.recurrence import count_occurrences

#: Words used in ``visit_interval_unit``; also on template lines.
VISIT_UNITS = [
    ("day", "Days"),
    ("week", "Weeks"),
    ("month", "Months"),
    ("year", "Years"),
]
#: What is longer than a term can be was mistyped.
MAX_INTERVAL = 1200
INTERVAL_IN_RANGE = f"CHECK (visit_interval BETWEEN 0 AND {MAX_INTERVAL})"


class SaleOrderLine(models.Model):
    """A service of the contract and how often it is given. PRO 008 §5.2.3."""

    _inherit = "sale.order.line"

    # === FIELDS === #
    visit_interval = fields.Integer(
        string="Visit Every",
        help="Visits are counted from the start of the contract: every so many "
        "units. 0: a single visit.",
    )
    visit_interval_unit = fields.Selection(
        selection=VISIT_UNITS, string="Visit Unit", default="month"
    )
    promised_visit_count = fields.Integer(
        string="Promised Visits",
        compute="_compute_promised_visit_count",
        store=True,
        help="Visits from the first to the last day of the contract; 1 for a service "
        "without frequency, 0 while an open-ended contract has no last day.",
    )

    _visit_interval_in_range = models.Constraint(
        INTERVAL_IN_RANGE,
        "The interval between visits must be greater than zero, and at most 1200.",
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "visit_interval",
        "visit_interval_unit",
        "display_type",
        "product_id.treatment_id",
        "order_id.is_service_contract",
        "order_id.contract_start",
        "order_id.contract_end",
        "order_id.amended_order_id",
        "order_id.amendment_start",
        "order_id.replaced_on",
    )
    def _compute_promised_visit_count(self):
        for line in self:
            line.promised_visit_count = line._get_promised_visit_count()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line._is_visit_line())._check_terms_not_frozen()
        return lines

    def write(self, vals):
        frozen = self._get_frozen_fields() & set(vals)
        if frozen:
            self.filtered(lambda line: line._is_visit_line())._check_terms_not_frozen()
        result = super().write(vals)
        if frozen & {"order_id", "product_id"}:
            # A line that only now became a service of the contract.
            self.filtered(lambda line: line._is_visit_line())._check_terms_not_frozen()
        return result

    # === BUSINESS METHODS === #
    @api.model
    def _get_frozen_fields(self):
        """Return the fields of a service that the signature freezes."""
        return {
            "order_id",
            "product_id",
            "product_uom_qty",
            "price_unit",
            "discount",
            "visit_interval",
            "visit_interval_unit",
        }

    def _check_terms_not_frozen(self):
        self.order_id._check_contract_not_frozen(self.env._("services"))

    def _is_visit_line(self):
        """Tell whether the line makes visits: a service with a treatment."""
        self.ensure_one()
        return bool(not self.display_type and self.product_id.treatment_id)

    def _is_recurring(self):
        """Tell whether the line has a frequency within a contract's term."""
        self.ensure_one()
        return (
            self.order_id.is_service_contract
            and 0 < self.visit_interval <= MAX_INTERVAL
            and bool(self.visit_interval_unit)
            and self._is_visit_line()
        )

    def _get_promised_visit_count(self):
        """Return how many visits the term promises (0: unbounded or not a visit)."""
        self.ensure_one()
        if not self._is_visit_line():
            return 0
        if not self._is_recurring():
            return 1
        order = self.order_id
        last_day = order._get_last_day()
        if not order.contract_start or not last_day:
            return 0
        return count_occurrences(
            order.contract_start,
            self.visit_interval,
            self.visit_interval_unit,
            last_day,
            order._get_first_day(),
        )
