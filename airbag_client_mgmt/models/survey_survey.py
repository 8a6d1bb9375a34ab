# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: Settings of the survey that decide whether a customer can answer it.
ASKABLE_FIELDS = (
    "access_mode",
    "active",
    "certification",
    "is_satisfaction_survey",
    "is_time_limited",
    "questions_selection",
    "scoring_type",
    "survey_type",
    "users_login_required",
)


class SurveySurvey(models.Model):
    """The questionnaire *Encuesta de Satisfacción del Cliente*. PRO 008 §8.

    The one chosen in the settings is asked after each service: it must have one
    question that decides, and let every customer answer. To change what answered
    questions mean, duplicate it: the copy keeps topics, areas and what decides.
    """

    _inherit = "survey.survey"

    # === FIELDS === #
    is_satisfaction_survey = fields.Boolean(
        string="Customer Satisfaction Survey",
        help="Used after a service. Commercial, Customer Care and quality may "
        "read its answers without being survey officers.",
    )

    # === CONSTRAINTS === #
    @api.constrains(*ASKABLE_FIELDS)
    def _check_askable_settings(self):
        self._check_askable_in_use()

    # === CRUD METHODS === #
    def write(self, vals):
        self._check_register_write(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_satisfaction_evidence(self):
        """Keep the answers: the database would delete them with the survey."""
        if self._filtered_asked():
            raise UserError(
                self.env._(
                    "Customers were asked with this questionnaire: archive it "
                    "instead of deleting it."
                )
            )

    # === BUSINESS METHODS === #
    def _filtered_asked(self):
        """Return the surveys that customers were asked with after a service."""
        asked = self.env["survey.user_input"].sudo()
        groups = asked._read_group(
            [("survey_id", "in", self.ids), ("intervention_id", "!=", False)],
            ["survey_id"],
        )
        found = {survey.id for [survey] in groups}
        return self.filtered(lambda survey: survey.id in found)

    def _filtered_in_use(self):
        """Return the surveys that a company sends after each service."""
        companies = self.env["res.company"].sudo()
        used = companies.search([("satisfaction_survey_id", "in", self.ids)])
        return self.filtered(
            lambda survey: survey.id in used.satisfaction_survey_id.ids
        )

    def _check_register_write(self, vals):
        """Keep the questionnaires of the register readable by who reads it.

        :raise UserError: when a questionnaire customers were asked with leaves it.
        """
        leaves = not vals.get("is_satisfaction_survey", True)
        flagged = self.filtered("is_satisfaction_survey") if leaves else self.browse()
        for survey in flagged._filtered_asked():
            raise UserError(
                self.env._(
                    "Customers were asked with “%(survey)s”: it stays a customer "
                    "satisfaction survey. Choose another one in the settings for "
                    "the next services.",
                    survey=survey.title,
                )
            )

    def _free_decision(self, keep=None):
        """Let another question decide from now on: the one that did gives way.

        The form saves questions one by one, and a survey in use is never without.
        Called before a question that decides is saved; if it cannot decide, its
        own constraints refuse both.
        """
        deciding = self.question_ids.filtered("is_satisfaction_question")
        if keep:
            deciding -= keep
        if deciding:
            deciding.with_context(survey_decision_moves=True).write(
                {"is_satisfaction_question": False}
            )

    def _check_one_question_decides(self):
        for survey in self:
            if len(survey.question_ids.filtered("is_satisfaction_question")) > 1:
                raise ValidationError(
                    self.env._(
                        "Only one question of “%(survey)s” can decide satisfaction.",
                        survey=survey.title,
                    )
                )

    def _check_askable_in_use(self):
        """Check the questionnaires that the companies send after each service."""
        self._filtered_in_use()._check_askable()

    def _check_askable(self):
        """Refuse a questionnaire that would lose answers of customers.

        Called when a company chooses it, and when one in use changes.

        :raise ValidationError: with all that is to be corrected.
        """
        for survey in self:
            problems = survey._get_asking_problems()
            if problems:
                raise ValidationError(
                    self.env._(
                        "“%(survey)s” cannot be sent after the services:\n%(problems)s",
                        survey=survey.title,
                        problems="\n".join(f"- {problem}" for problem in problems),
                    )
                )

    def _get_asking_problems(self):
        """Return what keeps customers from answering, or answers from counting.

        Hook: modules that add ways to close a survey add theirs.
        """
        self.ensure_one()
        deciding = self.question_ids.filtered("is_satisfaction_question")
        one_decides = len(deciding) == 1 and deciding.question_type == "scale"
        at_random = self.questions_selection != "all"
        with_link = self.access_mode != "token"
        is_live = self.survey_type == "live_session"
        is_exam = self.scoring_type != "no_scoring" or self.certification
        problems = {
            self.env._(
                "mark it as customer satisfaction."
            ): not self.is_satisfaction_survey,
            self.env._("it is archived."): not self.active,
            self.env._("it has no questions."): not self.question_ids,
            self.env._(
                "exactly one scale question must decide satisfaction."
            ): not one_decides,
            self.env._(
                "the question that decides is asked only after some answers."
            ): deciding.triggering_answer_ids,
            self.env._(
                "it asks questions at random: the one that decides may be left out."
            ): at_random,
            self.env._(
                "anyone with the link can answer: choose invited people only."
            ): with_link,
            self.env._("customers would have to log in."): self.users_login_required,
            self.env._("it is limited in time."): self.is_time_limited,
            self.env._("it is a live session."): is_live,
            self.env._("it is an exam with scores or a certification."): is_exam,
        }
        return [problem for problem, failed in problems.items() if failed]
