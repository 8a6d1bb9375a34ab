# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.tools.urls import urljoin


class SurveyUserInput(models.Model):
    """The link a customer answers with: how long, and one click. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === COMPUTE METHODS === #
    def _compute_survey_time_limit_reached(self):
        """Give customers all the time of the link: core would end the answer.

        And it would do so when somebody opens the page, which records nothing.
        """
        result = super()._compute_survey_time_limit_reached()
        self.filtered("intervention_id").survey_time_limit_reached = False
        return result

    # === BUSINESS METHODS === #
    @api.model
    def _get_link_deadline(self, company):
        """Return until when a link made today answers, False for ever."""
        if not company.survey_link_days:
            return False
        days = timedelta(days=company.survey_link_days + 1)
        return company._localize_service_time(company._get_service_today() + days, 0)

    def _get_absolute_start_url(self):
        """Return the address of the survey page, with this answer's token."""
        self.ensure_one()
        return urljoin(self.get_base_url(), self.get_start_url())

    def _get_deciding_question(self):
        """Return the question that decides satisfaction, or an empty record."""
        self.ensure_one()
        return self.survey_id.question_ids.filtered("is_satisfaction_question")[:1]

    def _get_one_click_html(self):
        """Return the scale of the deciding question as links, for an e-mail.

        Called by the templates of the survey's e-mail and its reminder. Each link
        opens the page with that number chosen; opening it records nothing, since
        mail scanners follow links. In the language of the context; empty without
        a question that decides, and once answered.
        """
        self.ensure_one()
        user_input = self.sudo()
        question = user_input._get_deciding_question()
        if not question or user_input.state == "done":
            return Markup()
        url = user_input._get_absolute_start_url()
        return self.env["ir.qweb"]._render(
            "airbag_client_mgmt.survey_one_click",
            {
                "question": question,
                "company": user_input.company_id,
                "choices": [
                    (score, f"{url}&score={score}")
                    for score in range(question.scale_min, question.scale_max + 1)
                ],
            },
        )

    def _get_one_click_score(self, text):
        """Return the number that a link of the e-mail chose, or None.

        :param str text: what the address says; a forged one chooses nothing
        """
        question = self._get_deciding_question()
        if not question or not re.fullmatch("[0-9]{1,2}", text or ""):
            return None
        score = int(text)
        return score if question.scale_min <= score <= question.scale_max else None

    def _format_service_date(self):
        """Return the day of the service, written as the customer reads it."""
        self.ensure_one()
        lang = self.env["res.lang"]._lang_get(
            self.env.context.get("lang") or self.partner_id.lang or "en_US"
        )
        day = self.service_date
        return day.strftime(lang.date_format or "%d/%m/%Y") if day else ""

    def _format_moment(self, moment):
        """Return a moment in the company's zone, written as the customer reads it."""
        self.ensure_one()
        return tools.format_datetime(
            self.env,
            moment,
            tz=self.company_id._get_service_tz(),
            dt_format="short",
        )

    def _get_link_expiry(self):
        """Return the last day on which the link answers, or False."""
        self.ensure_one()
        if not self.deadline:
            return False
        # The deadline is the midnight after it.
        return self.company_id._get_service_date(self.deadline - timedelta(seconds=1))

    def _is_link_expired(self):
        """Say whether the link does not answer any more."""
        self.ensure_one()
        return bool(self.deadline and self.deadline <= fields.Datetime.now())
