# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .satisfaction_common import SatisfactionCommon


@tagged("post_install", "-at_install", "browser")
class TestDashboardBrowser(SatisfactionCommon, HttpCase):
    """The dashboard opens without an error, with the right figures. PRO 008 §7."""

    #: The page asks a dozen questions at once, and one cursor answers in turn.
    test_cursor_lock_timeout = 120
    HISTORY = ()
    #: Days ago that the visit finished, and the answer that decides.
    ANSWERS = ((10, "5"), (20, "5"), (30, "2"), (120, "5"))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english()
        cls.other_treatment.name = "Other service"
        now = datetime.now().replace(microsecond=0)
        for days, answer in cls.ANSWERS:
            cls._create_answer(now - timedelta(days=days), {"overall": answer})
        cls.env.ref("airbag_client_mgmt.kpi_satisfaction").target = 90
        # Made while the page waits, it would keep the page's other questions waiting.
        bundle = cls.env["ir.qweb"]._get_asset_bundle("spreadsheet.o_spreadsheet")
        bundle.js()
        bundle.css()

    def test_management_reads_the_figures_and_filters_them(self):
        self.start_tour(
            "/odoo/client-dashboard",
            "airbag_dashboard",
            login=self.management.login,
            timeout=180,
        )

    def test_the_other_managers_see_no_error(self):
        for number, group in enumerate(
            ("sales_team.group_sale_manager", "helpdesk_mgmt.group_helpdesk_manager")
        ):
            manager = new_test_user(
                self.env,
                login=f"test_manager_{number}",
                groups=f"base.group_user,{group}",
                lang="es_419",
            )
            with self.subTest(group):
                self.start_tour(
                    "/odoo/client-dashboard",
                    "airbag_dashboard_opens",
                    login=manager.login,
                    timeout=180,
                )
