# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagTreatment(models.Model):
    """A kind of service (*tipo de tratamiento*) and its standard procedure.

    Set up by the quality manager; read by everyone who sells, plans or carries
    out a service. PRO 008 §5.3.2.
    """

    _name = "airbag.treatment"
    _description = "Treatment"
    _inherit = ["mail.thread"]
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, tracking=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    version = fields.Char(
        string="Procedure Version",
        default="1",
        required=True,
        tracking=True,
        help="Version of the standard procedure below; it is copied to each "
        "intervention when it starts.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the treatment among all companies.",
    )
    planned_hours = fields.Float(
        default=1.0, required=True, help="Working time of one visit, in hours."
    )
    description = fields.Html(translate=True)
    step_ids = fields.One2many(
        comodel_name="airbag.treatment.step", inverse_name="treatment_id", copy=True
    )
    product_ids = fields.Many2many(
        comodel_name="product.product",
        string="Usual Products",
        help="Products that this treatment usually takes.",
        check_company=True,
    )
    qualified_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="airbag_treatment_qualified_user_rel",
        string="Qualified Technicians",
        help="Who may be suggested for this treatment. Empty: every technician.",
    )

    _check_company_auto = True
    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "The code of a treatment must be unique."
    )
    _planned_hours_positive = models.Constraint(
        "CHECK (planned_hours > 0)", "The planned hours must be greater than zero."
    )
