# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagInterventionPart(models.AbstractModel):
    """A row of an intervention's documentation: locked when that is done."""

    _name = "airbag.intervention.part"
    _description = "Part of an Intervention"
    _check_company_auto = True

    # === FIELDS === #
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="intervention_id.company_id", store=True, index=True
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_intervention_open()
        return parts

    def write(self, vals):
        if set(vals) - self._get_fields_writable_when_done():
            self._check_intervention_open()
        result = super().write(vals)
        if "intervention_id" in vals:
            self._check_intervention_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_intervention_open()

    def _check_intervention_open(self):
        """:raise UserError: if the intervention of a row is done, or broken off."""
        self.intervention_id._check_locked({"documentation": True})
        self.intervention_id._check_not_broken_off()

    @api.model
    def _get_fields_writable_when_done(self):
        """Return the names of fields that live on after the visit."""
        return set()
