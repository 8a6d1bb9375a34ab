# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

TEXT_TYPES = ("char_box", "text_box", "numerical_box")


class AirbagSurveyRecordLine(models.TransientModel):
    """One question of the questionnaire that an employee fills in.

    Of a question that is a table, one line is one row of it.
    """

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
    matrix_row_id = fields.Many2one(
        comodel_name="survey.question.answer",
        string="Row",
        readonly=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(related="question_id.sequence", store=True)
    question_type = fields.Selection(related="question_id.question_type")
    is_mandatory = fields.Boolean(related="question_id.constr_mandatory")
    title = fields.Char(string="Asked", compute="_compute_title")
    hint = fields.Char(compute="_compute_hint")
    has_comment = fields.Boolean(compute="_compute_hint")
    is_several = fields.Boolean(compute="_compute_hint")
    question_has_condition = fields.Boolean(compute="_compute_hint")
    # Typed, not chosen: a menu takes its first number when one goes on with Tab.
    value_number = fields.Char(string="Score")
    suggested_answer_id = fields.Many2one(
        comodel_name="survey.question.answer",
        string="Choice",
        domain="[('question_id', '=', question_id)]",
        ondelete="cascade",
    )
    suggested_answer_ids = fields.Many2many(
        comodel_name="survey.question.answer",
        relation="airbag_survey_record_line_choice_rel",
        string="Choices",
        domain="[('question_id', '=', question_id)]",
    )
    value_date = fields.Date(string="Day")
    value_datetime = fields.Datetime(string="Moment")
    value_text = fields.Char(string="Comment")

    # === COMPUTE METHODS === #
    @api.depends("question_id", "matrix_row_id")
    def _compute_title(self):
        for line in self:
            parts = (line.question_id.title, line.matrix_row_id.value)
            line.title = " – ".join(part for part in parts if part)

    @api.depends("question_id")
    def _compute_hint(self):
        """Say what the numbers mean, or under which answers a question is asked."""
        for line in self:
            question = line.question_id
            line.hint = line._get_hint()
            line.has_comment = question.question_type in TEXT_TYPES or (
                question.comments_allowed
            )
            line.question_has_condition = bool(question.triggering_answer_ids)
            line.is_several = question.question_type == "multiple_choice" or (
                question.matrix_subtype == "multiple"
            )

    # === BUSINESS METHODS === #
    def _get_hint(self):
        self.ensure_one()
        question = self.question_id
        hints = []
        if question.question_type == "scale":
            hints.append(
                self.env._(
                    "%(min)s %(min_label)s – %(max)s %(max_label)s",
                    min=question.scale_min,
                    min_label=question.scale_min_label or "",
                    max=question.scale_max,
                    max_label=question.scale_max_label or "",
                )
            )
        if question.triggering_answer_ids:
            hints.append(
                self.env._(
                    "Only if the answer was: %(answers)s",
                    answers=", ".join(question.triggering_answer_ids.mapped("value")),
                )
            )
        return ". ".join(hints)

    def _get_value(self):
        """Return the answer of one question as the survey page would send it."""
        line = self[:1]
        match line.question_type:
            case "scale":
                return (line.value_number or "").strip()
            case "simple_choice":
                choice = line.suggested_answer_id
                return str(choice.id) if choice else ""
            case "multiple_choice":
                return [str(choice.id) for choice in line.suggested_answer_ids]
            case "matrix":
                return {
                    str(row.matrix_row_id.id): [str(choice.id) for choice in chosen]
                    for row in self
                    if (chosen := row.suggested_answer_ids or row.suggested_answer_id)
                }
            case "date":
                return fields.Date.to_string(line.value_date) or ""
            case "datetime":
                return fields.Datetime.to_string(line.value_datetime) or ""
        return line.value_text or ""

    def _get_comment(self):
        """Return the comment beside a choice, or None."""
        line = self[:1]
        if line.question_type in TEXT_TYPES or not line.has_comment:
            return None
        texts = [text for text in self.mapped("value_text") if text]
        return "\n".join(texts) or None
