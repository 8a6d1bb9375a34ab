# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestServiceSecurity(ClientMgmtCommon):
    """PRO 008 §3: who may do what with interventions. Both ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._create_intervention()
        cls.foreign = cls._create_intervention(user_id=cls.other_technician.id)
        cls.shared = cls._create_intervention(
            user_id=cls.other_technician.id,
            technician_ids=[Command.link(cls.technician.id)],
        )

    def _visible(self, user):
        return self.env["airbag.intervention"].with_user(user).search([])

    def test_a_technician_sees_only_own_visits(self):
        visible = self._visible(self.technician)
        self.assertLessEqual(self.own | self.shared, visible)
        self.assertNotIn(self.foreign, visible)
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.technician).read(["name"])

    def test_everyone_else_with_a_role_sees_all(self):
        everything = self.own | self.foreign | self.shared
        for user in (
            self.planner,
            self.salesperson,
            self.care,
            self.management,
            self.quality,
        ):
            self.assertLessEqual(everything, self._visible(user), user.login)

    def test_an_employee_without_a_role_sees_none(self):
        employee = new_test_user(self.env, login="nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._visible(employee)

    def test_only_planners_plan(self):
        for user in (self.technician, self.salesperson, self.care, self.management):
            with self.assertRaises(AccessError, msg=user.login):
                self.own.with_user(user).action_plan()
            with self.assertRaises(AccessError, msg=user.login):
                self.own.with_user(user).copy()
        self.own.with_user(self.planner).action_plan()

    def test_a_technician_documents_but_does_not_replan(self):
        self.own.action_plan()
        own = self.own.with_user(self.technician)
        own.action_start()
        own.write({"findings": "Corroded connector"})
        self.env["airbag.recommendation"].with_user(self.technician).create(
            {"intervention_id": own.id, "name": "Replace the connector"}
        )
        with self.assertRaises(AccessError):
            own.write({"user_id": self.other_technician.id})
        with self.assertRaises(AccessError):
            own.action_cancel()

    def test_the_life_cycle_holds_for_outside_clients(self):
        with self.assertRaises(UserError):
            self.own.with_user(self.planner).write({"state": "done"})

    def test_companies_are_apart(self):
        other_company = self.env["res.company"].create({"name": "Other company"})
        planner = new_test_user(
            self.env,
            login="other_planner",
            groups="airbag_client_mgmt.group_planner",
            company_id=other_company.id,
            company_ids=[Command.set(other_company.ids)],
        )
        self.assertFalse(self._visible(planner) & (self.own | self.foreign))
        with self.assertRaises(UserError):
            self.own.write({"user_id": planner.id})

    def test_treatments_are_kept_by_quality(self):
        with self.assertRaises(AccessError):
            self.treatment.with_user(self.planner).name = "Other"
        self.treatment.with_user(self.quality).name = "Other"
        self.assertEqual(self.treatment.with_user(self.technician).name, "Other")
