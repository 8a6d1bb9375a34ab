# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError


class SurveyUserInput(models.Model):
    """Answers: by the customer on the page, by phone or on paper. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === FIELDS === #
    told_on = fields.Date(
        string="Said on",
        readonly=True,
        copy=False,
        help="When the customer said it, if an employee recorded it later.",
    )

    # === ACTION METHODS === #
    def action_record_answers(self):
        """Open the window where answers given by phone or on paper are typed."""
        self.ensure_one()
        self._check_open_for_answers()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Answers"),
            "res_model": "airbag.survey.record",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_user_input_id": self.id,
                "dialog_size": "extra-large",
            },
        }

    def action_waive(self):
        """Open the window where quality says why a customer is not asked.

        :raise AccessError: for anyone but the QMS responsible.
        """
        self._check_may_waive()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Survey"),
            "res_model": "airbag.survey.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_user_input_ids": self.ids},
        }

    def action_resend(self):
        """Refuse for the register: Odoo would send the link of another visit."""
        if self.filtered("intervention_id"):
            self.survey_id._check_not_shared()
        return super().action_resend()

    def action_log_call(self):
        """Record that the customer was called, though nothing was answered."""
        self.check_access("write")
        self._mark_contacted("phone", self.env.user)
        self._finish_call()

    def action_view_tickets(self):
        """Open the complaints this answer gave rise to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_register"
        )
        action["domain"] = [("user_input_id", "=", self.id)]
        return action

    # === BUSINESS METHODS === #
    def _check_open_for_answers(self):
        """Refuse to answer twice, or for what is no service.

        :raise UserError: with the reason.
        """
        for user_input in self:
            if not user_input.intervention_id:
                raise UserError(
                    self.env._("This is not the survey of an intervention.")
                )
            if user_input.state == "done":
                raise UserError(self.env._("This survey is already answered."))
            if user_input.contact_state == "waived":
                raise UserError(self.env._("This survey was waived."))

    def _check_may_waive(self):
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible can waive a survey.")
            )

    def _waive(self, reason):
        """Waive surveys that will not be made, and say why.

        Called by the window of ``action_waive``.

        :raise UserError: without reason, or for an answered survey.
        """
        self._check_may_waive()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Write why the customer is not asked."))
        self._check_open_for_answers()
        self.sudo().write({"contact_state": "waived", "waive_reason": reason.strip()})
        self._finish_call()

    def _record_answers(
        self, answers, channel, comments=None, told_on=None, attachments=None
    ):
        """Save the answers that a customer gave to an employee.

        Called by the window of ``action_record_answers``; they land in the same
        row of the register as those of the page.

        :param answers: {question: value as the survey page sends it}
        :param comments: {question: comment beside a choice}
        :param date told_on: when the customer said it, if it was earlier
        :param attachments: files that prove it, such as the scanned paper
        :raise UserError: naming the questions whose answer is not valid; or when
            the customer is answering at this moment.
        """
        self.ensure_one()
        self.check_access("write")
        user_input = self.sudo()
        user_input._lock_to_answer()
        self._check_open_for_answers()
        self._check_told_on(told_on)
        comments = comments or {}
        asked = self._get_asked_questions(answers)
        self._check_answers(
            {question: answers[question] for question in asked}, comments
        )
        if user_input.state == "new":
            user_input._mark_in_progress()
        for question in asked:
            user_input._save_lines(question, answers[question], comments.get(question))
        told_at = user_input._get_told_at(told_on)
        user_input.write(
            {
                "contact_channel": channel,
                "contact_user_id": self.env.user.id,
                "contacted_on": min(user_input.contacted_on or told_at, told_at),
                "told_on": told_on,
            }
        )
        user_input._mark_done()
        if attachments:
            self._keep_proof(attachments)

    def _lock_to_answer(self):
        """Hold the row while its answers are saved: one of two answers wins.

        :raise UserError: when somebody else is saving answers at this moment.
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "This survey is being answered at this very moment. Reload the "
                    "page to see the answers."
                )
            ) from error
        self.invalidate_recordset()

    def _get_asked_questions(self, answers):
        """Return the questions to save, without those whose condition is not met.

        :raise UserError: for a question of another survey.
        """
        asked = self.env["survey.question"]
        chosen = set()
        for question in self.survey_id.question_ids & asked.union(*answers):
            conditions = question.triggering_answer_ids
            if not conditions or chosen & set(conditions.ids):
                asked |= question
                chosen |= _get_choices(answers[question])
        foreign = asked.union(*answers) - self.survey_id.question_ids
        if foreign:
            raise UserError(
                self.env._(
                    "“%(question)s” is not a question of this survey.",
                    question=foreign[0].title,
                )
            )
        return asked

    def _check_answers(self, answers, comments):
        """:raise UserError: naming the questions whose answer is not valid."""
        errors = {}
        for question, value in answers.items():
            errors |= question.validate_question(value, comments.get(question))
        if errors:
            names = {question.id: question.title for question in answers}
            raise UserError(
                "\n".join(
                    f"{names[question_id]}: {message}"
                    for question_id, message in errors.items()
                )
            )

    def _check_told_on(self, told_on):
        """:raise UserError: for a day to come, or before the service."""
        if told_on and told_on > self._get_service_today():
            raise UserError(self.env._("The customer cannot have said it in future."))
        if told_on and self.service_date and told_on < self.service_date:
            raise UserError(
                self.env._(
                    "The service was on %(date)s: the customer cannot have said it "
                    "before.",
                    date=self._format_service_date(),
                )
            )

    def _get_told_at(self, told_on):
        """Return the moment when the customer answered: of an earlier day, noon."""
        now = fields.Datetime.now()
        if not told_on or told_on >= self._get_service_today():
            return now
        noon = self.company_id._localize_service_time(told_on, 12)
        return max(noon, self.intervention_id.finished_at or noon)

    def _keep_proof(self, attachments):
        """Keep the files in the history of the survey, from who recorded it.

        Only what the window itself uploaded: a file of elsewhere is not moved.
        """
        attachments = attachments.filtered(
            lambda file: (
                file.res_model == "airbag.survey.record"
                and file.create_uid == self.env.user
            )
        )
        attachments.sudo().write({"res_model": self._name, "res_id": self.id})
        self.message_post(
            body=self.env._("What the customer wrote or signed."),
            attachment_ids=attachments.ids,
        )

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Let the customer send the page again after one question was refused.

        The page saves the valid answers at once and would not take them twice.
        """
        if self.intervention_id and self.state != "done":
            overwrite_existing = True
            answer, comment = _clean(answer), _clean(comment)
        return super()._save_lines(question, answer, comment, overwrite_existing)

    def _mark_done(self):
        """Close the follow-up of the answered services. Called as the public user."""
        result = super()._mark_done()
        answered = self.sudo().filtered(
            lambda record: record.intervention_id and not record.test_entry
        )
        answered._finish_followup()
        return result

    def _finish_followup(self):
        """Record the answer in the register, and open a complaint if it is bad."""
        now = fields.Datetime.now()
        for user_input in self:
            user_input.write(
                {
                    "contact_state": "answered",
                    "contacted_on": user_input.contacted_on or now,
                    "contact_channel": user_input.contact_channel or "email",
                }
            )
        self._finish_call()
        self._open_tickets()

    def _finish_call(self):
        """Take back the call asked of Commercial: it is no longer needed."""
        self.sudo().activity_unlink(
            ["airbag_client_mgmt.mail_activity_type_satisfaction_call"]
        )


def _get_choices(value):
    """Return the ids of the suggested answers that an answer chooses."""
    values = value if isinstance(value, list) else [value]
    return {int(item) for item in values if str(item or "").isdecimal()}


def _clean(text):
    """Leave out what the database cannot keep, that only a forged page can send."""
    if not isinstance(text, str):
        return text
    return text.replace("\0", "").encode(errors="ignore").decode()
