# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .closing_common import ClosingCommon


@tagged("post_install", "-at_install")
@freeze_time(datetime(2026, 3, 20, 17))
class TestDigest(ClosingCommon):
    """The indicators of PRO 008 §7 in the e-mail that Odoo sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env.ref("airbag_client_mgmt.digest_indicators")
        cls.digest.user_ids = cls.management | cls.technician
        with freeze_time(datetime(2026, 3, 20, 17)):
            # Today is not over; yesterday, within seven days, the seven before, and
            # the month before.
            cls._resolve(date(2026, 3, 20), 1)
            cls._resolve(date(2026, 3, 19), 2)
            cls._resolve(date(2026, 3, 13), 4)
            cls._resolve(date(2026, 3, 12), 6)
            cls._resolve(date(2026, 2, 12), 8)

    def _get_columns(self, user, company=None):
        kpis = self.digest._compute_kpis(company or self.company, user)
        return {
            kpi["kpi_name"]: [kpi[f"kpi_col{number}"] for number in (1, 2, 3)]
            for kpi in kpis
        }

    def test_each_period_has_its_ratio_with_its_unit(self):
        columns = self._get_columns(self.management)["kpi_airbag_resolution"]
        self.assertEqual(
            [column["value"] for column in columns], ["2.0 h", "3.0 h", "4.0 h"]
        )
        # The day before yesterday had none; a week before 6 h; a month before 8 h.
        self.assertEqual([column["margin"] for column in columns], [0, -50, -50])
        self.assertEqual(
            columns[1]["col_subtitle"], "Last 7 Days (before: 6.0\N{NO-BREAK SPACE}h)"
        )
        self.assertEqual(columns[0]["col_subtitle"], "Last 24 hours")

    def test_a_period_without_data_is_a_dash(self):
        columns = self._get_columns(self.management)
        for name in ("kpi_airbag_satisfaction", "kpi_airbag_retention"):
            for column in columns[name]:
                self.assertEqual((column["value"], column["margin"]), ("—", 0))

    def test_the_figure_is_that_of_the_indicator(self):
        # The month before 20 March has 28 days.
        self.kpi.period_days = 28
        with freeze_time(datetime(2026, 3, 19, 17)):
            until_yesterday = self.kpi.value_display
        self.env.invalidate_all()
        self.assertEqual(
            self._get_columns(self.management)["kpi_airbag_resolution"][2]["value"],
            until_yesterday,
        )
        digest = self.digest.with_user(self.management).with_context(
            start_datetime=datetime(2026, 3, 13, 17),
            end_datetime=datetime(2026, 3, 20, 17),
        )
        self.assertEqual(digest.kpi_airbag_resolution_value, 3)
        self.assertIs(digest.kpi_airbag_satisfaction_value, False)

    def test_the_last_24_hours_are_a_whole_day_however_early_it_is_sent(self):
        for hour in (6, 13, 23):
            with freeze_time(datetime(2026, 3, 20, hour)):
                columns = self._get_columns(self.management)["kpi_airbag_resolution"]
            self.assertEqual(columns[0]["value"], "2.0 h")

    def test_the_day_is_that_of_the_company(self):
        """02:00 UTC of the 21st is still the 20th in Bogotá."""
        with freeze_time(datetime(2026, 3, 21, 2)):
            columns = self._get_columns(self.management)["kpi_airbag_resolution"]
        self.assertEqual(columns[1]["value"], "3.0 h")
        self.assertEqual(
            columns[1]["col_subtitle"], "Last 7 Days (before: 6.0\N{NO-BREAK SPACE}h)"
        )

    def test_who_may_not_read_them_gets_none(self):
        self.assertFalse(self._get_columns(self.technician))
        digest = self.digest.with_user(self.technician)
        with self.assertRaises(AccessError):
            digest.mapped("kpi_airbag_resolution_value")

    def test_each_company_has_its_own(self):
        company, user = self._create_company("Other")
        self._resolve(date(2026, 3, 18), 7, company_id=company.id, team_id=False)
        theirs = self._get_columns(user, company)["kpi_airbag_resolution"]
        self.assertEqual(theirs[1]["value"], "7.0 h")
        ours = self._get_columns(self.management)["kpi_airbag_resolution"]
        self.assertEqual(ours[1]["value"], "3.0 h")

    def test_an_archived_indicator_is_left_out(self):
        self.kpi.active = False
        self.assertNotIn("kpi_airbag_resolution", self._get_columns(self.management))

    def test_the_email_shows_fewer_hours_as_good(self):
        mails = self.env["mail.mail"].search([])
        self.digest.action_send_manual()
        mails = self.env["mail.mail"].search([]) - mails
        body = mails.filtered(
            lambda mail: self.management.email in mail.email_to
        ).body_html
        self.assertIn("3.0 h", body)
        self.assertIn("airbag_client_mgmt.airbag_kpi_action", body)
        before, _arrow, _after = body.partition("⬇")
        self.assertIn("#17613a", before.rpartition("<td")[2])
        other = mails.filtered(lambda mail: self.technician.email in mail.email_to)
        self.assertNotIn("3.0 h", other.body_html)
