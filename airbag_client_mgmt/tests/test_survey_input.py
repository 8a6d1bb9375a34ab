# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import tagged

from .survey_page_common import SurveyPageCommon


@tagged("post_install", "-at_install")
class TestBadInput(SurveyPageCommon):
    """What no page of ours sends is refused, and nothing else is lost."""

    def _assert_refused(self, **answers):
        reply = self._submit(quality="3", **answers)
        self.assertEqual(reply[1].get("error"), "validation", answers)
        self.assertNotEqual(self.owed.state, "done")
        self.assertEqual(
            self._get_answers("quality").value_scale, 3, "what is valid stays"
        )

    def test_answers_that_are_no_number_of_the_scale(self):
        for value in ("4.5", "1e3", "٣", "²", "0x1", "--1", "6", "-1", "99" * 20):
            self._assert_refused(overall=value)
        for value in (
            4.5,
            True,
            [],
            {},
            ["1", "2"],
            {"a": "1"},
            [["1"]],
            [{"comment": 5}],
        ):
            self._assert_refused(overall=value)
        self._submit(overall=4, recommend=0)
        self.assertEqual(self.owed.satisfaction_score, 4)
        self.assertFalse(self._get_answers("recommend").skipped, "0 is an answer")

    def test_texts(self):
        for value in ("x" * 100_000, ["x", "y"], {"a": 1}, 5.5, True):
            self._assert_refused(overall="5", comment=value)
        html = (
            "x" * 200
            + "<img src=x onerror=alert(1)><script>alert(2)</script> ñ 😡 \0 \ud800"
        )
        reply = self._submit(overall="1", comment=html)
        self.assertNotIn("error", reply[1])
        self.assertIn(
            "<script>alert(2)</script> ñ 😡",
            self._get_answers("comment").value_text_box,
        )
        ticket = self.owed.ticket_ids
        self.assertIn("&lt;script&gt;", ticket.description)
        self.assertNotIn("<img src=x", ticket.description)
        printed = self.url_open(self.owed.get_print_url()).text
        self.assertNotIn("<img src=x", printed)
        self.assertIn("&lt;script&gt;alert(2)", printed)

    def test_choices_of_another_question(self):
        make = self.env["survey.question"].create
        common = {"survey_id": self.survey.id, "title": "?", "sequence": 9}
        answers = [Command.create({"value": "A"}), Command.create({"value": "B"})]
        choice = make(
            {
                **common,
                "question_type": "simple_choice",
                "suggested_answer_ids": answers,
            }
        )
        matrix = make(
            {
                **common,
                "question_type": "matrix",
                "suggested_answer_ids": answers,
                "matrix_row_ids": [Command.create({"value": "R"})],
            }
        )
        number = make({**common, "question_type": "numerical_box"})
        day = make({**common, "question_type": "date"})
        self.owed.predefined_question_ids = self.survey.question_ids
        self.questions |= {
            "choice": choice,
            "matrix": matrix,
            "number": number,
            "day": day,
        }
        other = str(matrix.suggested_answer_ids[0].id)
        row = str(matrix.matrix_row_ids.id)
        for value in (other, "999999999", "x", [other], {"a": "b"}, [{"comment": []}]):
            self._assert_refused(overall="5", choice=value)
        for value in (
            "x comment",
            5,
            [other],
            {"x": [other]},
            {row: ["0"]},
            {other: [other]},
        ):
            self._assert_refused(overall="5", matrix=value)
        for value in ("nan", "inf", "1e999", "x", [1, 2], {"a": 1}, 10**400):
            self._assert_refused(overall="5", number=value)
        for value in ("x", "2026-13-45", ["2026-01-01", "x"], 20260101):
            self._assert_refused(overall="5", day=value)
        own = str(choice.suggested_answer_ids[1].id)
        self._submit(
            overall="5",
            choice=own,
            matrix={row: [other]},
            number="3.5",
            day="2026-01-01",
        )
        self.assertEqual(self.owed.state, "done")
        self.assertEqual(self._get_answers("choice").suggested_answer_id.value, "B")
        self.assertEqual(self._get_answers("matrix").suggested_answer_id.value, "A")

    def test_a_page_that_is_none(self):
        for page_id in ("9" * 40, "x", [], {}, -1):
            reply = self._call("/survey/submit", page_id=page_id)
            self.assertEqual(reply[1]["error"], "validation")
        self.survey.questions_layout = "page_per_question"
        for values in ({}, {"question_id": "9" * 40}, {"previous_page_id": "x"}):
            self.assertEqual(
                self._call("/survey/submit", **values)[1]["error"], "validation"
            )
        for query in ("previous_page_id=x", "next_skipped_page=1", "score[]=1"):
            page = self.url_open(f"/survey/{self._get_tokens()}?{query}")
            self.assertEqual(page.status_code, 200)
        self.assertEqual(self.owed.state, "new")

    def test_a_question_of_another_survey_is_ignored(self):
        other = self.env["survey.survey"].create({"title": "Other"})
        foreign = self.env["survey.question"].create(
            {"title": "?", "question_type": "scale", "survey_id": other.id}
        )
        self._call(
            "/survey/submit",
            **{str(foreign.id): "5", str(self.questions["overall"].id): "5"},
        )
        self.assertEqual(self.owed.state, "done")
        self.assertNotIn(foreign, self.owed.user_input_line_ids.question_id)
