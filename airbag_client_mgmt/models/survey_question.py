# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SurveyQuestion(models.Model):
    """Which area answers for a question, and which question decides. §5.4.2."""

    _inherit = "survey.question"

    # === FIELDS === #
    responsible_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Responsible Area",
        index="btree_not_null",
        help="Area that receives the complaint when this question gets the worst "
        "of the bad answers.",
    )
    is_satisfaction_question = fields.Boolean(
        string="Decides Satisfaction",
        help="The customer is satisfied when this question gets one of the top "
        "two of five. One scale question of the survey decides.",
    )

    # === CONSTRAINTS === #
    @api.constrains("is_satisfaction_question", "question_type", "survey_id")
    def _check_is_satisfaction_question(self):
        deciding = self.filtered("is_satisfaction_question")
        if any(question.question_type != "scale" for question in deciding):
            raise ValidationError(
                self.env._("Only a scale question can decide satisfaction.")
            )
        for survey in deciding.survey_id:
            if len(survey.question_ids.filtered("is_satisfaction_question")) > 1:
                raise ValidationError(
                    self.env._(
                        "Only one question of “%(survey)s” can decide satisfaction.",
                        survey=survey.title,
                    )
                )

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_satisfaction_evidence(self):
        """Keep the answers: the database would delete them with the question."""
        lines = self.env["survey.user_input.line"].sudo()
        if lines.search_count(
            [
                ("question_id", "in", self.ids),
                ("user_input_id.intervention_id", "!=", False),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "Customers have answered this question: keep it, or make a new "
                    "questionnaire for the next services."
                )
            )

    # === BUSINESS METHODS === #
    def _validate_scale(self, answer):
        """Refuse a number outside the scale, that only a forged page can send."""
        errors = super()._validate_scale(answer)
        if errors or not answer:
            return errors
        text = str(answer)
        valid = text.lstrip("-").isdigit()
        if not valid or not self.scale_min <= int(text) <= self.scale_max:
            return {
                self.id: self.env._(
                    "Choose a number from %(min)s to %(max)s.",
                    min=self.scale_min,
                    max=self.scale_max,
                )
            }
        return {}
