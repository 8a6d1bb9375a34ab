# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiSecurity(KpiCommon):
    """Who reads the indicators, and of which company. PRO 008 §3, §7."""

    @freeze_time("2026-03-10")
    def test_managers_reach_what_they_may_read(self):
        managers = {
            login: new_test_user(
                self.env, login=login, groups=f"base.group_user,{group}"
            )
            for login, group in (
                ("kpi_sales", "sales_team.group_sale_manager"),
                ("kpi_care", "helpdesk_mgmt.group_helpdesk_manager"),
            )
        }
        menus = [
            self.env.ref(f"airbag_client_mgmt.{name}").id
            for name in ("menu_root", "menu_indicators", "menu_kpi", "menu_kpi_report")
        ]
        for user in (*managers.values(), self.management):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertLessEqual(set(menus), set(visible), user.login)
            kpis = self.env["airbag.kpi"].with_user(user)
            for kpi in kpis.search([("is_main", "=", True)]):
                self.assertTrue(kpi.has_value, user.login)
                action = kpi.action_open_records()
                records = self.env[action["res_model"]].with_user(user)
                self.assertTrue(records.search(action["domain"]), user.login)
        # Customer Care reads no contracts: the facts instead, and each as it is.
        kpi = self.kpi["retention"].with_user(managers["kpi_care"])
        action = kpi.action_open_records()
        self.assertEqual(action["res_model"], self.report._name)
        facts = self.report.with_user(managers["kpi_care"]).search(action["domain"])
        self.assertEqual(facts.kpi_id, self.kpi["retention"])
        with self.assertRaises(AccessError):
            facts[0].action_open_record()
        for user in managers.values():
            with self.assertRaises(AccessError):
                self.kpi["retention"].with_user(user).target = 1

    def test_who_reads_the_indicators(self):
        for user in (self.management, self.quality):
            self.assertTrue(self.report.with_user(user).search([], limit=1))
        for user in (self.technician, self.planner, self.salesperson, self.care):
            with self.assertRaises(AccessError, msg=user.login):
                self.report.with_user(user).search([], limit=1)
            with self.assertRaises(AccessError, msg=user.login):
                self.env["airbag.kpi"].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.kpi["satisfaction"].with_user(self.management).target = 1
        self.kpi["satisfaction"].with_user(self.quality).target = 95

    @freeze_time("2026-03-10")
    def test_companies_are_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        partner = self.env["res.partner"].create({"name": "Fleet of the other"})
        self.env["helpdesk.ticket"].create(
            {
                "name": "theirs",
                "description": "theirs",
                "kind": "claim",
                "partner_id": partner.id,
                "company_id": company.id,
                "team_id": False,
                "received_on": datetime(2026, 3, 1),
                "resolved_on": datetime(2026, 3, 2),
            }
        )
        manager = new_test_user(
            self.env,
            login="other_manager",
            groups="airbag_client_mgmt.group_quality_reviewer",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        theirs = self.report.with_user(manager)
        self.assertFalse(theirs.search(self._get_own_domain()))
        self.assertEqual(theirs.search([]).mapped("partner_id"), partner)
        ours = self.report.with_user(self.management)
        self.assertTrue(ours.search(self._get_own_domain()))
        self.assertFalse(ours.search([("partner_id", "=", partner.id)]))
        kpis = self.env["airbag.kpi"].with_user(manager).search([])
        self.assertEqual(kpis.filtered("has_value"), self.kpi["resolution"])
        self.assertEqual(kpis.filtered("has_value").response_count, 1)
