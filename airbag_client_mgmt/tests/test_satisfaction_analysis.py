# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval
from collections import defaultdict
from datetime import date, datetime

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .satisfaction_common import SatisfactionCommon

MEASURES = (
    "answer_count:sum",
    "score:avg",
    "satisfied_rate:avg",
    "dissatisfied_rate:avg",
    *(f"count_{mark}:sum" for mark in range(1, 6)),
)


@tagged("post_install", "-at_install")
class TestSatisfactionAnalysis(SatisfactionCommon):
    """PRO 008 §5.4.3: each figure is found a second way, in plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.satisfaction.report"]
        cls.comments = cls.env["airbag.satisfaction.comment"]
        cls.own = Domain("user_input_id", "in", cls.answers.ids)

    def _get_facts(self):
        """Return ``(answer, question name, score on 1..5)`` of what was answered."""
        for answer, (_day, answers) in zip(self.answers, self.HISTORY, strict=True):
            for name, value in answers.items():
                if name == "comment" or not value:
                    continue
                score = float(value)
                if name == "recommend":
                    score = 1 + 4 * score / 10
                yield answer, name, score

    def _assert_groups(self, groupby, key):
        groups = defaultdict(list)
        for answer, name, score in self._get_facts():
            groups[key(answer, name)].append(score)
        rows = self.report._read_group(self.own, [groupby], MEASURES)
        self.assertEqual({row[0] for row in rows}, set(groups))
        for group, count, average, satisfied, dissatisfied, *marks in rows:
            scores = groups[group]
            self.assertEqual(count, len(scores))
            self.assertAlmostEqual(average, sum(scores) / len(scores), 6)
            top = [score for score in scores if score >= 4]
            bottom = [score for score in scores if score < 2.5]
            self.assertAlmostEqual(satisfied, 100 * len(top) / len(scores), 6)
            self.assertAlmostEqual(dissatisfied, 100 * len(bottom) / len(scores), 6)
            self.assertEqual(sum(marks), count)
            self.assertEqual(sum(marks[3:]), len(top))
            self.assertEqual(sum(marks[:2]), len(bottom))

    # === FIGURES === #
    def test_figures_are_right_at_every_grouping(self):
        self._assert_groups("topic_id", lambda a, name: self.questions[name].topic_id)
        self._assert_groups("question_id", lambda a, name: self.questions[name])
        self._assert_groups(
            "responsible_team_id",
            lambda a, name: self.questions[name].responsible_team_id,
        )
        self._assert_groups("technician_id", lambda a, name: a.technician_id)
        self._assert_groups("treatment_id", lambda a, name: a.treatment_id)
        self._assert_groups("customer_id", lambda a, name: a.customer_id)
        self._assert_groups("salesperson_id", lambda a, name: a.salesperson_id)
        self._assert_groups("contact_channel", lambda a, name: "phone")
        self._assert_groups(
            "vehicle_make", lambda a, name: a.intervention_id.vehicle_id.make
        )
        self._assert_groups("date:month", lambda a, name: a.service_date.replace(day=1))
        self._assert_groups("is_deciding", lambda a, name: name == "overall")

    def test_known_by_hand(self):
        # So that both ways cannot be wrong together.
        domain = self.own & Domain("is_deciding", "=", True)
        rows = self.report._read_group(
            domain, ["date:month"], ["answer_count:sum", "score:avg"]
        )
        self.assertEqual(
            rows,
            [
                (date(2026, 1, 1), 3, 10 / 3),
                (date(2026, 3, 1), 1, 4),
                (date(2026, 4, 1), 1, 5),
            ],
        )

    def test_nobody_answered_is_blank(self):
        nothing = [("date", "=", "1999-01-01")]
        rows = self.report.formatted_read_grouping_sets(
            nothing, [[]], ["score:avg", "satisfied_rate:avg", "nps:avg"]
        )
        self.assertEqual(
            [rows[0][0][name] for name in ("score:avg", "satisfied_rate:avg")],
            [False, False],
        )

    def test_nps_is_of_recommendation_only(self):
        rows = self.report._read_group(self.own, ["topic_id"], ["nps:avg"])
        figures = {topic: nps for topic, nps in rows}
        topic = self.questions["recommend"].topic_id
        # 10, 3 and 7: a promoter, a detractor, and one who is neither.
        self.assertEqual(figures.pop(topic), 0)
        self.assertEqual(set(figures.values()), {False})
        row = self.report.search(
            self.own & Domain("question_id", "=", self.questions["quality"].id)
        )[0]
        self.assertEqual(row.read(["nps"])[0]["nps"], False)

    def test_what_does_not_count(self):
        test_entry = self.answers[0]
        before = self.report.search_count(self.own)
        test_entry.sudo().test_entry = True
        self.assertEqual(self.report.search_count(self.own), before - 3)
        owed = self._create_owed(datetime(2026, 4, 20, 15), vehicle_id=False)
        # One that was begun, and that nobody finished.
        owed._save_lines(self.questions["overall"], "1")
        self.assertFalse(self.report.search([("user_input_id", "=", owed.id)]))

    def test_new_and_old_questionnaires_meet_in_the_topic(self):
        version = self.survey.copy()
        overall = version.question_ids[0]
        overall.write({"title": "How was it?", "scale_max": 10})
        self.company.satisfaction_survey_id = version
        owed = self._create_owed(datetime(2026, 5, 5, 15), vehicle_id=False)
        owed._record_answers({overall: "10"}, "phone")
        both = self.own | Domain("user_input_id", "=", owed.id)
        rows = self.report._read_group(
            both & Domain("is_deciding", "=", True),
            ["topic_id"],
            ["answer_count:sum", "score:avg"],
        )
        self.assertEqual(rows, [(overall.topic_id, 6, 4)])

    def test_the_area_that_answered_then(self):
        question = self.questions["punctuality"]
        operations = question.responsible_team_id
        question.responsible_team_id = self.questions["quality"].responsible_team_id
        domain = self.own & Domain("responsible_team_id", "=", operations.id)
        self.assertEqual(self.report.search_count(domain), 2)

    def test_the_kpi_stays_when_the_questionnaire_changes(self):
        kpi = self.env["airbag.kpi.report"]
        domain = [
            ("kpi_id.code", "=", "satisfaction"),
            ("res_id", "in", self.answers.ids),
        ]
        measures = ["numerator:sum", "denominator:sum", "value:avg"]
        before = kpi._read_group(domain, [], measures)
        self.assertEqual(before, [(3, 5, 60)])
        self.questions["overall"].write(
            {
                "title": "How was it?",
                "responsible_team_id": self.questions["staff"].responsible_team_id.id,
            }
        )
        version = self.survey.copy()
        version.question_ids[0].scale_max = 10
        self.company.satisfaction_survey_id = version
        self.questions["quality"].is_satisfaction_question = True
        self.answers.modified(["state"])
        self.assertEqual(kpi._read_group(domain, [], measures), before)

    def test_a_row_opens_what_its_customer_answered(self):
        row = self.report.search(self.own, limit=1).with_user(self.salesperson)
        action = row.action_open_register()
        self.assertEqual(action["res_model"], "survey.user_input")
        self.assertEqual(action["res_id"], row.user_input_id.id)

    def test_a_grouping_is_one_query(self):
        groups = ["topic_id", "date:month"]
        self.report._read_group(self.own, groups, MEASURES)
        with self.assertQueryCount(__system__=1):
            self.report._read_group(self.own, groups, MEASURES)

    def test_lists_take_a_constant_number_of_queries(self):
        names = ("customer_id", "technician_id", "improvement_area_ids")
        specification = {name: {"fields": {"display_name": {}}} for name in names}
        for model, score in (
            (self.env["survey.user_input"], "satisfaction_score"),
            (self.comments, "score"),
        ):
            mine = model.with_user(self.quality)
            columns = {**specification, score: {}}
            key = "id" if model._name == "survey.user_input" else "user_input_id"

            def read(answers, mine=mine, key=key, columns=columns):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                rows = mine.web_search_read([(key, "in", answers.ids)], columns)
                return len(rows["records"]), self.env.cr.sql_log_count - before

            read(self.answers)
            few, queries = read(self.answers[1])
            many, same = read(self.answers)
            self.assertGreater(many, few)
            self.assertLessEqual(same, queries)

    # === WHO SEES IT === #
    def test_who_sees_the_analysis(self):
        seller = self.other_seller
        all_rows = self.own
        for model in (self.report, self.comments):
            total = model.search_count(all_rows)
            for user in (self.care, self.management, self.quality):
                self.assertEqual(model.with_user(user).search_count(all_rows), total)
            mine = model.with_user(self.salesperson).search(all_rows)
            theirs = model.with_user(seller).search(all_rows)
            self.assertEqual(mine.sudo().customer_id, self.customer)
            self.assertEqual(theirs.sudo().customer_id, self.other_customer)
            self.assertEqual(len(mine) + len(theirs), total)
            for user in (self.technician, self.planner):
                with self.assertRaises(AccessError):
                    model.with_user(user).search_count(all_rows)
            with self.assertRaises(AccessError):
                mine[:1].unlink()
        # As every role, with the names of what is grouped by.
        for user in (self.salesperson, self.care, self.management):
            rows = self.report.with_user(user).formatted_read_group(
                all_rows, ["responsible_team_id", "topic_id"], ["score:avg"]
            )
            self.assertTrue(rows)

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        self.quality.write({"company_ids": [(4, other.id)]})
        for model in (self.report, self.comments):
            mine = model.with_user(self.quality)
            self.assertTrue(
                mine.with_company(self.company)
                .with_context(allowed_company_ids=self.company.ids)
                .search_count(self.own)
            )
            self.assertFalse(
                mine.with_context(allowed_company_ids=other.ids).search_count(self.own)
            )

    # === COMMENTS === #
    def test_comments_are_what_was_written(self):
        comments = self.comments.search(self.own)
        self.assertEqual(
            comments.mapped("comment"), ["Fast", "<b>Good</b>", "Late"], "as typed"
        )
        fast, good, late = comments
        self.assertFalse(fast.responsible_team_id)
        self.assertEqual(late.score, 2)
        self.assertEqual(
            late.responsible_team_id, self.questions["punctuality"].responsible_team_id
        )
        self.assertEqual(
            good.responsible_team_id, self.questions["recommend"].responsible_team_id
        )
        lang = self.answers[1].lang_id.code
        self.assertEqual(
            late.question_asked,
            self.questions["comment"].with_context(lang=lang).title,
        )
        self.assertEqual(
            self.comments.search(self.own & Domain("comment", "ilike", "late")), late
        )
        areas = self.questions["punctuality"].topic_id
        self.assertEqual(
            self.comments.search(
                self.own & Domain("improvement_area_ids", "in", areas.ids)
            ),
            late,
        )
        rows = self.comments._read_group(
            self.own, ["improvement_area_ids"], ["__count"]
        )
        self.assertEqual(dict(rows)[areas], 1)

    # === IMPROVEMENT === #
    def test_bad_answers_propose_their_areas(self):
        areas = {name: self.questions[name].topic_id for name in self.questions}
        self.assertFalse(self.answers[0].improvement_area_ids)
        self.assertEqual(self.answers[1].improvement_area_ids, areas["punctuality"])
        self.assertEqual(self.answers[2].improvement_area_ids, areas["quality"])
        self.assertFalse(self.answers[3].improvement_area_ids)
        # What quality decided stays, also when it is saved again.
        answer = self.answers[2].with_user(self.quality)
        answer.improvement_area_ids = areas["staff"]
        self.assertEqual(answer.improvement_area_ids, areas["staff"])

    def _get_filter(self, name):
        view = self.env.ref("airbag_client_mgmt.survey_user_input_register_view_search")
        tree = etree.fromstring(view.arch)
        return literal_eval(tree.find(f".//filter[@name='{name}']").get("domain"))

    def test_what_is_still_to_analyse(self):
        def to_analyse():
            domain = Domain(self._get_filter("to_analyse"))
            return self.answers.search(domain & Domain("id", "in", self.answers.ids))

        self.assertEqual(to_analyse(), self.answers[2] | self.answers[1])
        self.answers[1].with_user(self.quality).analysis = "Two vans were down"
        self.assertEqual(to_analyse(), self.answers[2])
        self.assertEqual(
            self.answers.search(
                Domain(self._get_filter("unsatisfied"))
                & Domain("id", "in", self.answers.ids)
            ),
            self.answers[2] | self.answers[1],
        )
        # Satisfied in all, but for one question: to analyse too.
        answer = self._create_answer(
            datetime(2026, 4, 21, 15), {"overall": "5", "staff": "1"}, vehicle_id=False
        )
        self.answers |= answer
        self.assertIn(answer, to_analyse())

    def test_topics_month_against_month(self):
        area = self.questions["overall"].topic_id.with_user(self.quality)
        punctuality = self.questions["punctuality"].topic_id.with_user(self.quality)
        with freeze_time("2026-05-01 03:00:00"):  # the last evening of April there
            self.env.invalidate_all()
            self.assertEqual(area.score_last_month, 4)
            self.assertIs(area.score_previous_month, False)
            self.assertFalse(area.score_trend)
        with freeze_time("2026-05-02 15:00:00"):
            self.env.invalidate_all()
            self.assertEqual(area.score_last_month, 5)
            self.assertEqual(area.score_previous_month, 4)
            self.assertEqual(area.score_trend, "up")
        with freeze_time("2026-02-10 15:00:00"):
            self.env.invalidate_all()
            self.assertEqual(punctuality.tagged_last_month, 1)
            self.assertEqual(punctuality.tagged_previous_month, 0)
            self.assertEqual(punctuality.score_last_month, 2.5)
        action = punctuality.action_view_answers()
        self.assertEqual(self.answers.search(action["domain"]), self.answers[1])
        action = punctuality.action_view_scores()
        self.assertEqual(self.report.search_count(action["domain"]), 2)
        technician = punctuality.with_user(self.technician)
        self.assertEqual(technician.tagged_last_month, 0)

    def test_the_list_of_topics_is_a_constant_number_of_queries(self):
        areas = self.env["airbag.improvement.area"].search([])
        names = ["score_trend", "tagged_last_month"]
        areas.read(names)
        areas.invalidate_recordset(names)
        with self.assertQueryCount(__system__=4):
            areas.read(names)

    def test_channels_are_called_as_in_the_register(self):
        """In the user's language, not in the words of the source."""

        def get_labels(model, lang="es_419"):
            model = model.with_context(lang=lang)
            return model.fields_get(["contact_channel"])["contact_channel"]["selection"]

        register = self.env["survey.user_input"]
        self.assertNotEqual(get_labels(register), get_labels(register, None))
        for model in (self.report, self.comments):
            self.assertEqual(get_labels(model), get_labels(register))
