# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.survey_user_input import CONTACT_CHANNELS


class AirbagSurveyRecord(models.TransientModel):
    """The questionnaire, filled in by an employee for a customer. §5.4.1.

    The survey page refuses a logged-in user who is not the customer; this
    window is for what the customer says by phone, writes on paper, or tells.
    """

    _name = "airbag.survey.record"
    _description = "Record Survey Answers"

    # === FIELDS === #
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Survey",
        required=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="user_input_id.partner_id")
    phone = fields.Char(related="partner_id.phone")
    intervention_id = fields.Many2one(related="user_input_id.intervention_id")
    service_date = fields.Date(related="user_input_id.service_date")
    channel = fields.Selection(
        selection=CONTACT_CHANNELS, required=True, default="phone"
    )
    told_on = fields.Date(
        string="Said on",
        compute="_compute_told_on",
        store=True,
        readonly=False,
        help="When the customer said it, or filled in the paper.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        string="Paper",
        help="The scanned questionnaire; it is kept in the history of the survey.",
    )
    line_ids = fields.One2many(
        comodel_name="airbag.survey.record.line",
        inverse_name="record_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    has_scales = fields.Boolean(compute="_compute_columns")
    has_choices = fields.Boolean(compute="_compute_columns")
    has_several = fields.Boolean(compute="_compute_columns")
    has_dates = fields.Boolean(compute="_compute_columns")
    has_moments = fields.Boolean(compute="_compute_columns")

    # === COMPUTE METHODS === #
    @api.depends("line_ids")
    def _compute_columns(self):
        """Show the columns that the questions of this questionnaire need."""
        for wizard in self:
            lines = wizard.line_ids
            types = set(lines.mapped("question_type"))
            one = lines.filtered(lambda line: not line.is_several)
            wizard.has_scales = "scale" in types
            wizard.has_choices = bool(
                {"simple_choice", "matrix"} & set(one.mapped("question_type"))
            )
            wizard.has_several = any(lines.mapped("is_several"))
            wizard.has_dates = "date" in types
            wizard.has_moments = "datetime" in types

    @api.depends("user_input_id")
    def _compute_told_on(self):
        for wizard in self:
            wizard.told_on = wizard.user_input_id.company_id._get_service_today()

    @api.depends("user_input_id")
    def _compute_line_ids(self):
        """List the questions; of a table, one line for each of its rows.

        What the customer began to answer on the page is there already.
        """
        for wizard in self:
            user_input = wizard.user_input_id
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {
                            "question_id": question.id,
                            "matrix_row_id": row.id,
                            **wizard._prepare_begun_values(question, row),
                        }
                    )
                    for question in user_input.survey_id.question_ids
                    for row in question.matrix_row_ids or [question.matrix_row_ids]
                ),
            ]

    # === ACTION METHODS === #
    def action_apply(self):
        """Save the answers in the register.

        :raise UserError: naming the answers that are missing or not valid.
        """
        self.ensure_one()
        answers, comments = {}, {}
        for question, lines in self.line_ids.grouped("question_id").items():
            answers[question] = lines._get_value()
            comments[question] = lines._get_comment()
        self.user_input_id._record_answers(
            answers,
            self.channel,
            comments=comments,
            told_on=self.told_on,
            attachments=self.attachment_ids,
        )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #
    def _prepare_begun_values(self, question, row):
        """Return what the customer already answered to a question on the page."""
        begun = self.user_input_id.user_input_line_ids.filtered(
            lambda line: (
                line.question_id == question
                and line.matrix_row_id == row
                and not line.skipped
            )
        )
        values = {}
        for line in begun:
            match line.answer_type:
                case "scale":
                    values["value_number"] = str(line.value_scale)
                case "char_box" | "text_box":
                    values["value_text"] = line[f"value_{line.answer_type}"]
        return values
