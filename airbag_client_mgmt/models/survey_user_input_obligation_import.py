# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class SurveyUserInput(models.Model):
    """Nobody is asked about what was done before the company worked with this."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "airbag.import.mark"]

    # === BUSINESS METHODS === #
    @api.model
    def _get_survey_obligations_domain(self):
        domain = super()._get_survey_obligations_domain()
        return domain & Domain("imported_on", "=", False)

    @api.model
    def _get_survey_followup_domain(self):
        domain = super()._get_survey_followup_domain()
        return domain & Domain("imported_on", "=", False)
