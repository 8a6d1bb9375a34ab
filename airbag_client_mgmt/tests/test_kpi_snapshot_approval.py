# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .closing_common import ClosingCommon


@tagged("post_install", "-at_install")
@freeze_time(datetime(2026, 3, 20, 17))
class TestKpiSnapshotApproval(ClosingCommon):
    """Quality analyses the month, management approves it. PRO 008 §3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(datetime(2026, 3, 20, 17)):
            cls._resolve(date(2026, 1, 5), 4)
            cls._resolve(date(2026, 2, 2), 8)
            cls._close_months(date(2026, 3, 20))
        domain = [("kpi_id", "=", cls.kpi.id)]
        # January kept the target; February missed it.
        cls.missed, cls.kept = cls.snapshots.search(domain, order="month desc")

    def _return(self, snapshot, user, reason="Which part?"):
        window = snapshot.with_user(user).action_return()
        wizard = self.env[window["res_model"]].with_user(user)
        wizard = wizard.with_context(**window["context"]).create({"reason": reason})
        wizard.action_apply()

    def test_a_missed_target_needs_an_analysis_and_an_action(self):
        snapshot = self.missed.with_user(self.quality)
        with self.assertRaisesRegex(UserError, "write the analysis"):
            snapshot.action_send()
        snapshot.analysis = "  "
        with self.assertRaisesRegex(UserError, "write the analysis"):
            snapshot.action_send()
        snapshot.analysis = "The spare part came late."
        with self.assertRaisesRegex(UserError, "add an improvement action"):
            snapshot.action_send()
        action = self._create_action(snapshot)
        action._cancel("No")
        with self.assertRaisesRegex(UserError, "add an improvement action"):
            snapshot.action_send()
        self._create_action(snapshot)
        snapshot.action_send()
        self.assertEqual(snapshot.state, "to_approve")

    def test_it_is_looked_at_again_when_it_is_approved(self):
        snapshot = self.missed.with_user(self.quality)
        snapshot.analysis = "The spare part came late."
        action = self._create_action(snapshot)
        snapshot.action_send()
        action._cancel("No")
        with self.assertRaisesRegex(UserError, "add an improvement action"):
            snapshot.with_user(self.management).action_approve()
        self.assertEqual(snapshot.state, "to_approve")

    def test_near_the_target_is_missed(self):
        self.kpi.target = 7.5
        self._resolve(date(2026, 3, 2), 8)
        snapshot = self._close_month_of(date(2026, 3, 1))
        self.assertEqual(snapshot.status, "near")
        with self.assertRaises(UserError):
            snapshot.with_user(self.quality).action_send()

    def test_an_action_open_from_an_earlier_month_is_enough(self):
        self._create_action(self.kept)
        snapshot = self.missed.with_user(self.quality)
        snapshot.analysis = "As in January; the action goes on."
        self.assertEqual(snapshot.open_action_ids, self.kept.action_ids)
        self.assertFalse(self.kept.with_user(self.quality).open_action_ids)
        snapshot.action_send()
        self.assertEqual(snapshot.state, "to_approve")

    def test_a_kept_target_needs_nothing(self):
        self._approve(self.kept)
        self.assertEqual(
            (self.kept.state, self.kept.approved_by, self.kept.approved_on),
            ("approved", self.management, date(2026, 3, 20)),
        )

    def test_who_analysed_does_not_approve(self):
        snapshot = self.missed.with_user(self.quality)
        snapshot.analysis = "The spare part came late."
        self._create_action(snapshot)
        other = snapshot.with_user(self.other_quality)
        other.action_send()
        self.assertEqual(snapshot.preparer_ids, self.quality | self.other_quality)
        for one in (snapshot, other):
            self.assertFalse(one.can_approve)
            with self.assertRaisesRegex(AccessError, "You analysed"):
                one.action_approve()
        self.assertTrue(snapshot.with_user(self.management).can_approve)
        snapshot.with_user(self.management).action_approve()

    def test_who_may_send_and_approve(self):
        for user in (self.management, self.planner, self.technician):
            with self.assertRaises(AccessError, msg=user.login):
                self.kept.with_user(user).action_send()
        self.kept.with_user(self.quality).action_send()
        for user in (self.planner, self.technician, self.salesperson):
            with self.assertRaises(AccessError, msg=user.login):
                self.kept.with_user(user).action_approve()
            with self.assertRaises(AccessError, msg=user.login):
                self.kept.with_user(user)._return("No")
        with self.assertRaises(UserError):
            self.missed.with_user(self.management).action_approve()

    def test_states_are_written_by_the_buttons_alone(self):
        for values in (
            {"state": "approved"},
            {"approved_by": self.management.id},
            {"approved_on": date(2026, 3, 1)},
            {"preparer_ids": False},
        ):
            with self.assertRaises(UserError):
                self.kept.with_user(self.quality).write(values)

    def test_management_returns_it_with_a_reason(self):
        snapshot = self.kept
        with self.assertRaises(UserError):
            self._return(snapshot, self.management)
        snapshot.with_user(self.quality).action_send()
        with self.assertRaises(UserError):
            snapshot.with_user(self.quality).analysis = "Later"
        self._return(snapshot, self.management)
        self.assertEqual(
            (snapshot.state, snapshot.return_reason), ("draft", "Which part?")
        )
        snapshot.with_user(self.quality).analysis = "The driver's airbag."
        self._approve(snapshot)
        self.assertFalse(snapshot.return_reason)
        with self.assertRaises(UserError):
            self._return(snapshot, self.management)

    def test_what_is_approved_never_changes(self):
        self._approve(self.missed)
        for one in (self.missed.with_user(self.quality), self.missed.sudo()):
            for values in (
                {"analysis": "Other"},
                {"state": "draft"},
                {"approved_by": self.quality.id},
                {"action_ids": False},
                {"preparer_ids": False},
            ):
                with self.assertRaises(UserError, msg=values):
                    one.write(values)
            with self.assertRaises(UserError):
                one.unlink()
        result = self.snapshots.with_user(self.quality).load(
            [".id", "analysis"], [[str(self.missed.id), "Imported"]]
        )
        self.assertFalse(result["ids"])
        self.assertEqual(self.missed.analysis, "The spare part came late.")

    def test_each_is_told_once_and_done_when_handled(self):
        def activities(snapshot):
            return [
                (activity.activity_type_id.get_external_id().popitem()[1], user)
                for activity in snapshot.sudo().activity_ids
                for user in [activity.user_id]
            ]

        analysis = "airbag_client_mgmt.mail_activity_type_kpi_analysis"
        approval = "airbag_client_mgmt.mail_activity_type_kpi_approval"
        self.assertEqual(activities(self.kept), [(analysis, self.quality)])
        self._close_months(date(2026, 3, 21))
        self.assertEqual(activities(self.kept), [(analysis, self.quality)])
        self.kept.with_user(self.quality).action_send()
        self.assertEqual(activities(self.kept), [(approval, self.management)])
        self._return(self.kept, self.management)
        self.assertEqual(activities(self.kept), [(analysis, self.quality)])
        self._approve(self.kept)
        self.assertEqual(activities(self.kept), [])

    def test_an_owner_who_is_not_of_quality_is_not_asked(self):
        self.kpi.user_id = self.salesperson
        self._resolve(date(2026, 3, 2))
        snapshot = self._close_month_of(date(2026, 3, 1))
        self.assertEqual(snapshot.user_id, self.salesperson)
        user = snapshot.sudo().activity_ids.user_id
        self.assertTrue(user.has_group("airbag_client_mgmt.group_quality_manager"))

    def test_approver_without_setting_is_management_before_quality(self):
        self.company.kpi_approver_id = False
        approver = self.company._get_kpi_approvers(self.quality)[:1]
        self.assertTrue(approver.has_group("airbag_client_mgmt.group_quality_reviewer"))
        self.assertFalse(approver.has_group("airbag_client_mgmt.group_quality_manager"))
        self.assertNotIn(self.quality, self.company._get_kpi_approvers(self.quality))

    def test_a_month_of_many_indicators_is_approved_at_once(self):
        month = self.snapshots.search([("month", "=", date(2026, 1, 1))])
        self.assertGreater(len(month), 1)
        month.with_user(self.quality).action_send()
        month.with_user(self.management).action_approve()
        self.assertEqual(set(month.mapped("state")), {"approved"})
