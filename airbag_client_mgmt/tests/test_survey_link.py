# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .survey_page_common import SurveyPageCommon


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
        self._leave_survey()
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

    def test_the_results_are_not_for_customers(self):
        page = self.url_open(f"/survey/results/{self.survey.id}")
        self.assertIn("/web/login", page.url)
        user = new_test_user(self.env, "test_reader", groups="base.group_portal")
        self.authenticate(user.login, user.login)
        with mute_logger("odoo.http"):
            page = self.url_open(f"/survey/results/{self.survey.id}")
        self.assertEqual(page.status_code, 403)

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
        made_on = self.company._get_service_date(self.owed.create_date)
        self.assertEqual(
            self.owed._get_link_expiry(),
            made_on + timedelta(days=self.company.survey_link_days),
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
        self.assertFalse(self._keep("overall", "1"))
        self.assertEqual(self.owed.contact_state, "waived")
        self.assertFalse(self.owed.user_input_line_ids)

    def test_an_archived_questionnaire_still_takes_the_answers(self):
        self._leave_survey()
        self.survey.active = False
        page = self.url_open(f"{self.owed.get_start_url()}&score=4")
        self.assertIn("o_survey-fill-form", page.text)
        self._submit(overall="4")
        self.assertEqual(self.owed.contact_state, "answered")

    def test_a_questionnaire_for_users_still_takes_the_answers(self):
        self._leave_survey()
        self.survey.users_login_required = True
        self._submit(overall="4")
        self.assertEqual(self.owed.contact_state, "answered")

    def test_a_time_limit_does_not_end_what_a_customer_began(self):
        self._leave_survey()
        self.survey.write({"is_time_limited": True, "time_limit": 1})
        self._keep("overall", "2")
        self.owed.start_datetime = fields.Datetime.now() - timedelta(hours=1)
        self.url_open(self.owed.get_start_url())
        self.env.invalidate_all()
        self.assertEqual(self.owed.state, "in_progress")
        self._submit(overall="4")
        self.assertEqual(self.owed.satisfaction_score, 4)

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
