# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestSurveyAnswer(ClientMgmtCommon, HttpCase):
    """PRO 008 §5.4.2 and §5.4.3: the answer, and what a bad one opens."""

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

    def _answer_page(self, **answers):
        """Answer over the public page, as a customer does; return what it says."""
        token = f"{self.survey.access_token}/{self.owed.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{token}", {})
        values = {str(self.questions[name].id): v for name, v in answers.items()}
        result = self.make_jsonrpc_request(f"/survey/submit/{token}", values)
        self.env.invalidate_all()
        return result

    def _record(self, user, channel="phone", **answers):
        """Answer by phone: ``user`` fills in the window."""
        action = self.owed.with_user(user).action_record_answers()
        wizard = (
            self.env["airbag.survey.record"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"channel": channel})
        )
        for name, value in answers.items():
            line = wizard.line_ids.filtered(
                lambda line, name=name: line.question_id == self.questions[name]
            )
            field = "value_text" if name == "comment" else "value_number"
            line[field] = value
        wizard.action_apply()

    # === THE PAGE === #
    def test_the_page_opens_without_login(self):
        page = self.url_open(self.owed.get_start_url())
        self.assertEqual(page.status_code, 200)
        # The page speaks the visitor's language, not the test's: look at tokens.
        self.assertIn(self.owed.access_token, page.text)
        wrong = self.url_open(self.owed.get_start_url()[:-4] + "0000")
        self.assertNotIn("o_survey-fill-form", wrong.text)

    def test_a_good_answer_is_satisfied_and_opens_nothing(self):
        self._answer_page(overall="4", quality="5", comment="Thank you")
        self.assertEqual(self.owed.state, "done")
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.satisfaction_score, 4)
        self.assertTrue(self.owed.is_satisfied)
        self.assertFalse(self.owed.ticket_ids)
        self.assertTrue(self.owed.contacted_on)

    def test_three_of_five_is_not_satisfied_but_no_complaint(self):
        self._answer_page(overall="3")
        self.assertFalse(self.owed.is_satisfied)
        self.assertFalse(self.owed.ticket_ids)

    def test_the_question_that_decides_is_mandatory(self):
        result = self._answer_page(quality="5")
        self.assertEqual(result[1]["error"], "validation")
        self.assertNotEqual(self.owed.state, "done")

    def test_a_forged_score_is_refused(self):
        for score in ("99", "-1", "x"):
            result = self._answer_page(overall=score)
            self.assertEqual(result[1]["error"], "validation")
        self._answer_page(overall="5")
        self.assertEqual(self.owed.satisfaction_score, 5)

    def test_a_bad_answer_opens_a_complaint_in_the_area_of_the_worst(self):
        self._answer_page(overall="2", punctuality="1", comment="<script>late</script>")
        ticket = self.owed.ticket_ids
        self.assertEqual(len(ticket), 1)
        self.assertEqual(
            ticket.team_id, self.env.ref("airbag_client_mgmt.helpdesk_team_operations")
        )
        self.assertEqual(
            ticket.category_id,
            self.env.ref("airbag_client_mgmt.helpdesk_category_punctuality"),
        )
        self.assertEqual(ticket.kind, "complaint")
        self.assertEqual(ticket.intervention_id, self.visit)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.partner_email, "fleet@example.com")
        self.assertFalse(ticket.user_id, "not assigned to the public user")
        self.assertTrue(ticket.resolution_deadline)
        self.assertIn(self.visit.name, ticket.description)
        self.assertIn("&lt;script&gt;", ticket.description)
        self.assertEqual(self.visit.ticket_count, 1)

    def test_the_leader_of_the_area_is_told(self):
        team = self.env.ref("airbag_client_mgmt.helpdesk_team_operations")
        team.user_id = self.planner
        self._answer_page(overall="2", punctuality="1")
        self.assertEqual(self.owed.ticket_ids.activity_ids.user_id, self.planner)

    def test_the_average_score_leaves_out_the_unanswered(self):
        other = self._create_done_intervention()
        both = self.owed | self.owed._create_obligations(other)
        self._answer_page(overall="3")
        [(average,)] = both._read_group(
            [("id", "in", both.ids)], [], ["satisfaction_score:avg"]
        )
        self.assertEqual(average, 3)

    def test_a_bad_answer_to_any_question_opens_a_complaint(self):
        self._answer_page(overall="4", staff="2")
        self.assertEqual(
            self.owed.ticket_ids.team_id,
            self.env.ref("airbag_client_mgmt.helpdesk_team_commercial"),
        )

    def test_the_general_question_goes_to_customer_care(self):
        self._answer_page(overall="1", quality="3")
        self.assertEqual(
            self.owed.ticket_ids.team_id,
            self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care"),
        )

    def test_saving_twice_opens_one_complaint(self):
        self._answer_page(overall="1")
        self.owed.sudo()._mark_done()
        self._answer_page(overall="1")
        self.assertEqual(len(self.owed.ticket_ids), 1)

    def test_the_database_refuses_a_second_complaint(self):
        self._answer_page(overall="1")
        values = self.owed._prepare_ticket_values(self.owed._get_worst_line())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["helpdesk.ticket"].create(values)

    def test_the_threshold_is_a_setting(self):
        self.company.satisfaction_ticket_threshold = 0
        self._answer_page(overall="1")
        self.assertFalse(self.owed.ticket_ids)
        self.assertFalse(self.owed.is_satisfied)

    def test_an_area_of_another_company_is_not_used(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other area", "company_id": other.id}
        )
        self.questions["quality"].responsible_team_id = team
        self._answer_page(overall="4", quality="1")
        self.assertEqual(
            self.owed.ticket_ids.team_id,
            self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care"),
        )
        self.assertEqual(self.owed.ticket_ids.company_id, self.company)

    def test_an_answer_after_the_deadline_still_counts(self):
        self.owed.sudo()._mark_overdue()
        self._answer_page(overall="5")
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertFalse(self.owed.activity_ids, "the call is no longer needed")

    # === BY PHONE === #
    def test_answers_taken_by_phone_land_in_the_same_row(self):
        self._record(self.care, overall="1", quality="2", comment="Scratched")
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertEqual(self.owed.contact_channel, "phone")
        self.assertEqual(self.owed.contact_user_id, self.care)
        self.assertEqual(self.owed.satisfaction_score, 1)
        self.assertEqual(len(self.owed.ticket_ids), 1)
        self.assertEqual(self.visit.survey_input_ids, self.owed)

    def test_the_salesperson_records_too(self):
        self._record(self.salesperson, channel="in_person", overall="5")
        self.assertEqual(self.owed.contact_channel, "in_person")
        self.assertTrue(self.owed.is_satisfied)

    def test_recording_nothing_writes_nothing(self):
        with self.assertRaises(UserError):
            self._record(self.care, quality="1")
        self.assertFalse(self.owed.user_input_line_ids)
        self.assertEqual(self.owed.contact_state, "pending")

    def test_a_score_outside_the_scale_is_refused(self):
        with self.assertRaises(UserError):
            self._record(self.care, overall="9")

    def test_an_answered_survey_is_not_recorded_again(self):
        self._record(self.care, overall="5")
        with self.assertRaises(UserError):
            self.owed.with_user(self.care).action_record_answers()

    # === WAIVING === #
    def _waive(self, user, reason):
        owed = self.owed.with_user(user)
        action = owed.action_waive()
        self.env["airbag.survey.waive"].with_user(user).create(
            {
                "user_input_ids": [
                    Command.set(action["context"]["default_user_input_ids"])
                ],
                "reason": reason,
            }
        ).action_apply()

    def test_quality_waives_with_a_reason(self):
        self._waive(self.quality, "The customer asked not to be contacted")
        self.assertEqual(self.owed.contact_state, "waived")
        with self.assertRaises(UserError):
            self.owed.with_user(self.care).action_record_answers()

    def test_waiving_needs_a_reason(self):
        with self.assertRaises(UserError):
            self._waive(self.quality, "  ")

    def test_only_quality_waives(self):
        for user in (self.salesperson, self.care, self.planner, self.management):
            with self.assertRaises(AccessError):
                self.owed.with_user(user).action_waive()
            with self.assertRaises(AccessError):
                self.owed.with_user(user)._waive("No time")

    # === THE QUESTIONNAIRE === #
    def test_one_scale_question_decides(self):
        both = self.questions["quality"] | self.questions["staff"]
        with self.assertRaises(ValidationError):
            both.is_satisfaction_question = True
        with self.assertRaises(ValidationError):
            self.questions["comment"].is_satisfaction_question = True

    def test_evidence_is_not_deleted(self):
        self._answer_page(overall="5")
        for record in (
            self.owed,
            self.owed.user_input_line_ids,
            self.survey,
            self.questions["overall"],
        ):
            with self.assertRaises(UserError):
                record.unlink()

    def test_other_surveys_are_left_alone(self):
        survey = self.env["survey.survey"].create({"title": "Climate"})
        answer = survey._create_answer(email="x@example.com")
        answer._mark_done()
        self.assertFalse(answer.contact_state)
        self.assertFalse(answer.satisfaction_score)
        answer.unlink()
        self.assertFalse(answer.exists())

    def test_a_portal_colleague_cannot_answer_for_the_contact(self):
        colleague = new_test_user(
            self.env, login="test_colleague", groups="base.group_portal"
        )
        self.authenticate(colleague.login, colleague.login)
        self._answer_page(overall="1")
        self.assertNotEqual(self.owed.state, "done")
