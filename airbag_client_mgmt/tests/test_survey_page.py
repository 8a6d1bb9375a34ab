# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

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


@tagged("post_install", "-at_install")
class TestOneClick(SurveyPageCommon):
    """PRO 008 §5.4.1: the first question is answered from the e-mail."""

    def _get_links(self):
        html = str(self.owed._get_one_click_html())
        return [
            link.replace("&amp;", "&") for link in re.findall('href="([^"]+)"', html)
        ]

    def test_the_email_has_a_link_for_each_number(self):
        links = self._get_links()
        scores = [parse_qs(urlsplit(link).query)["score"] for link in links]
        self.assertEqual(scores, [["1"], ["2"], ["3"], ["4"], ["5"]])
        self.assertTrue(
            all(link.startswith(self.owed.get_base_url()) for link in links)
        )
        html = self.owed._get_one_click_html()
        self.assertIn("Very dissatisfied", html)
        self.owed._create_survey_mails()
        self.assertIn("score=5", self.owed.survey_mail_id.body_html)

    def test_the_scale_is_that_of_the_question(self):
        self.questions["overall"].write({"scale_min": 0, "scale_max": 10})
        self.assertEqual(len(self._get_links()), 11)

    def test_without_a_question_that_decides_there_is_the_button_only(self):
        self.questions["overall"].is_satisfaction_question = False
        self.assertFalse(self.owed._get_one_click_html())
        self.owed._create_survey_mails()
        self.assertNotIn("score=", self.owed.survey_mail_id.body_html)
        self.assertIn("answer_token=", self.owed.survey_mail_id.body_html)

    def test_following_a_link_records_nothing(self):
        for link in self._get_links():
            page = self.url_open(urlsplit(link)._replace(scheme="", netloc="").geturl())
            self.assertEqual(page.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.owed.state, "new")
        self.assertFalse(self.owed.user_input_line_ids)
        self.assertEqual(self.owed.contact_state, "pending")

    def test_the_page_opens_started_with_the_number_chosen(self):
        page = self.url_open(f"{self.owed.get_start_url()}&score=2")
        question = self.questions["overall"].id
        self.assertRegex(page.text, rf'data-one-click="{question}"')
        checked = re.findall(r'<input[^>]*checked="checked"[^>]*>', page.text)
        self.assertEqual(len(checked), 1)
        self.assertIn(f'id="{question}_2"', checked[0])
        self.assertNotIn("data-is-start-screen", page.text)
        self.assertIn(self.vehicle.display_name, page.text)
        self.assertIn(self.treatment.name, page.text)

    def test_a_tampered_number_opens_the_plain_page(self):
        for score in ("99", "-1", "x", "٣", "2.5", "0", "1&score=9", "%00"):
            page = self.url_open(f"{self.owed.get_start_url()}&score={score}")
            if score != "1&score=9":
                self.assertNotIn('checked="checked"', page.text, score)
            self.assertEqual(page.status_code, 200, score)

    def test_what_is_chosen_is_kept_and_the_last_choice_wins(self):
        self.assertTrue(self._keep("overall", "2"))
        self.assertEqual(self.owed.state, "in_progress")
        self.assertEqual(
            self.owed.contact_state, "contacted", "the customer was reached"
        )
        self.assertFalse(self.owed.ticket_ids, "not sent yet")
        self.assertTrue(self._keep("overall", "4"))
        self.assertEqual(self._get_answers().value_scale, 4)
        self._submit(overall="5")
        self.assertEqual(self._get_answers().value_scale, 5)
        self.assertEqual(self.owed.satisfaction_score, 5)

    def test_what_is_kept_is_there_again(self):
        self._keep("overall", "2")
        page = self.url_open(self.owed.get_start_url())
        self.assertEqual(page.text.count('checked="checked"'), 1)

    def test_nothing_is_kept_after_sending(self):
        self._submit(overall="5")
        self.assertFalse(self._keep("overall", "1"))
        self.assertEqual(self._get_answers().value_scale, 5)
        self.assertFalse(self.owed.ticket_ids)

    def test_what_is_not_valid_is_not_kept(self):
        for answer in ("9", "x", "", None, ["1"], {"a": 1}, True, 4.5, "٣"):
            self.assertFalse(self._keep("overall", answer), answer)
        foreign = self.env["survey.question"].create(
            {
                "title": "Other",
                "question_type": "scale",
                "survey_id": self.env["survey.survey"].create({"title": "Other"}).id,
            }
        )
        for question_id in (foreign.id, 10**30, "x", None, [1], {}):
            result = self._call("/survey/keep", question_id=question_id, answer="1")
            self.assertFalse(result["kept"])
        self.assertFalse(self.owed.user_input_line_ids)


@tagged("post_install", "-at_install")
class TestPartialAnswer(SurveyPageCommon):
    """PRO 008 §5.4.1: who leaves the page before sending is heard."""

    def _age(self, hours=25):
        self.owed.last_answer_on = fields.Datetime.now() - timedelta(hours=hours)

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "airbag_client_mgmt.ir_cron_survey_followup"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_a_day_later_it_counts_and_opens_its_complaint(self):
        self._keep("overall", "2")
        self._keep("comment", "Late")
        self._age()
        self._run()
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.satisfaction_score, 2)
        self.assertEqual(len(self.owed.ticket_ids), 1)
        ended = self.owed.end_datetime
        self._run()
        self.assertEqual(len(self.owed.ticket_ids), 1)
        self.assertEqual(self.owed.end_datetime, ended, "finished once")

    def test_within_the_day_the_customer_goes_on(self):
        self._keep("overall", "2")
        self._age(hours=23)
        self._run()
        self.assertEqual(self.owed.state, "in_progress")
        self._submit(overall="4")
        self.assertEqual(self.owed.satisfaction_score, 4)
        self.assertFalse(self.owed.ticket_ids)

    def test_without_the_deciding_answer_it_is_not_finished(self):
        self._keep("comment", "Late")
        self._age()
        self._run()
        self.assertEqual(self.owed.state, "in_progress")

    def test_a_waived_one_is_left(self):
        self._keep("overall", "2")
        self.owed.contact_state = "waived"
        self._age()
        self._run()
        self.assertEqual(self.owed.state, "in_progress")

    def test_batches(self):
        rows = self.owed | self.env["survey.user_input"]._create_obligations(
            self._create_done_intervention() | self._create_done_intervention()
        )
        for row in rows:
            row._keep_answer(self.questions["overall"], "5")
        rows.last_answer_on = fields.Datetime.now() - timedelta(days=2)
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            register = self.env(cr=cr)["survey.user_input"]
            register._finish_partial_answers(batch_size=2)
        self.env.invalidate_all()
        self.assertEqual(set(rows.mapped("contact_state")), {"answered"})


@tagged("post_install", "-at_install")
class TestOneAnswer(SurveyPageCommon):
    """PRO 008 §5.4.1: a visit is answered once, whoever opens its link."""

    def test_sending_twice_at_once_is_one_answer(self):
        url = f"{self.base_url()}/survey/submit/{self._get_tokens()}"
        body = {"params": {str(self.questions["overall"].id): "1"}}
        cookies = self.opener.cookies.get_dict()
        with self.allow_requests(all_requests=True), ThreadPoolExecutor(4) as pool:
            replies = list(
                pool.map(
                    lambda _: requests.post(
                        url, json=body, cookies=cookies, timeout=60
                    ).json(),
                    range(4),
                )
            )
        self.env.invalidate_all()
        for reply in replies:
            self.assertIn("o_airbag_survey_done", reply["result"][1]["survey_content"])
        self.assertEqual(len(self._get_answers()), 1)
        self.assertEqual(len(self.owed.ticket_ids), 1)

    def test_sending_again_shows_what_follows_and_changes_nothing(self):
        self._submit(overall="1")
        number = self.owed.ticket_ids.number
        reply = self._submit(overall="5")
        self.assertIn(number, reply[1]["survey_content"])
        self.assertEqual(self.owed.satisfaction_score, 1)
        for url in (self.owed.get_start_url(), f"/survey/{self._get_tokens()}"):
            page = self.url_open(url)
            self.assertIn(number, page.text)
            self.assertIn(
                self.owed._format_moment(self.owed.end_datetime)[:8], page.text
            )
        self.assertEqual(self.url_open(self.owed.get_print_url()).status_code, 200)

    def test_beginning_twice_shows_the_questions(self):
        for _time in range(2):
            self.assertIn("survey_content", self._call("/survey/begin")[1])

    def test_no_other_route_makes_an_answer(self):
        count = self._get_count()
        token = self.survey.access_token
        self._submit(overall="5")
        self.survey.write(
            {
                "access_mode": "public",
                "is_attempts_limited": False,
                "session_code": "99",
            }
        )
        for url in (
            f"/survey/retry/{self._get_tokens()}",
            f"/survey/start/{token}",
            f"/survey/start/{token}?email=x@example.com",
            "/s/99",
        ):
            self.url_open(url)
        self.opener.cookies.set(f"survey_{token}", self.owed.access_token)
        page = self.url_open(f"/survey/start/{token}")
        self.assertNotIn(self.owed.access_token, page.text, "the cookie of a visit")
        self.assertEqual(page.status_code, 404)
        self.assertEqual(self._get_count(), count)

    def test_two_people_with_one_address_answer_for_themselves(self):
        twin = self.customer.copy({"email": self.customer.email})
        visit = self._create_done_intervention(partner_id=twin.id, vehicle_id=False)
        other = self.owed._create_obligations(visit)
        self._submit(overall="1")
        self.assertEqual(other.state, "new")
        self.owed = other
        self._submit(overall="5")
        self.assertEqual(other.satisfaction_score, 5)
        self.assertFalse(other.ticket_ids)

    def test_the_questionnaire_is_not_shared_by_hand(self):
        count = self._get_count()
        with self.assertRaises(UserError):
            self.survey.action_send_survey()
        with self.assertRaises(UserError):
            self.survey.action_start_session()
        with self.assertRaises(UserError):
            self.owed.action_resend()
        invite = self.env["survey.invite"].create(
            {
                "survey_id": self.survey.id,
                "partner_ids": [Command.set(self.customer.ids)],
                "existing_mode": "resend",
                "subject": "Again",
                "body": "Again",
            }
        )
        with self.assertRaises(UserError):
            invite.action_invite()
        with self.assertRaises(UserError):
            self.survey._create_answer(email="x@example.com")
        self.assertEqual(self._get_count(), count)
        self.assertTrue(self.survey._create_answer(user=self.env.user, test_entry=True))


@tagged("post_install", "-at_install")
class TestLinkProblem(SurveyPageCommon):
    """PRO 008 §5.4.1: a link that does not answer says why, and leaks nothing."""

    def _assert_problem(self, url, status):
        page = self.url_open(url)
        self.assertEqual(page.status_code, status, url)
        self.assertIn("o_airbag_survey_problem", page.text)
        self.assertNotIn("o_survey-fill-form", page.text)
        return page

    def test_tampered_tokens(self):
        survey, answer = self.survey.access_token, self.owed.access_token
        for url in (
            f"/survey/start/{survey}",
            f"/survey/start/{survey}?answer_token={answer[:-4]}0000",
            f"/survey/start/{survey}x?answer_token={answer}",
            f"/survey/start/{survey}%00?answer_token=%00",
            f"/survey/start/%FF%FE?answer_token={answer}",
            f"/survey/{survey}/{answer[:-4]}0000",
            f"/survey/print/{survey}?answer_token=x",
        ):
            page = self._assert_problem(url, 404)
            self.assertNotIn(self.visit.name, page.text)
            self.assertNotIn(self.customer.name, page.text)
            self.assertNotIn(self.vehicle.license_plate, page.text)

    def test_the_token_of_another_questionnaire(self):
        other = self.env["survey.survey"].create({"title": "Climate"})
        self._assert_problem(
            f"/survey/start/{self.survey.access_token}?answer_token="
            f"{other._create_answer(email='x@example.com').access_token}",
            404,
        )

    def test_an_expired_link(self):
        today = self.company._get_service_today()
        self.assertEqual(
            self.owed._get_link_expiry(),
            today + timedelta(days=self.company.survey_link_days),
        )
        self.owed.deadline = fields.Datetime.now() - timedelta(minutes=1)
        self._assert_problem(self.owed.get_start_url(), 410)
        self.assertEqual(self._submit(overall="1")[1]["error"], "answer_deadline")
        self.assertFalse(self._keep("overall", "1"))
        self.assertFalse(self.owed.user_input_line_ids)
        self.owed.with_user(self.care)._record_answers(
            {self.questions["overall"]: "4"}, "phone"
        )
        self.assertEqual(self.owed.satisfaction_score, 4, "an employee still records")

    def test_the_days_of_the_link_are_a_setting(self):
        self.company.survey_link_days = 0
        other = self.owed._create_obligations(self._create_done_intervention())
        self.assertFalse(other.deadline)

    def test_a_waived_survey(self):
        self.owed.with_user(self.quality)._waive("Asked not to be contacted")
        page = self._assert_problem(self.owed.get_start_url(), 410)
        self.assertNotIn("Asked not to be contacted", page.text)
        self.assertEqual(self._submit(overall="1")[1]["error"], "visit_waived")
        self.assertFalse(self.owed.user_input_line_ids)

    def test_an_archived_questionnaire_still_takes_the_answers(self):
        self.survey.active = False
        page = self.url_open(f"{self.owed.get_start_url()}&score=4")
        self.assertIn("o_survey-fill-form", page.text)
        self._submit(overall="4")
        self.assertEqual(self.owed.contact_state, "answered")

    def test_a_questionnaire_for_users_still_takes_the_answers(self):
        self.survey.users_login_required = True
        self._submit(overall="4")
        self.assertEqual(self.owed.contact_state, "answered")

    def test_an_employee_is_sent_to_the_register(self):
        self.authenticate(self.care.login, self.care.login)
        page = self._assert_problem(f"{self.owed.get_start_url()}&score=1", 403)
        self.assertIn(f"/odoo/satisfaction/{self.owed.id}", page.text)
        self._submit(overall="1")
        self._keep("overall", "1")
        self.assertFalse(self.owed.user_input_line_ids)
        self.assertEqual(self.owed.state, "new")

    def test_an_employee_who_may_not_record_gets_no_button(self):
        self.authenticate(self.technician.login, self.technician.login)
        page = self._assert_problem(self.owed.get_start_url(), 403)
        self.assertNotIn("/odoo/satisfaction", page.text)

    def test_a_portal_user_of_somebody_else(self):
        user = new_test_user(self.env, "test_stranger", groups="base.group_portal")
        self.authenticate(user.login, user.login)
        page = self._assert_problem(self.owed.get_start_url(), 403)
        self.assertNotIn("/odoo/", page.text)
        self.assertNotIn(self.vehicle.license_plate, page.text)

    def test_the_contact_logged_in_answers(self):
        user = new_test_user(self.env, "test_contact", groups="base.group_portal")
        self.owed.partner_id = user.partner_id
        self.authenticate(user.login, user.login)
        self.assertIn(
            "o_survey-fill-form", self.url_open(self.owed.get_start_url()).text
        )
        self._submit(overall="5")
        self.assertEqual(self.owed.contact_state, "answered")

    def test_officers_test_the_questionnaire(self):
        officer = new_test_user(
            self.env, "test_officer", groups="base.group_user,survey.group_survey_user"
        )
        self.authenticate(officer.login, officer.login)
        page = self.url_open(f"/survey/test/{self.survey.access_token}")
        self.assertIn("o_survey-fill-form", page.text)


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
