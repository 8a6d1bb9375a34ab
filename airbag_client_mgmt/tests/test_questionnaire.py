# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestQuestionnaire(ClientMgmtCommon):
    """PRO 008 §5.4.3: the questionnaire changes, what was answered does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("airbag_client_mgmt.satisfaction_survey")
        names = ("overall", "punctuality", "quality", "staff", "recommend", "comment")
        cls.questions = {
            name: cls.env.ref(f"airbag_client_mgmt.satisfaction_question_{name}")
            for name in names
        }
        cls.owed = cls._create_owed()

    @classmethod
    def _create_owed(cls):
        visit = cls._create_done_intervention(vehicle_id=False)
        return cls.env["survey.user_input"]._create_obligations(visit)

    def _answer(self, owed=None, survey=None, **answers):
        questions = self.questions
        if survey:
            questions = dict(zip(questions, survey.question_ids, strict=True))
        (owed or self.owed)._record_answers(
            {questions[name]: value for name, value in answers.items()}, "phone"
        )
        self.env.flush_all()

    def _line(self, name, owed=None):
        return (owed or self.owed).user_input_line_ids.filtered(
            lambda line: line.question_id == self.questions[name]
        )

    def _column(self, record, name):
        """Return what the database holds: an empty field of Odoo may be 0 there."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {name} FROM {record._table} WHERE id = %s", [record.id]
        )
        return self.env.cr.fetchone()[0]

    # === WHAT AN ANSWER KEEPS === #
    def test_every_scale_becomes_one_to_five(self):
        self._answer(overall="2", quality="5", recommend="7", comment="Late")
        self.assertEqual(self._line("overall").score, 2)
        self.assertEqual(self._line("quality").score, 5)
        self.assertEqual(self._line("recommend").score, 3.8)
        self.assertIs(self._line("comment").score, False)

    def test_what_was_not_answered_is_blank_in_the_database(self):
        self._answer(overall="2", quality="", comment="Late")
        self.assertTrue(self._line("quality").skipped)
        self.assertIsNone(self._column(self._line("quality"), "score"))
        self.assertIsNone(self._column(self._line("comment"), "score"))
        other = self._create_owed()
        self.assertIsNone(self._column(other, "satisfaction_score"))
        both = self.owed | other
        self.assertEqual(
            both.export_data(["satisfaction_score"])["datas"], [[2.0], [""]]
        )
        self.assertEqual(
            [row["satisfaction_score"] for row in both.read(["satisfaction_score"])],
            [2.0, False],
        )
        [(lowest, average)] = both._read_group(
            [("id", "in", both.ids)],
            [],
            ["satisfaction_score:min", "satisfaction_score:avg"],
        )
        self.assertEqual((lowest, average), (2, 2))
        low = [("satisfaction_score", "<=", 2), ("id", "in", both.ids)]
        self.assertEqual(both.search(low), self.owed)

    def test_an_answer_given_again_is_scored_again(self):
        line = self.env["survey.user_input.line"].create(
            {
                "user_input_id": self.owed.id,
                "question_id": self.questions["overall"].id,
                "answer_type": "scale",
                "value_scale": 1,
            }
        )
        self.assertEqual(line.score, 1)
        self._answer(overall="4")
        self.assertEqual(line.score, 4)
        self.assertEqual(self.owed.satisfaction_score, 4)

    def test_the_area_is_the_one_of_the_day_of_the_answer(self):
        operations = self.env.ref("airbag_client_mgmt.helpdesk_team_operations")
        quality = self.env.ref("airbag_client_mgmt.helpdesk_team_quality")
        self._answer(overall="4", punctuality="4")
        self.questions["punctuality"].responsible_team_id = quality
        other = self._create_owed()
        self._answer(other, overall="4", punctuality="4")
        self.assertEqual(self._line("punctuality").responsible_team_id, operations)
        line = self._line("punctuality", other)
        self.assertEqual(line.responsible_team_id, quality)
        self.assertTrue(
            self.survey.message_ids.filtered(
                lambda message: quality.name in message.body
            )
        )

    def test_the_deciding_question_moves_for_the_next_answers_only(self):
        self._answer(overall="2", quality="5")
        quality = self.questions["quality"].with_user(self.quality)
        quality.is_satisfaction_question = True
        self.assertFalse(self.questions["overall"].is_satisfaction_question)
        other = self._create_owed()
        self._answer(other, overall="2", quality="5")
        self.env.invalidate_all()
        self.assertEqual(self.owed.satisfaction_score, 2)
        self.assertFalse(self.owed.is_satisfied)
        self.assertEqual(other.satisfaction_score, 5)
        # Also when the old row is computed anew.
        self.owed.modified(["state"])
        self.assertEqual(self.owed.satisfaction_score, 2)

    def test_an_answer_keeps_the_words_that_were_read(self):
        self.customer.lang = "es_419"
        owed = self._create_owed()
        question = self.questions["overall"]
        question.with_context(lang="es_419").title = "¿Cómo nos fue?"
        question.title = "How did we do?"
        self._answer(owed, overall="4")
        self._answer(overall="4")
        question.title = "How did we do this time?"
        question.with_context(lang="es_419").title = "¿Cómo nos fue esta vez?"
        self.env.invalidate_all()
        self.assertEqual(self._line("overall", owed).question_asked, "¿Cómo nos fue?")
        self.assertIn("How did we do?", (self.survey.message_ids[1].body))

    def test_other_surveys_keep_nothing(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Climate",
                "question_and_page_ids": [
                    Command.create({"title": "Warm?", "question_type": "scale"})
                ],
            }
        )
        answer = survey._create_answer(email="x@example.com")
        answer._save_lines(survey.question_ids, "3")
        self.assertIs(answer.user_input_line_ids.score, False)
        survey.question_ids.write({"scale_max": 5, "question_type": "text_box"})

    # === WHAT MAY NOT CHANGE === #
    def test_an_answered_question_keeps_its_meaning(self):
        self._answer(overall="4", recommend="7")
        question = self.questions["recommend"]
        other = self.survey.copy()
        for values in (
            {"scale_min": 1},
            {"scale_max": 5},
            {"question_type": "text_box"},
            {"survey_id": other.id},
            {"topic_id": self.questions["staff"].topic_id.id},
        ):
            with self.assertRaisesRegex(UserError, "duplicate the questionnaire"):
                question.with_user(self.quality).write(values)
            with self.assertRaises(UserError):
                self.survey.question_and_page_ids = [
                    Command.update(question.id, values)
                ]
        with self.assertRaises(UserError):
            self.survey.question_and_page_ids = [Command.delete(question.id)]
        # What changes nothing is no change, and what is not answered is free.
        question.with_user(self.quality).write({"scale_min": 0, "scale_max": 10})
        self.questions["comment"].sudo().question_type = "char_box"

    def test_a_topic_is_given_to_old_questions_once(self):
        self._answer(overall="4", recommend="7")
        question = self.questions["recommend"]
        topic = question.topic_id
        self.env.cr.execute(
            "UPDATE survey_question SET topic_id = NULL WHERE id = %s", [question.id]
        )
        question.invalidate_recordset()
        question.topic_id = topic
        with self.assertRaises(UserError):
            question.topic_id = self.questions["staff"].topic_id

    def test_a_chosen_answer_stays(self):
        question = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "Where did we attend you?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [
                    Command.create({"value": "Workshop"}),
                    Command.create({"value": "At home"}),
                ],
            }
        )
        workshop, home = question.suggested_answer_ids
        self.owed._record_answers(
            {self.questions["overall"]: "4", question: str(workshop.id)}, "phone"
        )
        with self.assertRaises(UserError):
            workshop.value = "Mobile workshop"
        with self.assertRaises(UserError):
            workshop.unlink()
        workshop.write({"value": "Workshop", "sequence": 3})
        home.value = "At your home"
        home.unlink()

    def test_the_questionnaire_of_the_register_stays_readable(self):
        with self.assertRaises(UserError):
            self.survey.is_satisfaction_survey = False
        with self.assertRaises(UserError):
            self.survey.unlink()

    # === A NEW VERSION === #
    def test_a_copy_keeps_what_the_questions_are(self):
        self._answer(overall="4", punctuality="2")
        version = self.survey.with_user(self.quality).copy()
        self.assertEqual(version.title, "Customer Satisfaction Survey (copy)")
        for old, new in zip(
            self.survey.question_ids, version.question_ids, strict=True
        ):
            for name in ("topic_id", "responsible_team_id", "is_satisfaction_question"):
                self.assertEqual(old[name], new[name], name)
        self.assertTrue(version.is_satisfaction_survey)
        version.question_ids[0].write({"scale_min": 1, "scale_max": 10})
        self.company.satisfaction_survey_id = version
        owed = self._create_owed()
        self.assertEqual(owed.survey_id, version)
        self._answer(owed, version, overall="10", punctuality="2")
        self.assertEqual(owed.satisfaction_score, 5)
        self.assertEqual(self.owed.satisfaction_score, 4)

    # === CHOOSING IT === #
    def _assert_refused(self, pattern, **values):
        survey = self.survey.copy(values)
        with self.assertRaisesRegex(ValidationError, pattern):
            self.company.satisfaction_survey_id = survey

    def test_a_questionnaire_that_loses_answers_is_not_chosen(self):
        self._assert_refused("archived", active=False)
        self._assert_refused("with the link", access_mode="public")
        self._assert_refused("log in", users_login_required=True)
        self._assert_refused("limited in time", is_time_limited=True, time_limit=1)
        self._assert_refused("live session", survey_type="live_session")
        self._assert_refused("at random", questions_selection="random")
        self._assert_refused("exam", scoring_type="scoring_without_answers")
        self._assert_refused("mark it", is_satisfaction_survey=False)
        self._assert_refused("no questions", question_and_page_ids=False)

    def test_exactly_one_question_decides(self):
        survey = self.survey.copy()
        deciding = survey.question_ids.filtered("is_satisfaction_question")
        deciding.is_satisfaction_question = False
        with self.assertRaisesRegex(ValidationError, "exactly one"):
            self.company.satisfaction_survey_id = survey

    def test_the_questionnaire_in_use_stays_askable(self):
        overall, quality = self.questions["overall"], self.questions["quality"]
        with self.assertRaises(ValidationError):
            self.survey.access_mode = "public"
        with self.assertRaises(ValidationError):
            self.survey.action_archive()
        with self.assertRaises(ValidationError):
            overall.is_satisfaction_question = False
        with self.assertRaises(ValidationError):
            overall.question_type = "text_box"
        with self.assertRaises(ValidationError):
            (quality | self.questions["staff"]).is_satisfaction_question = True
        with self.assertRaises(ValidationError):
            self.questions["comment"].is_satisfaction_question = True
        self.assertTrue(overall.is_satisfaction_question)
        with self.assertRaises(ValidationError):
            overall.survey_id = self.survey.copy()
        with self.assertRaises(UserError):
            overall.unlink()

    def test_another_question_takes_the_decision(self):
        """The form saves its questions one by one."""
        overall, quality = self.questions["overall"], self.questions["quality"]
        with Form(quality.with_user(self.quality), "survey.survey_question_form") as q:
            q.is_satisfaction_question = True
        self.assertFalse(overall.is_satisfaction_question)
        new = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "Would you come back?",
                "question_type": "scale",
                "is_satisfaction_question": True,
            }
        )
        deciding = self.survey.question_ids.filtered("is_satisfaction_question")
        self.assertEqual(deciding, new)
        quality.unlink()

    def test_a_company_without_an_askable_default_asks_nobody(self):
        version = self.survey.copy()
        companies = self.env["res.company"].search([])
        companies.satisfaction_survey_id = version
        self.survey.action_archive()
        created = self.env["res.company"].create({"name": "New workshop"})
        self.assertFalse(created.satisfaction_survey_id)
