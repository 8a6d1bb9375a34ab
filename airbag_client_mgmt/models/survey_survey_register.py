# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class SurveySurvey(models.Model):
    """The satisfaction questionnaire is answered once for each visit. §5.4.1.

    Odoo would make an answer for whoever opens or is sent a questionnaire, or
    send the link of another visit again.
    """

    _inherit = "survey.survey"

    # === ACTION METHODS === #
    def action_send_survey(self):
        """Refuse for the satisfaction questionnaire, whose links are of one visit."""
        self._check_not_shared()
        return super().action_send_survey()

    def action_start_session(self):
        """Refuse: a live session changes the page of the customers being asked."""
        self._check_not_shared()
        return super().action_start_session()

    # === BUSINESS METHODS === #
    def _check_not_shared(self):
        """Keep the satisfaction questionnaire to the services.

        :raise UserError: for a satisfaction questionnaire.
        """
        for survey in self.filtered("is_satisfaction_survey"):
            raise UserError(
                self.env._(
                    "“%(survey)s” is sent by the system after each service, with a "
                    "link of its own. To ask a customer again, open the survey of "
                    "the service in the satisfaction register. For other "
                    "questions, make another survey.",
                    survey=survey.title,
                )
            )

    def _create_answer(
        self,
        user=False,
        partner=False,
        email=False,
        test_entry=False,
        check_attempts=True,
        **additional_vals,
    ):
        """Make no answer that belongs to no visit, but for a test."""
        if not test_entry:
            self._check_not_shared()
        return super()._create_answer(
            user=user,
            partner=partner,
            email=email,
            test_entry=test_entry,
            check_attempts=check_attempts,
            **additional_vals,
        )
