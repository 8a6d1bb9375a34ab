# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import Command, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .common import PIXEL, ClientMgmtCommon


class SurveyRecordCommon(ClientMgmtCommon):
    """A visit whose customer was asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("airbag_client_mgmt.satisfaction_survey")
        cls.overall = cls.env.ref("airbag_client_mgmt.satisfaction_question_overall")
        cls.visit = cls._create_done_intervention()
        cls.owed = cls.env["survey.user_input"]._create_obligations(cls.visit)


@tagged("post_install", "-at_install")
class TestSurveyRecord(SurveyRecordCommon, TransactionCase):
    """PRO 008 §5.4.1: what a customer says by phone or writes on paper."""

    @classmethod
    def _add_question(cls, question_type, **values):
        return cls.env["survey.question"].create(
            {
                "survey_id": cls.survey.id,
                "title": question_type,
                "sequence": 20,
                "question_type": question_type,
                **values,
            }
        )

    def _open(self, **values):
        """Return the window as ``care`` sees it."""
        action = self.owed.with_user(self.care).action_record_answers()
        return (
            self.env["airbag.survey.record"]
            .with_user(self.care)
            .with_context(**action["context"])
            .create(values)
        )

    def _get_line(self, wizard, question):
        return wizard.line_ids.filtered(lambda line: line.question_id == question)

    def _get_saved(self, question):
        return self.owed.user_input_line_ids.filtered(
            lambda line: line.question_id == question
        )

    def test_every_type_of_question_can_be_asked(self):
        answers = [Command.create({"value": "A"}), Command.create({"value": "B"})]
        rows = [Command.create({"value": "R1"}), Command.create({"value": "R2"})]
        choices = {"suggested_answer_ids": answers}
        one = self._add_question("simple_choice", comments_allowed=True, **choices)
        many = self._add_question("multiple_choice", **choices)
        table = self._add_question("matrix", matrix_row_ids=rows, **choices)
        day = self._add_question("date")
        moment = self._add_question("datetime")
        number = self._add_question("numerical_box")
        wizard = self._open()
        self._get_line(wizard, self.overall).value_number = "4"
        line = self._get_line(wizard, one)
        line.suggested_answer_id = one.suggested_answer_ids[1]
        line.value_text = "because"
        self._get_line(wizard, many).suggested_answer_ids = many.suggested_answer_ids
        lines = self._get_line(wizard, table)
        self.assertEqual(len(lines), 2)
        for line in lines:
            line.suggested_answer_id = table.suggested_answer_ids[0]
        self._get_line(wizard, day).value_date = fields.Date.to_date("2026-01-31")
        self._get_line(wizard, moment).value_datetime = "2026-01-31 10:00:00"
        self._get_line(wizard, number).value_text = "7.5"
        wizard.action_apply()
        saved = self._get_saved(one)
        self.assertEqual(saved.suggested_answer_id.value, "B")
        self.assertIn("because", saved.mapped("value_char_box"))
        self.assertEqual(len(self._get_saved(many)), 2)
        self.assertEqual(self._get_saved(table).matrix_row_id, table.matrix_row_ids)
        self.assertEqual(str(self._get_saved(day).value_date), "2026-01-31")
        self.assertEqual(
            str(self._get_saved(moment).value_datetime), "2026-01-31 10:00:00"
        )
        self.assertEqual(self._get_saved(number).value_numerical_box, 7.5)

    def test_a_score_is_typed(self):
        wizard = self._open()
        line = self._get_line(wizard, self.overall)
        for typed in ("0", "6", "good", "4.5"):
            line.value_number = typed
            with self.subTest(typed=typed), self.assertRaises(UserError) as caught:
                wizard.action_apply()
            self.assertIn(self.overall.title, str(caught.exception))
        self.assertFalse(self.owed.user_input_line_ids)
        line.value_number = " 4 "
        wizard.action_apply()
        self.assertEqual(self.owed.satisfaction_score, 4)

    def test_a_question_whose_condition_is_not_met_is_not_asked(self):
        answers = [Command.create({"value": "Yes"}), Command.create({"value": "No"})]
        asked = self._add_question("simple_choice", suggested_answer_ids=answers)
        yes, no = asked.suggested_answer_ids
        follow = self._add_question(
            "char_box",
            sequence=21,
            constr_mandatory=True,
            triggering_answer_ids=[Command.set(yes.ids)],
        )
        wizard = self._open()
        self._get_line(wizard, self.overall).value_number = "5"
        self._get_line(wizard, asked).suggested_answer_id = yes
        self.assertIn("Yes", self._get_line(wizard, follow).hint)
        with self.assertRaises(UserError):
            wizard.action_apply()
        self._get_line(wizard, asked).suggested_answer_id = no
        self._get_line(wizard, follow).value_text = "not asked"
        wizard.action_apply()
        self.assertEqual(self.owed.contact_state, "answered")
        self.assertFalse(self._get_saved(follow))

    def test_the_window_opens_and_saves(self):
        action = self.owed.with_user(self.care).action_record_answers()
        model = self.env["airbag.survey.record"].with_user(self.care)
        form = Form(model.with_context(**action["context"]))
        self.assertEqual(form.told_on, self.company._get_service_today())
        with form.line_ids.edit(0) as line:
            line.value_number = "3"
        form.save().action_apply()
        self.assertEqual(self.owed.satisfaction_score, 3)

    def test_what_the_customer_began_is_there(self):
        self.owed._keep_answer(self.overall, "2")
        wizard = self._open()
        self.assertEqual(self._get_line(wizard, self.overall).value_number, "2")

    def test_said_earlier(self):
        # Past every lock: time cannot be made to pass here.
        finished_at = fields.Datetime.now() - timedelta(days=3)
        moments = {"started_at": finished_at, "finished_at": finished_at}
        models.BaseModel.write(self.visit, moments)
        self.owed._mark_overdue()
        told_on = self.company._get_service_today() - timedelta(days=2)
        wizard = self._open(told_on=told_on, channel="in_person")
        self._get_line(wizard, self.overall).value_number = "1"
        wizard.action_apply()
        self.assertEqual(self.owed.told_on, told_on)
        self.assertEqual(
            self.company._get_service_date(self.owed.contacted_on), told_on
        )
        received = self.owed.ticket_ids.received_on
        self.assertEqual(self.company._get_service_date(received), told_on)

    def test_neither_in_future_nor_before_the_service(self):
        today = self.company._get_service_today()
        for day in (today + timedelta(days=1), today - timedelta(days=1)):
            wizard = self._open(told_on=day)
            self._get_line(wizard, self.overall).value_number = "5"
            with self.assertRaises(UserError):
                wizard.action_apply()
        self.assertFalse(self.owed.user_input_line_ids)

    def test_the_paper_is_kept(self):
        paper = (
            self.env["ir.attachment"]
            .with_user(self.care)
            .create(
                {
                    "name": "paper.png",
                    "datas": PIXEL,
                    "res_model": "airbag.survey.record",
                }
            )
        )
        wizard = self._open(
            channel="in_person", attachment_ids=[Command.set(paper.ids)]
        )
        self._get_line(wizard, self.overall).value_number = "5"
        wizard.action_apply()
        message = self.owed.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids, paper)
        self.assertEqual(message.author_id, self.care.partner_id)
        self.assertEqual(
            (paper.res_model, paper.res_id), ("survey.user_input", self.owed.id)
        )

    def test_who_may_not_write_the_register_records_nothing(self):
        for user in (self.technician, self.planner, self.management):
            with mute_logger("odoo.addons.base.models.ir_rule"):
                with self.assertRaises(AccessError):
                    self.owed.with_user(user)._record_answers(
                        {self.overall: "5"}, "phone"
                    )

    def test_the_visit_and_the_register_have_the_button(self):
        action = self.visit.with_user(self.care).action_record_survey()
        self.assertEqual(action["context"]["default_user_input_id"], self.owed.id)
        model = self.env["survey.user_input"].with_user(self.care)
        for name, view_type in (("list", "list"), ("kanban", "kanban")):
            view = self.env.ref(
                f"airbag_client_mgmt.survey_user_input_register_view_{name}"
            )
            arch = model.get_view(view.id, view_type)["arch"]
            self.assertIn('name="action_record_answers"', arch)

    def test_while_the_customer_sends_the_employee_is_told(self):
        """Another transaction holds the row: the window says so and does not wait."""
        self.patch(
            type(self.owed), "lock_for_update", lambda *args, **kwargs: _raise_lock()
        )
        wizard = self._open()
        self._get_line(wizard, self.overall).value_number = "5"
        with self.assertRaisesRegex(UserError, "at this very moment"):
            wizard.action_apply()
        self.assertFalse(self.owed.user_input_line_ids)


@tagged("post_install", "-at_install")
class TestSurveyWhatsapp(SurveyRecordCommon, TransactionCase):
    """PRO 008 §5.4.1: the link by WhatsApp."""

    def _get_url(self, phone):
        self.customer.phone = phone
        return self.owed.with_user(self.care).action_whatsapp()["url"]

    def test_numbers_as_people_write_them(self):
        self.company.country_id = self.env.ref("base.co")
        self.customer.country_id = False
        for phone in (
            "3001234567",
            "300 123 45 67",
            "(300) 123-4567",
            "+57 300 1234567",
            "0057 300 123 4567",
            "57 3001234567",
            "300 123 4567 ext. 12",
            "601 555 0180 / 300 123 4567",
        ):
            self.assertTrue(
                self._get_url(phone).startswith("https://wa.me/573001234567?")
            )
        self.assertIn("/34612345678?", self._get_url("+34 612 34 56 78"))

    def test_no_number_that_whatsapp_opens(self):
        self.company.country_id = self.env.ref("base.co")
        self.customer.country_id = False
        for phone in (False, "601 555 0180", "+57 601 5550180", "555", "call me"):
            with self.assertRaises(UserError):
                self._get_url(phone)
        self.assertEqual(self.owed.contact_state, "pending", "no contact was made")

    def test_the_text_and_the_contact(self):
        self.customer.name = "Ñandú & Cía. 😀"
        url = self._get_url("+57 300 1234567")
        (text,) = parse_qs(urlsplit(url).query)["text"]
        self.assertIn("Ñandú & Cía. 😀", text)
        self.assertTrue(text.endswith(self.owed._get_absolute_start_url()))
        self.assertEqual(self.owed.contact_state, "contacted")
        self.assertEqual(self.owed.contact_channel, "whatsapp")
        self.assertEqual(self.owed.contact_user_id, self.care)

    def test_from_the_visit(self):
        self.customer.phone = "+57 300 1234567"
        action = self.visit.with_user(self.care).action_survey_whatsapp()
        self.assertIn("wa.me/573001234567", action["url"])


def _raise_lock():
    raise LockError("held")
