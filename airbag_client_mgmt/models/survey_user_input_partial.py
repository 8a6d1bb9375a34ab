# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: A customer who says nothing more for this long has finished.
PARTIAL_HOURS = 24


class SurveyUserInput(models.Model):
    """Answers of customers who left the page before sending it. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === FIELDS === #
    last_answer_on = fields.Datetime(
        readonly=True, copy=False, help="When the customer last answered a question."
    )

    # === BUSINESS METHODS === #
    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Remember when the customer last answered."""
        result = super()._save_lines(question, answer, comment, overwrite_existing)
        if self.intervention_id:
            self.sudo().last_answer_on = fields.Datetime.now()
        return result

    def _keep_answer(self, question, answer):
        """Keep one answer as soon as it is chosen on the page; say if it was kept.

        What the customer chooses later for the same question takes its place.
        Whoever answers was reached.

        :param answer: value as the survey page sends it
        """
        self.ensure_one()
        if self.state == "done" or question not in self.survey_id.question_ids:
            return False
        if question.validate_question(answer):
            return False
        if self.state == "new":
            self._mark_in_progress()
        self._save_lines(question, answer)
        self._mark_contacted("email")
        return True

    @api.model
    def _get_partial_answers_domain(self):
        """Return the surveys left unsent whose deciding question is answered."""
        limit = fields.Datetime.now() - timedelta(hours=PARTIAL_HOURS)
        return (
            Domain("intervention_id", "!=", False)
            & Domain("state", "=", "in_progress")
            & Domain("contact_state", "!=", "waived")
            & Domain("last_answer_on", "<=", limit)
            & Domain(
                "user_input_line_ids",
                "any",
                [("is_deciding", "=", True), ("skipped", "=", False)],
            )
        )

    @api.model
    def _cron_survey_followup(self, batch_size=200):
        """Also finish the answers that were begun and left a day ago."""
        result = super()._cron_survey_followup(batch_size)
        self._finish_partial_answers(batch_size)
        return result

    @api.model
    def _finish_partial_answers(self, batch_size=200):
        """Take for answered what customers said before leaving the page."""
        cron = self.env["ir.cron"]
        domain = self._get_partial_answers_domain()
        last_id = 0
        while True:
            partial = self.search(
                domain & Domain("id", ">", last_id), limit=batch_size, order="id"
            )
            if not partial:
                break
            last_id = partial[-1].id
            # One that a customer, or another server, is at is left to them.
            locked = partial.try_lock_for_update(allow_referencing=True)
            locked.filtered_domain(domain)._mark_done()
            if not cron._commit_progress(len(partial)):
                break
