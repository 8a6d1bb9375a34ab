# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestWindows(TransactionCase):
    """Each window of the addon opens, in each of its views."""

    def test_each_window_has_its_views(self):
        windows = self.env["ir.model.data"].search(
            [
                ("module", "=", "airbag_client_mgmt"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        self.assertGreater(len(windows), 20)
        for action in self.env["ir.actions.act_window"].browse(
            windows.mapped("res_id")
        ):
            with self.subTest(action.name):
                found = self.env[action.res_model].get_views(
                    action.views, {"load_filters": True, "action_id": action.id}
                )
                self.assertEqual(
                    set(found["views"]), {mode for _view, mode in action.views}
                )
