# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.tests import tagged

from .survey_page_common import SurveyPageCommon


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
        self._leave_survey()
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
                self.assertNotIn("data-one-click-score", page.text, score)
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

    def test_the_register_shows_the_whole_comment(self):
        text = "They came two hours late, and nobody called." * 5
        self._submit(overall="3", comment=text)
        view = self.env.ref("airbag_client_mgmt.survey_user_input_register_view_form")
        self.assertIn('name="full_answer"', view.arch)
        self.assertEqual(self._get_answers("comment").full_answer, text)
        self.assertEqual(self._get_answers("overall").full_answer, "3")

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

    def test_it_counts_also_when_another_question_decides_since(self):
        self._keep("overall", "2")
        self.questions["quality"].is_satisfaction_question = True
        self._age()
        self._run()
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.satisfaction_score, 2)

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


@tagged("post_install", "-at_install", "browser")
class TestSurveyTour(SurveyPageCommon):
    """PRO 008 §5.4.1: the customer's phone, with the page's own code."""

    browser_size = "390x844"
    touch_enabled = True

    def test_one_click_and_the_customer_leaves(self):
        self.start_tour(f"{self.owed.get_start_url()}&score=2", "airbag_survey_left")
        self.env.invalidate_all()
        self.assertEqual(self.owed.state, "in_progress")
        self.assertEqual(self._get_answers().value_scale, 2)

    def test_the_customer_answers(self):
        self.start_tour(f"{self.owed.get_start_url()}&score=2", "airbag_survey_page")
        self.env.invalidate_all()
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.satisfaction_score, 1)
        comment = self._get_answers("comment")
        self.assertEqual(comment.value_text_box, "They came <b>late</b>")
        self.assertEqual(len(self.owed.ticket_ids), 1)

    def test_a_lost_connection_loses_no_answer(self):
        self.start_tour(f"{self.owed.get_start_url()}&score=2", "airbag_survey_offline")
        self.env.invalidate_all()
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.satisfaction_score, 2)
        self.assertEqual(self._get_answers("comment").value_text_box, "They came late")
