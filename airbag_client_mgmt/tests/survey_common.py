# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from odoo.addons.mail.tests.common import MailCommon

from .common import ClientMgmtCommon


class SurveyCommon(ClientMgmtCommon, MailCommon):
    """Two done visits of Ana Torres, and what asks her about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_inputs = cls.env["survey.user_input"]
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Ana Torres",
                "parent_id": cls.customer.id,
                "email": "ana@example.com",
                "phone": "+57 300 123 4567",
            }
        )
        cls.visit = cls._create_done_intervention(contact_id=cls.contact.id)
        cls.other_visit = cls._create_done_intervention(
            contact_id=cls.contact.id, user_id=cls.other_technician.id
        )

    def _owe(self, *visits):
        """Return the surveys owed by the visits; all open ones by default."""
        found = self.env["airbag.intervention"].search(
            self.user_inputs._get_survey_obligations_domain()
        )
        if visits:
            found &= self.env["airbag.intervention"].union(*visits)
        return self.user_inputs._create_obligations(found)

    def _run(self, cron):
        with self.enter_registry_test_mode():
            self.env.ref(f"airbag_client_mgmt.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def _move_service(self, visit, finished_at):
        # Past every lock: time cannot be made to pass here.
        models.BaseModel.write(
            visit,
            {
                "started_at": finished_at - timedelta(hours=1),
                "finished_at": finished_at,
            },
        )

    def _calls(self, user_input):
        kind = self.env.ref("airbag_client_mgmt.mail_activity_type_satisfaction_call")
        return user_input.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _mail(self, user_input):
        """Send the e-mail with the survey; the contact is then made by e-mail."""
        with self.mock_mail_gateway():
            user_input._do_followup().send()

    def _age(self, user_input, days):
        """Let days pass: everything about a survey happened so much earlier."""
        self._move_service(
            user_input.intervention_id,
            user_input.intervention_id.finished_at - timedelta(days=days),
        )
        passed = timedelta(days=days)
        values = {"contact_deadline": user_input.contact_deadline - passed}
        for fname in ("contacted_on", "survey_mailed_on", "spoken_on"):
            if user_input[fname]:
                values[fname] = user_input[fname] - passed
        user_input.sudo().write(values)
