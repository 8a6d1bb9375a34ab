# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .closing_common import ClosingCommon


@tagged("post_install", "-at_install")
@freeze_time(datetime(2026, 3, 20, 17))
class TestImprovementAction(ClosingCommon):
    """What is decided about an indicator, by whom it is done and what came of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(datetime(2026, 3, 20, 17)):
            cls._resolve(date(2026, 2, 2), 8)
            cls.snapshot = cls._close_month_of(date(2026, 2, 1))
            cls.action = cls._create_action(cls.snapshot)

    def _cancel(self, action, user, reason="Not needed"):
        window = action.with_user(user).action_cancel()
        wizard = self.env[window["res_model"]].with_user(user)
        wizard = wizard.with_context(**window["context"]).create({"reason": reason})
        wizard.action_apply()

    def test_the_responsible_is_told_and_says_what_came_of_it(self):
        activity = self.action.sudo().activity_ids
        self.assertEqual(activity.user_id, self.care)
        self.assertEqual(activity.date_deadline, date(2026, 4, 30))
        action = self.action.with_user(self.care)
        with self.assertRaisesRegex(UserError, "Write the result"):
            action.action_done()
        action.result = "Two sessions were held."
        action.action_done()
        self.assertEqual(
            (action.state, action.done_on, action.done_by),
            ("done", date(2026, 3, 20), self.care),
        )
        self.assertFalse(action.sudo().activity_ids)

    def test_the_responsible_decides_nothing(self):
        action = self.action.with_user(self.care)
        for values in (
            {"name": "Other"},
            {"date_due": date(2027, 1, 1)},
            {"user_id": self.planner.id},
            {"snapshot_id": False},
            {"description": "Other"},
            {"kpi_id": self.env.ref("airbag_client_mgmt.kpi_retention").id},
        ):
            with self.assertRaises(AccessError, msg=values):
                action.write(values)
        with self.assertRaises(AccessError):
            action._cancel("Mine")
        with self.assertRaises(AccessError):
            action.copy()
        with self.assertRaises(AccessError):
            action.unlink()

    def test_others_see_and_do_nothing(self):
        for user in (self.technician, self.planner, self.salesperson):
            with self.assertRaises(AccessError, msg=user.login):
                self.action.with_user(user).check_access("read")
            with self.assertRaises(AccessError, msg=user.login):
                self.action.with_user(user).action_done()
        action = self.action.with_user(self.management)
        action.check_access("read")
        with self.assertRaises(AccessError):
            action.result = "Mine"
        with self.assertRaises(AccessError):
            action.action_done()
        with self.assertRaises(AccessError):
            self.actions.with_user(self.management).create(
                {"name": "Mine", "date_due": date(2026, 4, 1)}
            )

    def test_nobody_closes_it_but_with_the_buttons(self):
        for user in (self.care, self.quality):
            for values in (
                {"state": "done"},
                {"done_on": date(2026, 3, 1)},
                {"cancel_reason": "None"},
                {"effectiveness_result": "effective"},
            ):
                with self.assertRaises(UserError):
                    self.action.with_user(user).write(values)
        with self.assertRaises(UserError):
            self._create_action(self.snapshot, state="done")
        proposed = self.actions.with_user(self.quality).with_context(
            default_state="done"
        )
        action = proposed.create({"name": "New", "date_due": date(2026, 4, 1)})
        self.assertEqual(action.state, "open")
        for values in ({"state": "done"}, {"state": "cancelled"}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.action.sudo().write(values)
                self.env.flush_all()

    def test_only_quality_cancels_and_says_why(self):
        with self.assertRaises(AccessError):
            self._cancel(self.action, self.management)
        self._cancel(self.action, self.quality)
        self.assertEqual(
            (self.action.state, self.action.cancel_reason), ("cancelled", "Not needed")
        )
        self.assertFalse(self.action.sudo().activity_ids)
        with self.assertRaises(UserError):
            self._cancel(self.action, self.quality)

    def test_quality_checks_whether_it_worked(self):
        action = self.action.with_user(self.quality)
        with self.assertRaisesRegex(UserError, "not done"):
            action.action_effective()
        action.result = "Done"
        action.action_done()
        with self.assertRaises(AccessError):
            action.with_user(self.care).action_effective()
        action.action_not_effective()
        self.assertEqual(action.effectiveness_result, "not_effective")
        self.assertEqual(action.effectiveness_checked_by, self.quality)

    def test_what_is_closed_does_not_change(self):
        action = self.action.with_user(self.quality)
        action.result = "Done"
        action.action_done()
        for values in ({"result": "Better"}, {"name": "Other"}):
            with self.assertRaises(UserError):
                action.write(values)
            with self.assertRaises(UserError):
                action.sudo().write(values)
        with self.assertRaises(UserError):
            action.unlink()

    def test_what_management_approved_does_not_change(self):
        """Nor what waits for its approval; the result and who does it may."""
        self.snapshot.with_user(self.quality).analysis = "The spare part came late."
        self.snapshot.with_user(self.quality).action_send()
        for _state in ("to_approve", "approved"):
            for values in (
                {"name": "Other"},
                {"description": "Other"},
                {"date_due": date(2027, 1, 1)},
                {"snapshot_id": False},
            ):
                with self.assertRaises(UserError):
                    self.action.with_user(self.quality).write(values)
                with self.assertRaises(UserError):
                    self.action.sudo().write(values)
            with self.assertRaises(UserError):
                self.action.sudo().unlink()
            with self.assertRaises(UserError):
                self._create_action(self.snapshot)
            free = self._create_action(self.snapshots)
            with self.assertRaises(UserError):
                free.snapshot_id = self.snapshot
            if self.snapshot.state == "to_approve":
                self.snapshot.with_user(self.management).action_approve()
        self.action.with_user(self.quality).user_id = self.technician
        self.assertEqual(self.action.sudo().activity_ids.user_id, self.technician)
        self.action.with_user(self.technician).result = "Done"
        self.action.with_user(self.technician).action_done()

    def test_overdue_is_found(self):
        self.assertFalse(self.action.is_overdue)
        # 1 May 02:00 UTC is still April in Bogotá.
        for moment, overdue in (
            (datetime(2026, 5, 1, 2), False),
            (datetime(2026, 5, 1, 6), True),
        ):
            with freeze_time(moment):
                self.action.invalidate_recordset(["is_overdue"])
                self.assertEqual(self.action.is_overdue, overdue)
                found = self.actions.search([("is_overdue", "=", True)])
                self.assertEqual(self.action in found, overdue)
                found = self.actions.search([("is_overdue", "=", False)])
                self.assertEqual(self.action in found, not overdue)

    def test_it_stays_in_the_company_of_its_month(self):
        company, user = self._create_company("Other")
        self.assertEqual(self.action.company_id, self.company)
        with self.assertRaises(AccessError):
            self.action.with_user(user).check_access("read")
        with self.assertRaises(UserError):
            self.action.company_id = company
        with self.assertRaises(UserError):
            self._create_action(self.snapshot, user_id=user.id)
        own = self.actions.with_user(user).create(
            {"name": "Theirs", "date_due": date(2026, 4, 1)}
        )
        self.assertEqual(own.company_id, company)
