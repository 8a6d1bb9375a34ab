# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestFollowupSecurity(ClientMgmtCommon):
    """Who reads and handles the registers. PRO 008 §3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.salesperson
        cls.other_seller = new_test_user(
            cls.env, login="test_other_seller", groups="sales_team.group_sale_salesman"
        )
        cls.sales_manager = new_test_user(
            cls.env,
            login="test_sales_manager",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        cls.visit = cls._create_done_intervention()
        cls.owed = cls.env["survey.user_input"]._create_obligations(cls.visit)
        cls.survey = cls.owed.survey_id
        cls.other_answer = (
            cls.env["survey.survey"]
            .create({"title": "Climate"})
            ._create_answer(email="x@example.com")
        )
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Noise",
                "description": "It rattles",
                "kind": "complaint",
                "partner_id": cls.customer.id,
                "user_id": False,
            }
        )

    def _sees(self, user, record):
        model = self.env[record._name].with_user(user)
        return bool(model.search_count([("id", "=", record.id)]))

    def test_who_sees_the_satisfaction_register(self):
        for user in (
            self.salesperson,
            self.sales_manager,
            self.care,
            self.planner,
            self.management,
            self.quality,
        ):
            self.assertTrue(self._sees(user, self.owed), user.login)
        self.assertFalse(self._sees(self.other_seller, self.owed))
        with self.assertRaises(AccessError):
            self._sees(self.technician, self.owed)

    def test_other_surveys_stay_out_of_sight(self):
        for user in (self.salesperson, self.sales_manager, self.care, self.management):
            self.assertFalse(self._sees(user, self.other_answer), user.login)
            self.assertFalse(self._sees(user, self.other_answer.survey_id))
            self.assertTrue(self._sees(user, self.survey))

    def test_nobody_changes_the_facts_by_hand(self):
        for user in (self.salesperson, self.care, self.quality):
            owed = self.owed.with_user(user)
            for values in (
                {"contact_state": "answered"},
                {"contact_deadline": "2030-01-01"},
                {"is_satisfied": True},
                {"state": "done"},
            ):
                with self.assertRaises(AccessError):
                    owed.write(values)

    def test_only_quality_writes_the_analysis(self):
        area = self.env.ref("airbag_client_mgmt.improvement_area_staff")
        values = {"analysis": "Talk to the workshop", "improvement_area_ids": area}
        for user in (self.salesperson, self.sales_manager, self.care):
            owed = self.owed.with_user(user)
            for name, value in values.items():
                with self.assertRaises(AccessError):
                    owed[name] = value
        self.owed.with_user(self.quality).write(
            {"analysis": "Talk to the workshop", "improvement_area_ids": area.ids}
        )
        self.assertEqual(self.owed.improvement_area_ids, area)

    def test_a_survey_manager_does_not_change_answers(self):
        manager = new_test_user(
            self.env, login="test_surveys", groups="survey.group_survey_manager"
        )
        question = self.survey.question_ids.filtered("is_satisfaction_question")
        self.owed._record_answers({question: "1"}, "phone")
        line = self.owed.user_input_line_ids
        with self.assertRaises(AccessError):
            line.with_user(manager).value_scale = 5
        with self.assertRaises(AccessError):
            line.with_user(manager).create(
                {
                    "user_input_id": self.owed.id,
                    "question_id": question.id,
                    "answer_type": "scale",
                    "value_scale": 5,
                }
            )
        visit = self._create_done_intervention()
        with self.assertRaises(AccessError):
            self.owed.with_user(manager).create(
                {"survey_id": self.survey.id, "intervention_id": visit.id}
            )
        with self.assertRaises(AccessError):
            self.other_answer.with_user(manager).intervention_id = visit

    def test_readers_do_not_write(self):
        for user in (self.management, self.planner):
            owed = self.owed.with_user(user)
            with self.assertRaises(AccessError):
                owed.write({"analysis": "x"})
            with self.assertRaises(AccessError):
                owed.action_log_call()
            with self.assertRaises(AccessError):
                owed._record_answers({}, "phone")

    def test_nobody_deletes_or_creates_rows(self):
        for user in (self.salesperson, self.care, self.management, self.quality):
            with self.assertRaises(UserError):
                self.owed.with_user(user).unlink()
        for user in (self.salesperson, self.care, self.management):
            with self.assertRaises(AccessError):
                self.env["survey.user_input"].with_user(user).create(
                    {"survey_id": self.survey.id}
                )

    def _read_form(self, user, record, xmlid):
        """Read what the form of the role shows; an AccessError fails the test."""
        record = record.with_user(user)
        arch = record.get_view(self.env.ref(xmlid).id, "form")
        return record.read(list(arch["models"][record._name]))

    def test_the_forms_of_the_registers_open_for_each_role(self):
        for user in (self.salesperson, self.care, self.management, self.quality):
            for record, xmlid in (
                (self.owed, "airbag_client_mgmt.survey_user_input_register_view_form"),
                (self.owed, "survey.survey_user_input_view_form"),
                (self.ticket, "helpdesk_mgmt.ticket_view_form"),
            ):
                self.assertTrue(self._read_form(user, record, xmlid))

    def test_who_sees_complaints(self):
        for user in (
            self.salesperson,
            self.sales_manager,
            self.care,
            self.management,
            self.quality,
        ):
            self.assertTrue(self._sees(user, self.ticket), user.login)
        self.assertFalse(self._sees(self.other_seller, self.ticket))
        self.assertFalse(self._sees(self.technician, self.ticket))

    def test_who_handles_complaints(self):
        for user in (self.care, self.quality):
            self.ticket.with_user(user).write({"root_cause": "Loose clip"})
        for user in (self.management, self.salesperson, self.sales_manager):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).write({"root_cause": "x"})

    def test_settings_belong_to_quality(self):
        area = self.env["airbag.improvement.area"].with_user(self.quality)
        area.create({"name": "Parking"})
        category = self.env["helpdesk.ticket.category"].with_user(self.quality)
        category.create({"name": "Paint", "target_resolution_hours": 8})
        question = self.survey.question_ids[0]
        question.with_user(self.quality).title = "How was it?"
        for user in (self.care, self.management):
            with self.assertRaises(AccessError):
                question.with_user(user).title = "x"
            with self.assertRaises(AccessError):
                area.with_user(user).create({"name": "x"})

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        outsider = new_test_user(
            self.env,
            login="test_outsider",
            groups="airbag_client_mgmt.group_quality_manager,"
            "sales_team.group_sale_salesman_all_leads,"
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self._sees(outsider, self.owed))
        self.assertFalse(self._sees(outsider, self.ticket))
        pause = self.env["airbag.ticket.pause"].create({"ticket_id": self.ticket.id})
        self.assertFalse(self._sees(outsider, pause))
        self.assertTrue(self._sees(self.care, pause))

    def test_links_stay_inside_one_company(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        with self.assertRaises(UserError):
            self.env["helpdesk.ticket"].create(
                {
                    "name": "Noise",
                    "description": "x",
                    "company_id": other.id,
                    "intervention_id": self.visit.id,
                    "user_id": False,
                }
            )
