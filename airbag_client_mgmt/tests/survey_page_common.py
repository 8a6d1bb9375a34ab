# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase

from .common import ClientMgmtCommon


class SurveyPageCommon(ClientMgmtCommon, HttpCase):
    """A visit whose customer was asked, and the customer's browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("airbag_client_mgmt.satisfaction_survey")
        names = ("overall", "punctuality", "quality", "staff", "recommend", "comment")
        cls.questions = {
            name: cls.env.ref(f"airbag_client_mgmt.satisfaction_question_{name}")
            for name in names
        }
        cls.visit = cls._create_done_intervention()
        cls.owed = cls.env["survey.user_input"]._create_obligations(cls.visit)

    def _leave_survey(self):
        """Let the companies send another questionnaire from now on."""
        self.env["res.company"].search([]).satisfaction_survey_id = False

    def _get_tokens(self):
        return f"{self.survey.access_token}/{self.owed.access_token}"

    def _call(self, route, **params):
        result = self.make_jsonrpc_request(f"{route}/{self._get_tokens()}", params)
        self.env.invalidate_all()
        return result

    def _keep(self, name, answer):
        question_id = self.questions[name].id
        return self._call("/survey/keep", question_id=question_id, answer=answer)[
            "kept"
        ]

    def _submit(self, **answers):
        values = {str(self.questions[name].id): v for name, v in answers.items()}
        return self._call("/survey/submit", **values)

    def _get_count(self):
        return self.env["survey.user_input"].search_count(
            [("survey_id", "=", self.survey.id)]
        )

    def _get_answers(self, name="overall"):
        return self.owed.user_input_line_ids.filtered(
            lambda line: line.question_id == self.questions[name]
        )
