# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


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

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.treatment_id._raise_version()
        return steps

    def write(self, vals):
        """Other steps are another version of the procedure."""
        treatments = self.treatment_id
        changed = any(step._changes(vals) for step in self)
        result = super().write(vals)
        if changed:
            (treatments | self.treatment_id)._raise_version()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_raise_version(self):
        self.treatment_id._raise_version()

    # === BUSINESS METHODS === #
    def _changes(self, vals):
        """Tell whether ``vals`` say anything new: moving rows writes them all."""
        self.ensure_one()
        return any(
            self._fields[name].convert_to_write(self[name], self) != (value or False)
            for name, value in vals.items()
            if name in self._fields
        )
