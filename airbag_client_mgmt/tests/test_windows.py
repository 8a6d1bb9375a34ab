# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.tests import Form, tagged

from .common import ClientMgmtCommon

ROLES = ("salesperson", "planner", "technician", "care", "management", "quality")


@tagged("post_install", "-at_install")
class TestWindows(ClientMgmtCommon):
    """Each window of the addon opens, for each role it is there for."""

    def test_each_window_has_the_views_it_asks_for(self):
        """A view of another kind than its mode fails only when the menu is opened."""
        windows = self.env["ir.model.data"].search(
            [
                ("module", "=", "airbag_client_mgmt"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        self.assertTrue(windows)
        for window in windows:
            action = self.env["ir.actions.act_window"].browse(window.res_id)
            with self.subTest(window.name):
                found = self.env[action.res_model].get_views(action.views)
                self.assertEqual(
                    set(found["views"]), {mode for _view, mode in action.views}
                )

    def test_each_role_opens_the_lists_of_its_menu(self):
        """A list that reads what its role may not read throws it out of the menu."""
        self._create_contract()
        self._create_intervention()
        root = self.env.ref("airbag_client_mgmt.menu_root").id
        for role in ROLES:
            env = self.env(user=getattr(self, role))
            windows = {
                self.env["ir.actions.act_window"].browse(menu["action_id"])
                for menu in env["ir.ui.menu"].load_menus(False).values()
                if menu.get("app_id") == root
                and menu["action_model"] == "ir.actions.act_window"
            }
            self.assertTrue(windows, role)
            for window in windows:
                with self.subTest(role, window=window.name):
                    self._read_list(env[window.res_model], window)

    def _read_list(self, model, window):
        """Read as the client does what the list, if the window has one, shows."""
        view = dict((mode, view) for view, mode in window.views).get("list")
        if view is None:
            return
        arch = etree.fromstring(model.get_view(view, "list")["arch"])
        named = {"display_name": {}}
        specification = {
            node.get("name"): {"fields": named}
            if model._fields[node.get("name")].relational
            else {}
            for node in arch.iterfind("field")
        }
        found = model.web_search_read([], specification)
        self.assertEqual(found["length"], len(found["records"]))

    def test_each_role_opens_the_form_of_what_it_reads(self):
        """What a role finds in a list it also opens, buttons' counts included."""
        records = [
            self._create_contract(),
            self.customer,
            self.vehicle,
            self._create_intervention(),
            self.env["crm.lead"].create(
                {"name": "Vans", "partner_id": self.customer.id}
            ),
            self.env["helpdesk.ticket"].create(
                {
                    "name": "Late",
                    "description": "Late",
                    "partner_id": self.customer.id,
                }
            ),
        ]
        roles = (
            "salesperson",
            "planner",
            "technician",
            "care",
            "management",
            "quality",
        )
        for role in roles:
            for record in records:
                record = record.with_user(getattr(self, role))
                if record.has_access("read"):
                    with self.subTest(role, model=record._name):
                        self.assertEqual(Form(record).id, record.id)

    def test_management_reads_the_visits_of_others(self):
        visit = (
            self.env["crm.lead"]
            .create({"name": "Vans"})
            .activity_schedule("airbag_client_mgmt.mail_activity_type_commercial_visit")
        )
        activities = self.env["mail.activity"].with_user(self.management)
        self.assertIn(visit, activities.search([]))
