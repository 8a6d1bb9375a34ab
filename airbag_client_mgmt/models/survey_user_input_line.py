# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import scoring
from ..tools.blank_float import BlankFloat


class SurveyUserInputLine(models.Model):
    """One answer of a customer; part of the satisfaction register. §5.4.3.

    It keeps what it meant on the day it was given: what was asked and in which
    words, its score, who answered for it, and whether it decided. None of these
    depends on the question, which may be reworded, or be given to another area.
    """

    _inherit = "survey.user_input.line"

    # === FIELDS === #
    question_asked = fields.Char(
        compute="_compute_meaning",
        store=True,
        precompute=True,
        help="The question as the customer read it, in the customer's language.",
    )
    score = BlankFloat(
        string="Score (1–5)",
        compute="_compute_meaning",
        store=True,
        precompute=True,
        aggregator="avg",
        help="The answer on a scale of 1 to 5; blank when skipped or on no scale.",
    )
    responsible_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Responsible Area",
        compute="_compute_meaning",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Area that answered for the question when the customer did.",
    )
    is_deciding = fields.Boolean(
        compute="_compute_meaning",
        string="Decided Satisfaction",
        store=True,
        precompute=True,
        help="This was the answer that said whether the customer was satisfied.",
    )

    # === COMPUTE METHODS === #
    @api.depends("question_id", "answer_type", "skipped", "value_scale")
    def _compute_meaning(self):
        """Fix what the answer means, when it is given or given again.

        The settings of the question are no dependencies, on purpose.
        """
        for line in self:
            user_input, question = line.user_input_id, line.question_id
            owed = bool(user_input.intervention_id)
            on_scale = owed and question.question_type == "scale"
            lang = user_input.lang_id.code or self.env.lang
            line.question_asked = owed and question.with_context(lang=lang).title
            line.score = owed and line._score_answer()
            line.is_deciding = on_scale and question.is_satisfaction_question
            line.responsible_team_id = on_scale and user_input._get_responsible_team(
                question
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_register_lines()
        return lines

    def write(self, vals):
        self._check_register_lines()
        result = super().write(vals)
        if "user_input_id" in vals:
            self._check_register_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        for user_input in self.user_input_id:
            if user_input.intervention_id and user_input.state == "done":
                raise UserError(
                    self.env._("The answers of customers are evidence: keep them.")
                )

    # === BUSINESS METHODS === #
    def _check_register_lines(self):
        """Keep what customers said out of reach of manual changes.

        :raise AccessError: for anyone; the page and the window act as superuser.
        """
        if not self.env.su and self.user_input_id.filtered("intervention_id"):
            raise AccessError(
                self.env._("The answers of customers cannot be changed by hand.")
            )

    def _score_answer(self):
        """Return the answer on 1..5 by the question's scale, or False."""
        self.ensure_one()
        question = self.question_id
        if self.skipped or self.answer_type != "scale":
            return False
        return scoring.normalise(
            self.value_scale, question.scale_min, question.scale_max
        )

    def _get_satisfaction_score(self):
        """Return the answer on 1..5, or None when it is not on a scale."""
        self.ensure_one()
        return None if self.score is False else self.score
