# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import ClientMgmtCommon

SPANISH = "es_419"


@tagged("post_install", "-at_install")
class TestUnattendedLanguage(ClientMgmtCommon):
    """A cron has no language; what it writes is in that of those who read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(SPANISH)
        module = cls.env["ir.module.module"]._get("airbag_client_mgmt")
        module._update_translations([SPANISH])
        cls.company.partner_id.lang = cls.customer.lang = SPANISH
        cls.env["res.users"].search([]).write({"lang": SPANISH})
        cls.env = cls.env(context={**cls.env.context, "lang": None})
        cls.today = fields.Date.today()

    def _confirm_contract(self, start, **values):
        order = self._create_contract(contract_start=start, **values)
        order.action_confirm()
        return order

    def _create_owed_survey(self):
        visit = self._create_done_intervention()
        return self.env["survey.user_input"]._create_obligations(visit)

    def _flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def test_the_call_asked_of_commercial(self):
        owed = self._create_owed_survey()
        owed._request_call()
        self.assertEqual(
            owed.activity_ids.mapped("summary"),
            [f"Llamar a {self.customer.name} por el servicio"],
        )

    def test_the_contact_noted_when_the_mail_leaves(self):
        owed = self._create_owed_survey()
        self._flush_tracking()
        mail = owed._do_followup().with_context(
            tracking_disable=False, mail_notrack=False
        )
        self._flush_tracking()
        mail.state = "sent"
        mail._postprocess_sent_message([], [])
        self.assertEqual(owed.contact_state, "contacted")
        self._flush_tracking()
        values = owed.message_ids.sudo().tracking_value_ids
        self.assertIn("Cliente contactado", values.mapped("new_value_char"))

    def test_the_reason_of_a_survey_too_soon(self):
        values = self.env["survey.user_input"]._prepare_gap_waive_values(
            self.company, self.today
        )
        self.assertIn("Ya se preguntó por el servicio", values["waive_reason"])

    def test_the_complaint_of_a_bad_answer(self):
        team = self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care")
        team.user_id = self.care
        question = self.env.ref("airbag_client_mgmt.satisfaction_question_overall")
        question.responsible_team_id = team
        owed = self._create_owed_survey()
        owed.user_input_line_ids = [
            Command.create(
                {"question_id": question.id, "answer_type": "scale", "value_scale": 1}
            )
        ]
        ticket = owed._open_tickets()
        self.assertIn("Seguimiento del servicio", ticket.name)
        self.assertIn("Respuestas del cliente", ticket.description)
        self.assertEqual(
            ticket.activity_ids.mapped("summary"), ["Atender al cliente insatisfecho"]
        )

    def test_the_late_ticket_told_to_its_area(self):
        team = self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care")
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "A", "description": "A", "team_id": team.id, "user_id": False}
        )
        ticket._escalate()
        self.assertIn("No se atendió a tiempo", ticket.activity_ids.mapped("summary"))

    def test_the_renewal_told_to_the_salesperson(self):
        start = self.today - relativedelta(years=1) + timedelta(days=20)
        order = self._confirm_contract(start)
        order._do_refresh_contracts()
        activity = order.activity_ids
        self.assertEqual(activity.summary, "Ofrecer la renovación del contrato")
        self.assertIn("ofrezca su renovación", activity.note)

    def test_the_reason_of_a_visit_moved_from_a_day_off(self):
        sunday = self.today + timedelta(days=6 - self.today.weekday() or 7)
        order = self._confirm_contract(sunday)
        first = order.intervention_ids.sorted("visit_number")[:1]
        self.assertEqual(
            first.reschedule_reason, "Se movió por caer en un día no laborable"
        )
