# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_date

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestRenewal(ContractCase):
    """PRO 008 §5.5.3: the customer is asked before the contract ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activity_type = cls.env.ref("airbag_client_mgmt.mail_activity_type_renewal")
        cls.cron = cls.env.ref("airbag_client_mgmt.ir_cron_renewals")

    def _create_begun_contract(self, **values):
        with freeze_time("2026-01-01"):
            return self._create_contract(**values)

    def _run_cron(self, day):
        with (
            freeze_time(day),
            self.mock_mail_gateway(),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()

    def _get_customer_mails(self):
        return self._new_mails.filtered(
            lambda mail: self.customer in mail.recipient_ids
        )

    def test_a_renewal_is_due_at_the_notice_and_told_once(self):
        order = self._create_begun_contract()
        self._run_cron("2026-11-15")
        self.assertEqual(order.renewal_state, "not_due")
        self._run_cron("2026-11-16")
        self.assertEqual(order.renewal_state, "due")
        mail = self._get_customer_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn(order.name, mail.subject)
        self.assertIn(format_date(self.env, order.contract_end), mail.body_html)
        activity = order.activity_ids
        self.assertEqual(activity.activity_type_id, self.activity_type)
        self.assertEqual(activity.user_id, self.salesman)
        self._run_cron("2026-11-17")
        self.assertFalse(self._get_customer_mails())
        self.assertEqual(order.activity_ids, activity)

    def test_the_notice_is_a_setting(self):
        self.company.renewal_notice_days = 10
        order = self._create_begun_contract()
        self._run_cron("2026-12-20")
        self.assertEqual(order.renewal_state, "not_due")
        self._run_cron("2026-12-21")
        self.assertEqual(order.renewal_state, "due")

    def test_a_customer_without_email_gets_an_activity_only(self):
        self.customer.email = False
        order = self._create_begun_contract()
        self._run_cron("2026-11-16")
        self.assertFalse(self._get_customer_mails())
        self.assertIn("call", order.activity_ids.note)

    def test_a_contact_is_logged(self):
        order = self._create_begun_contract()
        self._run_cron("2026-11-16")
        with freeze_time("2026-11-20"):
            order.with_user(self.salesman).action_log_renewal_contact("Wants a price")
        self.assertEqual(order.renewal_state, "contacted")
        self.assertEqual(order.renewal_contacted_on, date(2026, 11, 20))
        self.assertTrue(order.message_ids.filtered(lambda m: "Wants" in m.body))
        self.assertFalse(order.activity_ids)

    def test_the_renewal_follows_without_gap_at_todays_prices(self):
        order = self._create_begun_contract()
        line = order.order_line[0]
        line.product_id.list_price = 75
        with freeze_time("2026-11-20"):
            action = order.with_user(self.salesman).action_renew()
        renewal = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(renewal.renewed_order_id, order)
        self.assertEqual(renewal.contract_start, date(2027, 1, 1))
        self.assertEqual(renewal.contract_end, date(2027, 12, 31))
        self.assertEqual(renewal.order_line[0].price_unit, 75)
        self.assertEqual(line.price_unit, 60)
        self.assertEqual(renewal.order_line.mapped("visit_interval"), [3, 6])
        self.assertEqual(len(renewal.obligation_ids), len(order.obligation_ids))
        self.assertNotEqual(renewal.unrevisioned_name, order.unrevisioned_name)
        self.assertEqual(renewal.state, "draft")
        with freeze_time("2026-11-21"):
            self.assertEqual(order.action_renew()["res_id"], renewal.id)

    def test_a_sent_renewal_is_offered_and_its_signature_renews(self):
        order = self._create_begun_contract()
        with freeze_time("2026-11-20"):
            renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
            self._run_cron("2026-11-20")
            self.assertEqual(order.renewal_state, "due")
            renewal.action_quotation_sent()
            self.assertEqual(order.renewal_state, "offered")
            renewal.action_confirm()
        self.assertEqual(order.renewal_state, "renewed")
        self.assertEqual(renewal.contract_state, "signed")
        self.assertFalse(order.activity_ids)
        with self.assertRaisesRegex(UserError, "already renewed"):
            order.action_renew()
        self.assertEqual(
            order.action_view_renewals()["domain"],
            [("id", "in", (order | renewal).ids)],
        )

    def test_a_second_renewal_is_not_signed(self):
        order = self._create_begun_contract()
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        second = renewal.copy(
            {"renewed_order_id": order.id, "contract_start": date(2027, 1, 1)}
        )
        renewal.action_confirm()
        with self.assertRaisesRegex(UserError, "already has a signed renewal"):
            second.action_confirm()
        self.assertFalse(second._has_to_be_signed())

    def test_a_renewal_does_not_overlap(self):
        order = self._create_begun_contract()
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        renewal.contract_start = date(2026, 12, 31)
        with self.assertRaisesRegex(UserError, "must begin on 01/01/2027"):
            renewal.action_confirm()
        self.assertFalse(renewal._has_to_be_signed())

    def test_a_renewal_leaves_no_gap(self):
        order = self._create_begun_contract()
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        renewal.contract_start = date(2027, 1, 2)
        with self.assertRaisesRegex(UserError, "must begin on 01/01/2027"):
            renewal.action_confirm()
        # Who comes back after the renewal was lost begins another day.
        self._run_cron("2027-03-01")
        self.assertEqual(order.renewal_state, "lost")
        with freeze_time("2027-03-02"):
            renewal.contract_start = date(2027, 3, 15)
            renewal.action_confirm()
        self.assertEqual(order.renewal_state, "renewed")

    def test_no_signature_within_the_grace_period_is_lost(self):
        order = self._create_begun_contract()
        self._run_cron("2026-11-16")
        self._run_cron("2027-01-30")
        self.assertEqual(order.renewal_state, "due")
        self.assertEqual(order.contract_state, "ended")
        self._run_cron("2027-01-31")
        self.assertEqual(order.renewal_state, "lost")
        self.assertEqual(
            order.renewal_lost_reason_id,
            self.env.ref("airbag_client_mgmt.contract_reason_no_answer"),
        )
        self.assertFalse(order.activity_ids)

    def test_a_late_signature_still_renews(self):
        order = self._create_begun_contract()
        self._run_cron("2027-02-15")
        self.assertEqual(order.renewal_state, "lost")
        with freeze_time("2027-02-16"):
            renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
            renewal.action_confirm()
        self.assertEqual(order.renewal_state, "renewed")

    def test_a_lost_renewal_keeps_its_reason(self):
        order = self._create_begun_contract()
        self._run_cron("2026-11-16")
        action = order.action_renewal_lost()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.salesman)
            .with_context(**action["context"])
        )
        wizard.reason_id = self.lost_reason
        wizard.save().action_apply()
        self.assertEqual(order.renewal_state, "lost")
        self.assertEqual(order.renewal_lost_reason_id, self.lost_reason)

    def test_what_cannot_be_renewed_says_why(self):
        quotation = self._create_quotation()
        with self.assertRaisesRegex(UserError, "cannot be renewed"):
            quotation.action_renew()
        with freeze_time("2026-05-01"):
            contract = self._create_contract()
            contract._terminate(date(2026, 5, 31), self.reason)
            with self.assertRaisesRegex(UserError, "cannot be renewed"):
                contract.action_renew()

    def test_an_order_from_copied_data_has_its_own_reference(self):
        order = self._create_quotation()
        copied = self.env["sale.order"].create(order.copy_data())
        self.env.flush_all()
        self.assertEqual(copied.unrevisioned_name, copied.name)

    def test_a_revision_keeps_what_is_being_renewed(self):
        order = self._create_begun_contract()
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        renewal.create_revision()
        revision = renewal.current_revision_id
        self.assertEqual(revision.renewed_order_id, order)
        self.assertEqual(revision.contract_start, date(2027, 1, 1))
        revision.action_confirm()
        self.assertEqual(order.renewal_state, "renewed")
