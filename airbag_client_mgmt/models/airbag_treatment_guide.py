# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagTreatment(models.Model):
    """What the customer of a treatment is to know. PRO 008 §5.5.2."""

    _inherit = "airbag.treatment"

    # === FIELDS === #
    guide_ids = fields.Many2many(
        comodel_name="airbag.guide",
        relation="airbag_guide_treatment_rel",
        column1="treatment_id",
        column2="guide_id",
        string="Good Practices",
        check_company=True,
        help="Guides of which the customer of this treatment is informed.",
    )
