# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagInterventionProduct(models.Model):
    """A product used in an intervention, with its lot or serial number.

    Recorded by the technician; makes an airbag traceable to its vehicle.
    PRO 008 §5.3.3.
    """

    _name = "airbag.intervention.product"
    _description = "Product Used"
    _inherit = ["airbag.intervention.part"]
    _order = "intervention_id, id"
    _rec_name = "product_id"

    # === FIELDS === #
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        index=True,
        check_company=True,
        domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(
        comodel_name="uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    lot_name = fields.Char(string="Lot/Serial", index="trigram")
    vehicle_id = fields.Many2one(
        related="intervention_id.vehicle_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="intervention_id.partner_id", store=True, string="Customer"
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a product must be greater than zero."
    )

    # === COMPUTE METHODS === #
    @api.depends("product_id")
    def _compute_uom_id(self):
        for row in self:
            row.uom_id = row.product_id.uom_id
