# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """A service of an amended contract and what it was before. PRO 008 §5.2.3."""

    _inherit = "sale.order.line"

    # === FIELDS === #
    amended_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The same service in the version of the contract before.",
    )
    amending_line_ids = fields.One2many(
        comodel_name="sale.order.line",
        inverse_name="amended_line_id",
        help="The same service in amendments of the contract.",
    )
    qty_invoiced = fields.Float(recursive=True)

    # === COMPUTE METHODS === #
    @api.depends("amended_line_id.qty_invoiced", "order_id.amended_order_id")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    @api.depends("amending_line_ids.order_id.state")
    def _compute_qty_to_invoice(self):
        """What was ordered and not yet invoiced is invoiced under the amendment.

        What it drops, and what is invoiced by what was delivered, stays here.
        """
        result = super()._compute_qty_to_invoice()
        self.filtered(
            lambda line: line._is_invoiced_as_ordered() and line._get_successors()
        ).qty_to_invoice = 0
        return result

    # === BUSINESS METHODS === #
    def _prepare_qty_invoiced(self):
        """What was invoiced under the version before needs no second invoice."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            if line._is_amending() and line._is_invoiced_as_ordered():
                quantities[line] += line.sudo().amended_line_id.qty_invoiced
        return quantities

    def _move_down_payments(self, amendment):
        """What was paid ahead is deducted from what is invoiced from now on.

        As it was invoiced: the order would give the lines its taxes and prices.
        """
        invoiced = ("discount", "name", "price_unit", "product_uom_id", "tax_ids")
        fields_kept = [self._fields[fname] for fname in invoiced]
        with self.env.protecting(fields_kept, self):
            self.order_id = amendment
            self.env.flush_all()

    def _is_invoiced_as_ordered(self):
        self.ensure_one()
        return self.product_id.invoice_policy != "delivery"

    # The version before may be another salesperson's: read as the system.
    def _is_amending(self):
        """Tell whether the line is one of an amendment, and not of a copy of it."""
        self.ensure_one()
        line = self.sudo()
        amended = line.amended_line_id.order_id
        return bool(amended) and amended == line.order_id.amended_order_id

    def _get_successors(self):
        """Return the lines of the signed amendment that stand for this one."""
        return self.sudo().amending_line_ids.filtered(
            lambda line: line.order_id.state == "sale" and line._is_amending()
        )

    def _is_continued_line(self):
        """Tell whether a signed amendment goes on with the same visits."""
        self.ensure_one()
        return any(line._continues_amended_line() for line in self._get_successors())

    def _continues_amended_line(self):
        """Tell whether the service goes on with the same visits as before."""
        self.ensure_one()
        line = self.sudo()
        old = line.amended_line_id
        return (
            line._is_amending()
            and line.order_id.contract_start == old.order_id.contract_start
            and line._get_visit_terms() == old._get_visit_terms()
        )

    def _get_visit_terms(self):
        """Return what the visits of the line follow from."""
        if not self._is_recurring():
            return (self.product_id, False, False)
        return (self.product_id, self.visit_interval, self.visit_interval_unit)

    def _get_line_versions(self):
        """Return the line with those of earlier versions that it continues."""
        self.ensure_one()
        versions = line = self.sudo()
        while line._continues_amended_line():
            line = line.amended_line_id
            versions |= line
        return versions.sudo(self.env.su)
