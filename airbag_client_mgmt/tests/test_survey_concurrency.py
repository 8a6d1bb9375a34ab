# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCommon

FOLLOWUP = "odoo.addons.airbag_client_mgmt.models.survey_user_input_followup"


@tagged("post_install", "-at_install")
class TestSurveyConcurrency(SurveyCommon):
    """PRO 008 §5.4.1: each once, whichever server, whenever one fails.

    Two servers that really run, and are killed, are in the trials of ``./dev test``:
    here the rows that another one holds are told by hand, since what a test creates
    no other connection sees.
    """

    def _held_elsewhere(self, held):
        """Return a patch with which another server holds these records."""
        model = type(held)
        lock = model.try_lock_for_update

        def try_lock(records, **options):
            return lock(records, **options) - held

        return patch.object(model, "try_lock_for_update", try_lock)

    def _create_apart(self, visits):
        domain = self.user_inputs._get_survey_obligations_domain()
        self.user_inputs._create_obligations_apart(visits, domain)

    # === OBLIGATIONS === #
    def test_a_visit_at_another_server_is_left_to_it(self):
        both = self.visit | self.other_visit
        with self._held_elsewhere(self.visit):
            self._create_apart(both)
        self.assertFalse(self.visit.survey_input_ids)
        self.assertEqual(len(self.other_visit.survey_input_ids), 1)
        self._create_apart(both)
        self.assertEqual([len(visit.survey_input_ids) for visit in both], [1, 1])

    def test_only_the_survey_of_the_visit_is_of_another_server(self):
        def refuse(**values):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(UniqueViolation) as caught,
                self.env.cr.savepoint(),
            ):
                self.user_inputs.create({"survey_id": owed.survey_id.id, **values})
                self.env.flush_all()
            return caught.exception

        owed = self._owe(self.visit)
        second = refuse(intervention_id=self.visit.id)
        self.assertTrue(self.user_inputs._is_of_another_server(second))
        token = refuse(access_token=owed.access_token)
        self.assertFalse(self.user_inputs._is_of_another_server(token))

    def test_a_person_another_server_decides_about_waits(self):
        self.company.survey_min_gap_days = 30
        other = self._create_done_intervention()
        double = self.contact.copy({"name": "Ana T."})
        visits = self.visit | other
        for held in (self.contact, double):
            with self.subTest(held=held.name), self._held_elsewhere(held):
                self.assertEqual(self.user_inputs._lock_persons(visits), other)
        self.assertEqual(self.user_inputs._lock_persons(visits), visits)

    # === FOLLOW-UP === #
    def test_a_survey_at_another_server_is_left_to_it(self):
        owed = self._owe(self.visit, self.other_visit)
        with self.mock_mail_gateway(), self._held_elsewhere(owed[0]):
            self._run("ir_cron_survey_followup")
        self.assertEqual(owed.mapped("contact_state"), ["pending", "contacted"])
        self.assertFalse(owed[0].survey_mailed_on)

    def test_what_the_customer_is_sending_is_left_to_the_customer(self):
        owed = self._owe(self.visit)
        question = owed._get_deciding_question()
        owed._keep_answer(question, "4")
        owed.last_answer_on = fields.Datetime.now() - timedelta(days=2)
        with self._held_elsewhere(owed):
            self._run("ir_cron_survey_followup")
        self.assertEqual(owed.state, "in_progress")
        self._run("ir_cron_survey_followup")
        self.assertEqual(owed.contact_state, "answered")

    def test_one_run_goes_through_all_batches(self):
        owed = self._owe(self.visit, self.other_visit)
        cron = self.env.ref("airbag_client_mgmt.ir_cron_survey_followup")
        cron.code = "model._cron_survey_followup(batch_size=1)"
        with self.mock_mail_gateway():
            self._run("ir_cron_survey_followup")
        self.assertEqual(set(owed.mapped("contact_state")), {"contacted"})

    def test_the_email_is_in_the_database_before_it_leaves(self):
        owed = self._owe(self.visit)
        happened = []
        crons = type(self.env["ir.cron"])
        commit = crons._commit_progress

        def note_commit(cron, processed=0, **options):
            happened.append(("committed", processed))
            return commit(cron, processed, **options)

        def note_sending(_register, mails):
            happened.append(("sent", len(mails)))

        with (
            patch.object(crons, "_commit_progress", note_commit),
            patch.object(type(owed), "_send_mails", note_sending),
        ):
            self._run("ir_cron_survey_followup")
        sent = happened.index(("sent", 1))
        self.assertEqual(happened[sent - 1], ("committed", 1))

    def test_a_mail_server_that_goes_away_stops_nothing(self):
        owed = self._owe(self.visit)
        with (
            patch.object(type(self.env["mail.mail"]), "send", side_effect=OSError),
            mute_logger(FOLLOWUP),
        ):
            self._run("ir_cron_survey_followup")
        self.assertEqual(owed.survey_mail_id.state, "outgoing", "for the queue")
        self.assertEqual(owed.contact_state, "pending")
