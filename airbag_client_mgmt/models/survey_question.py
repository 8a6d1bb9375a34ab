# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What an answer was given to: it may not change under answers already given.
FIXED_BY_ANSWERS = (
    "survey_id",
    "is_page",
    "question_type",
    "scale_min",
    "scale_max",
    "matrix_subtype",
)
#: What may change for the next answers, and is told in the survey's messages.
TOLD_TO_READERS = ("title", "responsible_team_id", "is_satisfaction_question")


class SurveyQuestion(models.Model):
    """What a question is about, which area answers for it, which decides. §5.4.

    A question that customers answered keeps its type, scale, subject and survey:
    the figures of the register come from them. Its words may be corrected, since
    each answer keeps the words that were read.
    """

    _inherit = "survey.question"

    # === FIELDS === #
    topic_id = fields.Many2one(
        comodel_name="airbag.improvement.area",
        index="btree_not_null",
        ondelete="restrict",
        help="What the question asks about. The analysis puts together the "
        "questions of all questionnaires about one topic, and a bad answer "
        "proposes it as improvement area.",
    )
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
        self.survey_id._check_one_question_decides()

    @api.constrains(
        "is_satisfaction_question",
        "question_type",
        "survey_id",
        "triggering_answer_ids",
    )
    def _check_survey_in_use(self):
        # While the decision moves to another question, none decides.
        if not self.env.context.get("survey_decision_moves"):
            self.survey_id._check_askable_in_use()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        survey_ids = [
            vals.get("survey_id")
            for vals in vals_list
            if vals.get("is_satisfaction_question")
        ]
        self.env["survey.survey"].browse(filter(None, survey_ids))._free_decision()
        return super().create(vals_list)

    def write(self, vals):
        self._check_answered_write(vals)
        if vals.get("is_satisfaction_question"):
            self.survey_id._free_decision(keep=self)
        told = self._get_told_values() if set(vals) & set(TOLD_TO_READERS) else {}
        surveys = self.survey_id
        result = super().write(vals)
        if told:
            self._tell_changes(told)
        if "survey_id" in vals:
            surveys._check_askable_in_use()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_satisfaction_evidence(self):
        """Keep the answers: the database would delete them with the question."""
        if self._filtered_answered():
            raise UserError(
                self.env._(
                    "Customers have answered this question: keep it, or make a new "
                    "questionnaire for the next services."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deciding(self):
        """Keep the question that decides in the questionnaire of the services."""
        in_use = self.survey_id._filtered_in_use()
        if any(
            question.is_satisfaction_question and question.survey_id in in_use
            for question in self
        ):
            raise UserError(
                self.env._(
                    "This question decides satisfaction in a questionnaire sent "
                    "after each service: choose another one to decide first."
                )
            )

    # === BUSINESS METHODS === #
    def _filtered_answered(self):
        """Return the questions that customers answered, or left out."""
        if not self.ids:
            return self.browse()
        groups = (
            self.env["survey.user_input.line"]
            .sudo()
            ._read_group(
                [
                    ("question_id", "in", self.ids),
                    ("user_input_id.intervention_id", "!=", False),
                ],
                ["question_id"],
            )
        )
        answered = {question.id for [question] in groups}
        return self.filtered(lambda question: question.id in answered)

    def _check_answered_write(self, vals):
        """Refuse what would give another meaning to answers already given.

        :raise UserError: naming the question and what to do instead.
        """
        names = [name for name in (*FIXED_BY_ANSWERS, "topic_id") if name in vals]
        changed = self.filtered(
            lambda question: any(
                question._changes(name, vals[name])
                # A topic may be given later: it classifies, and falsifies nothing.
                and (name != "topic_id" or question.topic_id)
                for name in names
            )
        )
        for question in changed._filtered_answered():
            raise UserError(
                self.env._(
                    "Customers have answered “%(question)s”: its type, scale, topic "
                    "and survey cannot change any more, since the figures of the "
                    "register come from them. Add a new question, or duplicate the "
                    "questionnaire, change the copy and choose it in the settings.",
                    question=question.title,
                )
            )

    def _changes(self, name, value):
        """Say whether writing ``value`` to field ``name`` would change it."""
        field = self._fields[name]
        new = field.convert_to_cache(value, self, validate=False)
        old = field.convert_to_cache(self[name], self, validate=False)
        return new != old

    def _get_told_values(self):
        """Return {question: what readers see of it}, of the answered questions."""
        return {
            question: {name: question._format_told(name) for name in TOLD_TO_READERS}
            for question in self._filtered_answered()
        }

    def _format_told(self, name):
        value = self[name]
        if isinstance(value, models.Model):
            return value.sudo().display_name or self.env._("none")
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        return value

    def _tell_changes(self, told):
        """Note in the messages of the survey what changed for the next answers."""
        labels = self.fields_get(TOLD_TO_READERS, ["string"])
        for question, before in told.items():
            for name, old in before.items():
                new = question._format_told(name)
                if new == old:
                    continue
                question.survey_id._message_log(
                    body=self.env._(
                        "Question “%(question)s”, %(field)s: %(old)s → %(new)s. "
                        "Answers given before keep what was asked.",
                        question=before["title"],
                        field=labels[name]["string"],
                        old=old,
                        new=new,
                    )
                )

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
