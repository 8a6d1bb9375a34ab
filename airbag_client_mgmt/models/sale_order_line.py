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
    service_benefits = fields.Html(
        compute="_compute_service_benefits",
        store=True,
        copy=False,
        help="What the customer gains by the service, as it was when it was quoted "
        "(PRO 008 §5.1.3).",
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
    @api.depends("product_id")
    def _compute_service_benefits(self):
        """Keep the benefits the customer read, in its language: they may change."""
        for line in self:
            order = line.order_id
            lang = order.partner_id.lang or order.company_id._get_lang()
            line.service_benefits = line.product_id.with_context(
                lang=lang
            ).service_benefits

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
        "amending_line_ids.order_id.state",
    )
    def _compute_promised_visit_count(self):
        for line in self:
            if line.order_id._is_frozen_contract() and not line._is_visit_line():
                # The product changed since; what was promised did not.
                line.promised_visit_count = line.promised_visit_count
            else:
                line.promised_visit_count = line._get_promised_visit_count()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """What Odoo itself adds to a confirmed order promises nothing: no quantity."""
        lines = super().create(vals_list)
        lines.filtered(
            lambda line: (
                line.product_uom_qty or line.display_type or line._is_visit_line()
            )
        )._check_terms_not_frozen()
        return lines

    def write(self, vals):
        frozen = self._get_frozen_fields() & set(vals)
        if frozen:
            self._check_terms_not_frozen()
        result = super().write(vals)
        if "order_id" in frozen:
            # A line that only now is one of the contract.
            self._check_terms_not_frozen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed_contract(self):
        self._check_terms_not_frozen()

    # === BUSINESS METHODS === #
    @api.model
    def _get_frozen_fields(self):
        """Return the fields of a line that the signature freezes."""
        return {
            "amended_line_id",
            "discount",
            "display_type",
            "name",
            "order_id",
            "price_unit",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "service_benefits",
            "tax_ids",
            "visit_interval",
            "visit_interval_unit",
        }

    def _check_terms_not_frozen(self):
        """Every line was signed: services, parts, notes.

        Down payments and expenses invoiced again were not: they come afterwards.

        :raise UserError: for a line of a confirmed contract
        """
        agreed = self.filtered(
            lambda line: not (line.is_downpayment or line.is_expense)
        )
        agreed.order_id._check_contract_not_frozen(self.env._("services"))

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
            return 0 if self._is_continued_line() else 1
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
