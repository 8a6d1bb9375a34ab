# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ResCompany(models.Model):
    """The questionnaire of a company can be answered and counted. PRO 008 §5.4.1."""

    _inherit = "res.company"

    # === CONSTRAINTS === #
    @api.constrains("satisfaction_survey_id")
    def _check_satisfaction_survey_id(self):
        self.sudo().satisfaction_survey_id._check_askable()

    # === BUSINESS METHODS === #
    def _get_default_satisfaction_survey(self):
        """Give new companies the shipped questionnaire while it can be asked."""
        survey = super()._get_default_satisfaction_survey()
        askable = survey and not survey.sudo()._get_asking_problems()
        return survey if askable else self.env["survey.survey"]
