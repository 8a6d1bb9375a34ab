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
    qty_invoiced = fields.Float(recursive=True)

    # === COMPUTE METHODS === #
    @api.depends("amended_line_id.qty_invoiced", "order_id.amended_order_id")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    @api.depends("order_id.replaced_on")
    def _compute_qty_to_invoice(self):
        """What was not invoiced before the amendment is invoiced under it."""
        result = super()._compute_qty_to_invoice()
        self.filtered("order_id.replaced_on").qty_to_invoice = 0
        return result

    # === BUSINESS METHODS === #
    def _prepare_qty_invoiced(self):
        """What was invoiced under the version before needs no second invoice."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            if line._is_amending():
                quantities[line] += line.sudo().amended_line_id.qty_invoiced
        return quantities

    def _is_amending(self):
        """Tell whether the line is one of an amendment, and not of a copy of it."""
        self.ensure_one()
        amended = self.amended_line_id.order_id
        return bool(amended) and amended == self.order_id.amended_order_id

    def _continues_amended_line(self):
        """Tell whether the service goes on with the same visits as before."""
        self.ensure_one()
        old = self.amended_line_id
        return (
            self._is_amending()
            and self.order_id.contract_start == old.order_id.contract_start
            and self._get_visit_terms() == old._get_visit_terms()
        )

    def _get_visit_terms(self):
        """Return what the visits of the line follow from."""
        if not self._is_recurring():
            return (self.product_id, False, False)
        return (self.product_id, self.visit_interval, self.visit_interval_unit)

    def _get_line_versions(self):
        """Return the line with those of earlier versions that it continues."""
        self.ensure_one()
        versions = line = self
        while line._continues_amended_line():
            line = line.amended_line_id
            versions |= line
        return versions
