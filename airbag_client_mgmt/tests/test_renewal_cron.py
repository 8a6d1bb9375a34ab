# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.renewals import ACTIVITY_RENEWAL
from .contract_common import ContractCase

CRON = "odoo.addons.airbag_client_mgmt.models.sale_order_renewal_cron"


@tagged("post_install", "-at_install")
class TestRenewalCron(ContractCase):
    """PRO 008 §5.5.3: each renewal is announced once, whatever happens to others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-01"):
            cls.contracts = cls.env["sale.order"].union(
                *(cls._create_contract() for _turn in range(3))
            )

    def _run_cron(self, day="2026-11-20"):
        with freeze_time(day), self.enter_registry_test_mode():
            self.env.ref("airbag_client_mgmt.ir_cron_renewals").method_direct_trigger()
        self.env.invalidate_all()

    def _get_reminders(self):
        return self.contracts.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY_RENEWAL)
        )

    def test_a_batch_smaller_than_the_work_leaves_nothing(self):
        cron = self.env.ref("airbag_client_mgmt.ir_cron_renewals")
        cron.code = "model._cron_renewals(batch_size=2)"
        self._run_cron()
        self.assertEqual(len(self._get_reminders()), 3)

    def test_a_contract_that_fails_stops_no_other_and_is_tried_again(self):
        bad = self.contracts[0]
        announce = type(bad)._notify_renewals_due

        def fail(orders):
            if bad in orders:
                raise ValueError("no such thing")
            return announce(orders)

        with (
            patch.object(type(bad), "_notify_renewals_due", fail),
            mute_logger(CRON),
        ):
            self._run_cron()
        self.assertEqual(self._get_reminders().mapped("res_id"), self.contracts[1:].ids)
        self.assertEqual(bad.renewal_failed_on, date(2026, 11, 20))
        self.assertFalse(bad.renewal_notified_on)
        self.assertIn("no such thing", str(bad.message_ids[0].body))
        self._run_cron()  # not again on the same day
        self.assertEqual(len(self._get_reminders()), 2)
        self._run_cron("2026-11-21")
        self.assertEqual(len(self._get_reminders()), 3)

    def test_without_the_email_the_salesperson_is_still_reminded(self):
        template = self.env.ref("airbag_client_mgmt.mail_template_renewal_due")
        # Odoo tries templates out when they are saved: this one breaks afterwards.
        template.body_html = (
            '<p><t t-out="1 / (0 if object.renewal_notified_on else 1)"/></p>'
        )
        with mute_logger(CRON, "odoo.addons.mail.models.mail_render_mixin"):
            self._run_cron()
        self.assertEqual(len(self._get_reminders()), 3)
        said = str(self.contracts[0].message_ids.mapped("body"))
        self.assertIn("Failed to render", said)
        self.assertNotIn("Traceback", said)

    def test_a_talk_long_before_does_not_silence_the_announcement(self):
        contract = self.contracts[0]
        with freeze_time("2026-02-10"):
            contract.action_log_renewal_contact()
            self.assertEqual(contract.renewal_state, "not_due")
        self._run_cron()
        self.assertEqual(contract.renewal_state, "due")
        self.assertTrue(contract.renewal_notified_on)

    def test_the_reason_of_unanswered_renewals_is_not_deleted(self):
        reason = self.env.ref("airbag_client_mgmt.contract_reason_no_answer")
        with self.assertRaisesRegex(UserError, "nobody answers"):
            reason.unlink()

    def test_whoever_left_is_not_reminded(self):
        leader = new_test_user(
            self.env, "contract_leader", "sales_team.group_sale_salesman_all_leads"
        )
        team = self.env["crm.team"].create({"name": "Fleet", "user_id": leader.id})
        self.contracts.team_id = team
        self.salesman.active = False
        self._run_cron()
        self.assertEqual(self._get_reminders().user_id, leader)

    def test_each_company_has_its_own_notice(self):
        other = self.env["res.company"].create(
            {"name": "Another company", "renewal_notice_days": 10}
        )
        with freeze_time("2026-01-01"):
            theirs = (
                self.env["sale.order"]
                .with_company(other)
                .create(
                    {
                        "company_id": other.id,
                        "partner_id": self.customer.id,
                        "is_service_contract": True,
                        "contract_start": date(2026, 1, 1),
                        "contract_duration": 1,
                        "contract_duration_unit": "year",
                        "service_conditions": "<p>Within 48 hours</p>",
                        "obligation_ids": [
                            (0, 0, {"party": party, "name": "Be there"})
                            for party in ("company", "customer")
                        ],
                        "order_line": [
                            (
                                0,
                                0,
                                {
                                    "product_id": self.env.ref(
                                        "airbag_client_mgmt.product_diag"
                                    ).id,
                                    "visit_interval": 3,
                                    "visit_interval_unit": "month",
                                },
                            )
                        ],
                    }
                )
            )
            theirs.action_confirm()
        self._run_cron("2026-11-20")
        self.assertEqual(theirs.renewal_state, "not_due")
        self._run_cron("2026-12-21")
        self.assertEqual(theirs.renewal_state, "due")

    def test_an_attempt_is_logged_by_who_made_it_and_when_it_was(self):
        contract = self.contracts[0]
        values = {"order_id": contract.id, "user_id": self.other_salesman.id}
        contacts = self.env["airbag.renewal.contact"].with_user(self.salesman)
        with freeze_time("2026-11-20"):
            self.assertEqual(contacts.create(values).user_id, self.salesman)
            with self.assertRaisesRegex(UserError, "before the contract began"):
                contacts.create({**values, "contacted_on": "2020-01-01 10:00:00"})
