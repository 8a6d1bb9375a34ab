# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagTreatmentStep(models.Model):
    """One step of a treatment's standard procedure. PRO 008 §5.3.2."""

    _name = "airbag.treatment.step"
    _description = "Treatment Step"
    _order = "treatment_id, sequence, id"

    # === FIELDS === #
    treatment_id = fields.Many2one(
        comodel_name="airbag.treatment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="treatment_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Step", required=True, translate=True)
    instruction = fields.Text(translate=True)
    mandatory = fields.Boolean(default=True)
