# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagSurveyRecordLine(models.TransientModel):
    """One question of the questionnaire that an employee fills in."""

    _name = "airbag.survey.record.line"
    _description = "Recorded Survey Answer"
    _order = "sequence, id"

    # === FIELDS === #
    record_id = fields.Many2one(
        comodel_name="airbag.survey.record",
        required=True,
        index=True,
        ondelete="cascade",
    )
    question_id = fields.Many2one(
        comodel_name="survey.question",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(related="question_id.sequence", store=True)
    question_type = fields.Selection(related="question_id.question_type")
    is_mandatory = fields.Boolean(related="question_id.constr_mandatory")
    scale_label = fields.Char(string="Scale", compute="_compute_scale_label")
    value_scale = fields.Selection(
        selection=[(str(number), str(number)) for number in range(11)],
        string="Score",
    )
    suggested_answer_id = fields.Many2one(
        comodel_name="survey.question.answer",
        string="Choice",
        domain="[('question_id', '=', question_id)]",
        ondelete="cascade",
    )
    value_text = fields.Char(string="Comment")

    # === COMPUTE METHODS === #
    @api.depends("question_id")
    def _compute_scale_label(self):
        for line in self:
            question = line.question_id
            line.scale_label = (
                self.env._(
                    "%(min)s %(min_label)s – %(max)s %(max_label)s",
                    min=question.scale_min,
                    min_label=question.scale_min_label or "",
                    max=question.scale_max,
                    max_label=question.scale_max_label or "",
                )
                if question.question_type == "scale"
                else False
            )

    # === BUSINESS METHODS === #
    def _get_value(self):
        """Return the answer as the survey page would send it."""
        self.ensure_one()
        if self.question_type == "scale":
            return self.value_scale or ""
        if self.question_type == "simple_choice":
            answer = self.suggested_answer_id
            return str(answer.id) if answer else ""
        return self.value_text or ""
