# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, fields, tools
from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyEdges(SurveyCommon):
    """PRO 008 §5.4.1: at the edge of each rule of asking and calling."""

    def _visit_of(self, days_ago, **values):
        visit = self._create_done_intervention(
            **{"contact_id": self.contact.id, **values}
        )
        self._move_service(visit, fields.Datetime.now() - timedelta(days=days_ago))
        return visit

    # === HOW OFTEN ONE PERSON IS ASKED === #
    def test_who_was_waived_was_not_asked(self):
        self.company.survey_min_gap_days = 30
        states = [
            self._owe(self._visit_of(days)).contact_state for days in (70, 60, 35)
        ]
        self.assertEqual(states, ["pending", "waived", "pending"])

    def test_the_reason_says_the_last_service_that_was_asked_about(self):
        self.company.survey_min_gap_days = 30
        first, last = self._visit_of(50), self._visit_of(19)
        self._owe(first, last)
        waived = self._owe(self._visit_of(35))
        self.assertEqual(waived.contact_state, "waived")
        day = tools.format_date(
            self.env(context={"lang": self.company._get_lang()}),
            last._get_service_date(),
        )
        self.assertIn(day, waived.waive_reason)

    # === WHO CALLS === #
    def test_without_salesperson_commercial_calls_else_quality(self):
        owed = self._owe(self.visit)
        owed.sudo().salesperson_id = False
        team = self.env.ref("airbag_client_mgmt.helpdesk_team_commercial")
        team.user_id = self.care
        self.assertEqual(owed._get_call_user(), self.care)
        member = [Command.set(self.salesperson.ids)]
        team.write({"user_id": False, "user_ids": member})
        self.assertEqual(owed._get_call_user(), self.salesperson)
        team.user_ids = False
        self.assertEqual(owed._get_call_user(), self.company._get_quality_user())
        owed.sudo().salesperson_id = self.planner
        self.assertEqual(owed._get_call_user(), self.planner)
