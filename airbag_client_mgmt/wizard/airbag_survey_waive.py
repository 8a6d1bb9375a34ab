# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagSurveyWaive(models.TransientModel):
    """Ask quality why a customer is not asked. PRO 008 §5.4.1."""

    _name = "airbag.survey.waive"
    _description = "Waive Satisfaction Surveys"

    # === FIELDS === #
    user_input_ids = fields.Many2many(
        comodel_name="survey.user_input", string="Surveys", required=True
    )
    reason = fields.Char(required=True)

    # === ACTION METHODS === #
    def action_apply(self):
        """Waive the surveys."""
        self.ensure_one()
        self.user_input_ids._waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
