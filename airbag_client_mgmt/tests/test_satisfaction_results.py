# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import html
import json
import re
from datetime import datetime

from odoo.fields import Domain
from odoo.tests import HttpCase, tagged

from .satisfaction_common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestSatisfactionResults(SatisfactionCommon, HttpCase):
    """The results page of Odoo's surveys, for the questionnaire of PRO 008 §8."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a register has besides answers.
        day = datetime(2026, 4, 20, 15)
        cls.owed, cls.waived, cls.begun = (
            cls._create_owed(day, vehicle_id=False) for _number in range(3)
        )
        cls.waived.with_user(cls.quality)._waive("Vehicle sold")
        cls.begun._mark_in_progress()
        cls.begun._save_lines(cls.questions["overall"], "1")
        cls.env.flush_all()

    def _open(self, query="finished=true"):
        self.authenticate(self.quality.login, self.quality.login)
        page = self.url_open(f"/survey/results/{self.survey.id}?{query}")
        self.assertEqual(page.status_code, 200)
        return page.text

    def _get_counts(self, page, name):
        """Return {mark: votes} of one question, from the page's own graph."""
        graph = re.search(
            rf'id="survey_graph_question_{self.questions[name].id}"'
            r'[^>]*data-graph-data="([^"]*)"',
            page,
        )
        [series] = json.loads(html.unescape(graph[1]))
        return {int(row["text"]): row["count"] for row in series["values"]}

    def test_the_page_agrees_with_the_analysis(self):
        page = self._open()
        rows = self.env["airbag.satisfaction.report"]._read_group(
            Domain("survey_id", "=", self.survey.id)
            & Domain("question_id", "=", self.questions["overall"].id),
            [],
            [f"count_{mark}:sum" for mark in range(1, 6)],
        )
        counts = self._get_counts(page, "overall")
        self.assertEqual(list(counts.values()), list(rows[0]))
        self.assertGreaterEqual(sum(counts.values()), len(self.answers))
        recommend = self._get_counts(page, "recommend")
        self.assertEqual(set(recommend), set(range(11)))
        self.assertIn("&lt;b&gt;Good", page)
        self.assertNotIn("<b>Good</b>", page)

    def test_unfinished_answers_are_a_filter_of_the_page(self):
        finished = self._get_counts(self._open(), "overall")
        everything = self._get_counts(self._open(query=""), "overall")
        self.assertEqual(everything[1], finished[1] + 1)

    def test_the_filter_by_an_answer(self):
        line = self.answers[1].user_input_line_ids.filtered(
            lambda line: line.question_id == self.questions["comment"]
        )
        page = self._open(f"finished=true&filters=L,0,{line.id}")
        counts = self._get_counts(page, "overall")
        self.assertEqual({mark for mark, votes in counts.items() if votes}, {2})

    def test_thousands_of_answers(self):
        copies = 2000
        self.env.cr.execute(
            """
            WITH visits AS (
                INSERT INTO survey_user_input (
                    survey_id, company_id, state, access_token, test_entry)
                SELECT %(survey)s, %(company)s, 'done',
                       'mass-' || number, false
                  FROM generate_series(1, %(copies)s) number
                RETURNING id
            )
            INSERT INTO survey_user_input_line (
                user_input_id, survey_id, question_id, answer_type, value_scale,
                skipped)
            SELECT visits.id, %(survey)s, question.id, 'scale', 4, false
              FROM visits, survey_question question
             WHERE question.survey_id = %(survey)s
               AND question.question_type = 'scale'
            """,
            {
                "survey": self.survey.id,
                "company": self.company.id,
                "copies": copies,
            },
        )
        self.env.invalidate_all()
        counts = self._get_counts(self._open(), "overall")
        self.assertGreaterEqual(counts[4], copies)
