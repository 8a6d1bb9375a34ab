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
    intervention_id = fields.Many2one(related="user_input_id.intervention_id")
    channel = fields.Selection(
        selection=CONTACT_CHANNELS, required=True, default="phone"
    )
    line_ids = fields.One2many(
        comodel_name="airbag.survey.record.line",
        inverse_name="record_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #
    @api.depends("user_input_id")
    def _compute_line_ids(self):
        """List the questions that can be asked by phone."""
        for wizard in self:
            survey = wizard.user_input_id.survey_id
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create({"question_id": question.id})
                    for question in survey.question_ids
                    if question.question_type in wizard._get_question_types()
                ),
            ]

    # === ACTION METHODS === #
    def action_apply(self):
        """Save the answers in the register.

        :raise UserError: naming the answers that are missing or not valid.
        """
        self.ensure_one()
        answers = {line.question_id: line._get_value() for line in self.line_ids}
        self.user_input_id._record_answers(answers, self.channel)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #
    @api.model
    def _get_question_types(self):
        return ("scale", "simple_choice", "char_box", "text_box", "numerical_box")
