# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A service we sell: how it is carried out and what the customer gains.

    Set up by Commercial. Selling a service with a treatment is what makes its
    visits be planned. PRO 008 §5.1.3, §5.3.1.
    """

    _inherit = "product.template"

    # === FIELDS === #
    treatment_id = fields.Many2one(
        comodel_name="airbag.treatment",
        check_company=True,
        index="btree_not_null",
        help="The standard procedure of this service. Orders of a service with a "
        "treatment have their visits planned.",
    )
    service_benefits = fields.Html(
        translate=True,
        help="What the customer gains; shown beside the service on the quotation and "
        "on the contract (PRO 008 §5.1.3).",
    )

    # ``stock`` has this very field, keys included: installed later, it takes over what
    # was set here. It is not among our dependencies, for PRO 008 keeps no inventory.
    tracking = fields.Selection(
        selection=[
            ("serial", "By Unique Serial Number"),
            ("lot", "By Lots"),
            ("none", "By Quantity"),
        ],
        required=True,
        default="none",
        compute="_compute_tracking",
        store=True,
        readonly=False,
        precompute=True,
        help="What a technician must record of the product: an airbag is found again "
        "by its serial number, an inflator by its lot (PRO 008 §5.3.3).",
    )

    # === COMPUTE METHODS === #
    @api.depends("type")
    def _compute_tracking(self):
        """Only goods are traced."""
        for product in self:
            if product.type != "consu" or not product.tracking:
                product.tracking = "none"

    # === CONSTRAINTS === #
    @api.constrains("treatment_id", "type")
    def _check_treatment_of_service(self):
        for product in self:
            if product.treatment_id and product.type != "service":
                raise ValidationError(
                    self.env._(
                        "%(product)s has a treatment, so its type must be Service.",
                        product=product.display_name,
                    )
                )
