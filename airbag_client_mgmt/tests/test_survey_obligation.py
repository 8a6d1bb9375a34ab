# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCommon

OBLIGATION = "odoo.addons.airbag_client_mgmt.models.survey_user_input_obligation"


@tagged("post_install", "-at_install")
class TestSurveyObligation(SurveyCommon):
    """PRO 008 §5.4.1: the customer is contacted within 5 days of the service."""

    # === OBLIGATIONS === #
    def test_the_states_of_many_visits_are_read_at_once(self):
        visits = self.visit + self.other_visit
        self._owe(*visits)
        counts = []
        for records in (self.visit, visits):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("survey_contact_state")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_each_done_visit_owes_one_survey(self):
        first, second = self._owe(self.visit), self._owe(self.other_visit)
        self.assertEqual(first.intervention_id, self.visit)
        self.assertEqual(first.contact_state, "pending")
        self.assertEqual(first.partner_id, self.contact)
        self.assertEqual(first.email, "ana@example.com")
        self.assertEqual(first.company_id, self.company)
        self.assertEqual(first.treatment_id, self.treatment)
        self.assertEqual(first.technician_id, self.technician)
        self.assertEqual(self.visit.survey_input_id, first)
        self.assertNotEqual(first.access_token, second.access_token)
        self.assertEqual(first.predefined_question_ids, first.survey_id.question_ids)

    def test_a_visit_not_done_owes_none(self):
        planned = self._create_intervention()
        self.assertNotIn(planned, self._owe().intervention_id)

    def test_the_scheduled_action_creates_it_once(self):
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1)
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1)

    def test_a_visit_done_again_owes_no_second_survey(self):
        owed = self._owe(self.visit)
        self.visit.with_user(self.quality).action_reopen()
        self.visit.action_finish()
        self.assertFalse(self._owe(self.visit))
        self.assertEqual(self.visit.survey_input_ids, owed)

    def test_many_visits_cost_no_more_queries_than_few(self):
        many = self.env["airbag.intervention"].union(
            *(self._create_done_intervention() for _i in range(8))
        )

        def count(visits):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.user_inputs._create_obligations(visits)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(self.visit)  # warms the caches
        self.assertLessEqual(count(many), count(self.other_visit) + 2)

    def test_the_database_refuses_a_second_survey(self):
        owed = self._owe(self.visit)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.user_inputs.create(
                {"survey_id": owed.survey_id.id, "intervention_id": self.visit.id}
            )
            self.env.flush_all()

    def test_the_deadline_counts_from_the_local_day_of_the_service(self):
        # 02:30 UTC on 1 March is still 28 February in Bogotá.
        self._move_service(self.visit, datetime(2026, 3, 1, 2, 30))
        owed = self._owe(self.visit)
        self.assertEqual(owed.service_date, date(2026, 2, 28))
        self.assertEqual(owed.contact_deadline, date(2026, 3, 5))

    def test_a_service_reopened_keeps_its_day(self):
        owed = self._owe(self.visit)
        day = owed.service_date
        self.visit.with_user(self.quality).action_reopen()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(day)
        self.assertEqual(owed.service_date, day, "its answer still counts")

    def test_the_days_to_contact_are_a_setting(self):
        self.company.survey_contact_days = 2
        owed = self._owe(self.visit)
        self.assertEqual(owed.contact_deadline - owed.service_date, timedelta(days=2))

    def test_a_company_without_questionnaire_asks_nobody(self):
        self.company.satisfaction_survey_id = False
        self.assertNotIn(self.visit, self._owe().intervention_id)

    def test_companies_get_the_shipped_questionnaire(self):
        survey = self.env.ref("airbag_client_mgmt.satisfaction_survey")
        self.assertEqual(self.company.satisfaction_survey_id, survey)
        created = self.env["res.company"].create({"name": "Another workshop"})
        self.assertEqual(created.satisfaction_survey_id, survey)
        self.assertEqual(created.survey_contact_days, 5)

    def test_a_threshold_of_satisfied_customers_is_refused(self):
        with self.assertRaises(ValidationError):
            self.company.satisfaction_ticket_threshold = 4

    def test_services_from_before_the_company_began_owe_none(self):
        # 02:30 UTC on 1 March is still 28 February in Bogotá.
        self._move_service(self.visit, datetime(2026, 3, 1, 2, 30))
        self._move_service(self.other_visit, datetime(2026, 3, 1, 5, 30))
        self.company.survey_since = date(2026, 3, 1)
        owed = self._owe(self.visit, self.other_visit)
        self.assertEqual(owed.intervention_id, self.other_visit)
        self.company.survey_since = False
        self.assertEqual(self._owe().intervention_id, self.visit)

    def test_an_archived_visit_owes_its_survey(self):
        self.visit.with_user(self.planner).action_archive()
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1)

    def _break(self, broken):
        """Return a patch with which the survey of one visit cannot be created."""
        create = type(self.user_inputs)._prepare_obligation_values

        def prepare(records, intervention, survey):
            if intervention == broken:
                raise ValueError("no such questionnaire")
            return create(records, intervention, survey)

        return patch.object(
            type(self.user_inputs), "_prepare_obligation_values", prepare
        )

    def test_a_visit_that_fails_stops_no_other_and_says_why(self):
        with self._break(self.visit), mute_logger(OBLIGATION):
            for _turn in range(2):
                self._run("ir_cron_survey_obligations")
        self.assertFalse(self.visit.survey_input_ids)
        self.assertEqual(len(self.other_visit.survey_input_ids), 1)
        self.assertEqual(self.visit.survey_error, "no such questionnaire")
        activity = self.visit.activity_ids
        self.assertEqual(len(activity), 1, "quality is told once")
        self.assertTrue(
            activity.user_id.has_group("airbag_client_mgmt.group_quality_manager")
        )
        self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.visit.survey_input_ids), 1, "it is tried again")
        self.assertFalse(self.visit.survey_error)
        self.assertFalse(self.visit.activity_ids)

    def test_a_visit_that_fails_does_not_keep_its_place_in_the_batch(self):
        cron = self.env.ref("airbag_client_mgmt.ir_cron_survey_obligations")
        cron.code = "model._cron_survey_obligations(batch_size=1)"
        with self._break(self.visit), mute_logger(OBLIGATION):
            self._run("ir_cron_survey_obligations")
        self.assertEqual(len(self.other_visit.survey_input_ids), 1)

    def test_nobody_writes_by_hand_why_a_survey_is_missing(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.quality).write({"survey_error": "None"})
