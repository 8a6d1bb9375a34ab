# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class SurveySurvey(models.Model):
    """The questionnaire *Encuesta de Satisfacción del Cliente*. PRO 008 §8."""

    _inherit = "survey.survey"

    # === FIELDS === #
    is_satisfaction_survey = fields.Boolean(
        string="Customer Satisfaction Survey",
        help="Used after a service. Commercial, Customer Care and quality may "
        "read its answers without being survey officers.",
    )

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_satisfaction_evidence(self):
        """Keep the answers: the database would delete them with the survey."""
        asked = self.env["survey.user_input"].sudo()
        if asked.search_count(
            [("survey_id", "in", self.ids), ("intervention_id", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._(
                    "Customers were asked with this questionnaire: archive it "
                    "instead of deleting it."
                )
            )
