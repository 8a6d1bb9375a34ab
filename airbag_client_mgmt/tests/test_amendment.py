# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from ..tools.renewals import ACTIVITY_RENEWAL
from .contract_common import ContractCase, ContractYearCase
from .test_capture import PIXEL


@tagged("post_install", "-at_install")
class TestAmendment(ContractYearCase):
    """PRO 008 §5.2.2-3: what was signed stays; a change is an amendment."""

    def _amend(self, day="2026-04-10", **values):
        """Return the amendment of the contract, quoted on a day."""
        with freeze_time(day):
            action = self.contract.with_user(self.salesman).action_amend()
            amendment = self.env["sale.order"].browse(action["res_id"])
            amendment.write({"amendment_reason": "Two more vans", **values})
        return amendment

    def _sign(self, amendment, day="2026-04-10"):
        with freeze_time(day):
            amendment.action_confirm()
            self.env.flush_all()

    def _get_days(self, visits):
        return [
            str(self.company._get_service_date(visit.planned_start))
            for visit in visits.sorted("planned_start")
        ]

    def test_an_amendment_starts_from_what_was_signed(self):
        self.contract.obligation_ids[0].write({"state": "fulfilled"})
        self.contract.order_line[0].product_id.list_price = 1000
        amendment = self._amend()
        self.assertEqual(amendment.name, f"{self.contract.name}-A1")
        self.assertEqual(amendment.amended_order_id, self.contract)
        self.assertEqual(amendment.contract_start, date(2026, 1, 1))
        self.assertEqual(amendment.contract_end, date(2026, 12, 31))
        self.assertEqual(amendment.amendment_start, date(2026, 4, 11))
        self.assertEqual(
            amendment.order_line.mapped("price_unit"),
            self.contract.order_line.mapped("price_unit"),
        )
        self.assertEqual(
            len(amendment.obligation_ids), len(self.contract.obligation_ids) - 1
        )
        self.assertEqual(amendment.specific_needs, self.contract.specific_needs)
        # A second click opens the same one.
        self.assertEqual(self._amend(), amendment)

    def test_the_signed_version_stays_as_it_was(self):
        amendment = self._amend(
            amendment_start=date(2026, 5, 1), service_conditions="<p>On Sundays</p>"
        )
        self._sign(amendment)
        self.assertIn("Warranty", self.contract.service_conditions)
        self.assertEqual(self.contract.state, "sale")
        self.assertEqual(self.contract.replaced_on, date(2026, 4, 30))
        with self.assertRaisesRegex(UserError, "were signed"):
            self.contract.service_conditions = "<p>Other</p>"
        with self.assertRaisesRegex(UserError, "were signed"):
            amendment.amendment_reason = "Another"
        self.assertEqual(
            self.contract.action_view_amendments()["domain"],
            [("id", "in", (self.contract | amendment).ids)],
        )

    def test_one_version_is_in_force_each_day(self):
        amendment = self._amend(amendment_start=date(2026, 5, 1))
        self._sign(amendment)
        states = {}
        for day in ("2026-04-30", "2026-05-01", "2027-01-01"):
            with freeze_time(day):
                both = self.contract | amendment
                domain = both._get_contracts_to_refresh_domain()
                both._do_refresh_contracts()
                states[day] = (self.contract.contract_state, amendment.contract_state)
                self.assertFalse(both.filtered_domain(domain))
        self.assertEqual(
            states,
            {
                "2026-04-30": ("active", "signed"),
                "2026-05-01": ("ended", "active"),
                "2027-01-01": ("ended", "ended"),
            },
        )

    def test_services_that_go_on_keep_their_visits(self):
        line = self.contract.order_line[0]
        visits = self.contract.intervention_ids.filtered(
            lambda visit: visit.order_line_id == line
        )
        moved = visits.sorted("visit_number")[2]
        moved.with_user(self.env.ref("base.user_admin")).user_id = self.salesman
        amendment = self._amend(amendment_start=date(2026, 5, 1))
        amendment.order_line[0].product_uom_qty = 12
        self._sign(amendment)
        new_line = amendment.order_line[0]
        self.assertEqual(moved.order_line_id, new_line)
        self.assertEqual(moved.user_id, self.salesman)
        kept = visits.filtered(lambda visit: visit.order_line_id == line)
        taken = visits - kept
        self.assertEqual(self._get_days(kept), ["2026-01-01", "2026-04-01"])
        self.assertEqual(self._get_days(taken), ["2026-07-01", "2026-10-01"])
        self.assertEqual(new_line.promised_visit_count, 2)
        self.assertEqual(line.promised_visit_count, 2)
        # Nothing is planned twice, now or by the scheduled action.
        self.assertFalse((self.contract | amendment)._plan_visits())

    def test_a_visit_made_early_is_not_planned_again(self):
        line = self.contract.order_line[0]
        visit = self.contract.intervention_ids.filtered(
            lambda visit: visit.order_line_id == line and visit.visit_number == 3
        )
        visit.planned_start = "2026-04-20 14:00:00"
        amendment = self._amend(amendment_start=date(2026, 5, 1))
        self._sign(amendment)
        self.assertEqual(visit.order_id, self.contract)
        numbers = amendment.intervention_ids.filtered(
            lambda v: v.order_line_id == amendment.order_line[0]
        ).mapped("visit_number")
        self.assertEqual(numbers, [4])

    def test_services_that_change_are_planned_anew(self):
        amendment = self._amend(amendment_start=date(2026, 5, 1))
        amendment.order_line[0].visit_interval = 2
        amendment.order_line[1].unlink()
        old = self.contract._get_open_visits().filtered(
            lambda visit: visit.planned_start.date() >= date(2026, 5, 1)
        )
        self._sign(amendment)
        self.assertEqual(set(old.mapped("state")), {"cancelled"})
        self.assertEqual(
            self._get_days(amendment.intervention_ids),
            ["2026-05-01", "2026-07-01", "2026-09-01", "2026-11-02"],
        )

    def test_an_early_start_of_a_contract_not_begun(self):
        with freeze_time("2025-11-01"):
            self.contract = self._create_contract(start=date(2026, 6, 1))
        amendment = self._amend(day="2026-03-01", contract_start=date(2026, 4, 1))
        self.assertEqual(amendment.amendment_start, date(2026, 4, 1))
        self._sign(amendment, day="2026-03-15")
        self.assertEqual(self.contract.contract_state, "ended")
        self.assertEqual(amendment.contract_state, "signed")
        self.assertEqual(amendment.contract_end, date(2027, 3, 31))
        self.assertEqual(self._get_days(amendment._get_open_visits())[0], "2026-04-01")
        self.assertFalse(self.contract._get_open_visits())

    def test_what_the_amendment_lacks_is_named(self):
        amendment = self._amend(amendment_reason=" ", amendment_start=False)
        with self.assertRaisesRegex(UserError, "first day of the amended terms"):
            amendment.action_confirm()
        with self.assertRaisesRegex(UserError, "what the amendment changes"):
            amendment.action_quotation_send()

    def test_bad_dates_are_refused(self):
        for values, message in (
            ({"amendment_start": date(2025, 12, 1)}, "cannot begin before"),
            ({"amendment_start": date(2026, 4, 9)}, "day of the signature or later"),
            ({"amendment_start": date(2027, 1, 1)}, "must begin within"),
            ({"contract_start": date(2025, 12, 1)}, "cannot change any more"),
            (
                {"contract_duration": 3, "contract_duration_unit": "month"},
                "terminate it",
            ),
        ):
            amendment = self._amend()
            with (
                freeze_time("2026-04-10"),
                self.env.cr.savepoint() as savepoint,
            ):
                amendment.write(values)
                self.assertFalse(amendment._has_to_be_signed())
                with self.assertRaisesRegex(UserError, message):
                    amendment.action_confirm()
                savepoint.rollback()
            amendment.invalidate_recordset()
        self.assertFalse(self.contract.replaced_on)

    def test_only_a_contract_in_force_is_amended(self):
        quotation = self._create_quotation()
        with self.assertRaisesRegex(UserError, "not in force"):
            quotation.action_amend()
        amendment = self._amend()
        with freeze_time("2026-04-11"):
            self.contract._terminate(date(2026, 4, 11), self.reason)
            self.assertEqual(amendment.state, "cancel")
            amendment.action_draft()
            with self.assertRaisesRegex(UserError, "not in force"):
                amendment.action_confirm()

    def test_the_last_version_is_the_one_amended(self):
        amendment = self._amend()
        self._sign(amendment)
        with self.assertRaisesRegex(UserError, "amend that one"):
            self.contract.action_amend()
        first = self.contract
        self.contract = amendment
        second = self._amend(day="2026-06-01")
        self.assertEqual(second.name, f"{first.name}-A2")
        self._sign(second, day="2026-06-02")
        self.assertEqual(first._get_contract_versions(), first | amendment | second)

    def test_an_amendment_nobody_signed_leaves_its_number(self):
        amendment = self._amend()
        amendment.action_cancel()
        self.assertEqual(self._amend().name, f"{self.contract.name}-A2")

    def test_an_amendment_is_not_cancelled_once_signed(self):
        amendment = self._amend(amendment_start=date(2026, 8, 1))
        self._sign(amendment)
        with self.assertRaisesRegex(UserError, "Terminate"):
            amendment.action_cancel()

    def test_terminating_before_the_amendment_ends_both(self):
        amendment = self._amend(amendment_start=date(2026, 8, 1))
        self._sign(amendment)
        with freeze_time("2026-05-01"):
            with self.assertRaisesRegex(UserError, "began on"):
                amendment._terminate(date(2026, 5, 31), self.reason)
            with self.assertRaisesRegex(UserError, "ends on"):
                self.contract._terminate(date(2026, 8, 15), self.reason)
            self.contract._terminate(date(2026, 5, 31), self.reason)
        with freeze_time("2026-06-01"):
            (self.contract | amendment)._do_refresh_contracts()
        self.assertEqual(self.contract.contract_state, "terminated")
        self.assertEqual(amendment.contract_state, "terminated")
        self.assertFalse(self.contract.replaced_on)
        later = (
            (self.contract | amendment)
            ._get_open_visits()
            .filtered(lambda visit: visit.planned_start.date() > date(2026, 5, 31))
        )
        self.assertFalse(later)

    def test_the_renewal_goes_on_with_the_last_version(self):
        with freeze_time("2026-11-20"):
            self.contract.action_log_renewal_contact("Wants to go on")
            renewal = self.env["sale.order"].browse(
                self.contract.action_renew()["res_id"]
            )
        with freeze_time("2026-11-20"):
            self.contract.renewal_notified_on = "2026-11-16 10:00:00"
            reminder = self.contract.activity_schedule(ACTIVITY_RENEWAL)
        amendment = self._amend(day="2026-11-21")
        self._sign(amendment, day="2026-11-22")
        self.assertEqual(renewal.renewed_order_id, amendment)
        self.assertEqual(amendment.activity_ids, reminder)
        self.assertTrue(amendment.renewal_notified_on)
        self.assertFalse(self.contract.renewal_state)
        self.assertEqual(amendment.renewal_contact_ids.note, "Wants to go on")
        with freeze_time("2026-11-25"):
            self.assertEqual(amendment.action_renew()["res_id"], renewal.id)
            renewal.action_confirm()
        self.assertEqual(amendment.renewal_state, "renewed")
        chain = (self.contract | amendment | renewal)._origin
        self.assertEqual(self.contract._get_renewal_chain(), chain)

    def test_an_amendment_of_the_end_starts_the_renewal_afresh(self):
        with freeze_time("2026-11-20"):
            self.contract._do_refresh_contracts()
            renewal = self.env["sale.order"].browse(
                self.contract.action_renew()["res_id"]
            )
        amendment = self._amend(day="2026-11-21", contract_duration=2)
        self._sign(amendment, day="2026-11-22")
        self.assertEqual(amendment.renewal_state, "not_due")
        self.assertFalse((self.contract | amendment).activity_ids)
        self.assertEqual(renewal.contract_start, date(2028, 1, 1))

    def test_what_has_no_end_any_more_is_not_renewed(self):
        with freeze_time("2026-11-20"):
            renewal = self.env["sale.order"].browse(
                self.contract.action_renew()["res_id"]
            )
        amendment = self._amend(day="2026-11-21", is_open_ended=True)
        self._sign(amendment, day="2026-11-22")
        with self.assertRaisesRegex(UserError, "no last day"):
            renewal.action_confirm()

    def test_a_renewed_contract_still_ends_when_its_renewal_begins(self):
        with freeze_time("2026-11-20"):
            renewal = self.env["sale.order"].browse(
                self.contract.action_renew()["res_id"]
            )
            renewal.action_confirm()
        amendment = self._amend(day="2026-11-21", contract_duration=2)
        with self.assertRaisesRegex(UserError, "was renewed from"):
            self._sign(amendment, day="2026-11-22")
        amendment.contract_duration = 1
        self._sign(amendment, day="2026-11-22")
        self.assertEqual(amendment.renewal_state, "renewed")

    def test_retention_counts_the_last_version_only(self):
        amendment = self._amend()
        self._sign(amendment)
        with freeze_time("2027-02-15"):
            (self.contract | amendment)._do_refresh_contracts()
        self.assertEqual(amendment.renewal_state, "lost")
        self.env.flush_all()
        facts = self.env["airbag.kpi.report"].search(
            [
                ("kpi_id.code", "=", "retention"),
                ("partner_id", "=", self.customer.id),
            ]
        )
        self.assertEqual(facts.mapped("res_id"), amendment.ids)

    def test_what_was_invoiced_needs_no_second_invoice(self):
        line = self.contract.order_line[0]
        line.invoice_lines = [
            Command.link(self._create_invoice(line, 4).invoice_line_ids.id)
        ]
        amendment = self._amend()
        amendment.order_line[0].product_uom_qty = 12
        self._sign(amendment)
        new_line = amendment.order_line[0]
        self.assertEqual(new_line.qty_invoiced, 4)
        self.assertEqual(new_line.qty_to_invoice, 8)
        self.assertEqual(line.qty_to_invoice, 0)

    def _create_invoice(self, line, quantity):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": line.product_id.id, "quantity": quantity}
                    )
                ],
            }
        )

    def test_a_revision_of_an_amendment_amends_the_same(self):
        amendment = self._amend(amendment_start=date(2026, 5, 1))
        amendment.action_quotation_sent()
        amendment.create_revision()
        revision = amendment.current_revision_id
        self.assertEqual(revision.amended_order_id, self.contract)
        self.assertEqual(revision.amendment_start, date(2026, 5, 1))
        self.assertEqual(revision.amendment_reason, "Two more vans")
        with self.assertRaisesRegex(UserError, "change that one"):
            amendment.action_draft()
        self._sign(revision)
        self.assertEqual(revision.order_line.amended_line_id, self.contract.order_line)
        self.assertEqual(self.contract.replaced_on, date(2026, 4, 30))

    def test_only_those_who_may_change_the_contract_amend_it(self):
        for user in (self.other_salesman, self.reviewer):
            with self.assertRaises(AccessError):
                self.contract.with_user(user).action_amend()
        with self.assertRaises(AccessError):
            self.contract.with_user(self.salesman).replaced_on = date(2026, 2, 1)

    def test_the_form_says_what_changes(self):
        amendment = self._amend()
        html = str(
            self.env["ir.actions.report"]._render_qweb_html(
                "sale.report_saleorder", amendment.ids
            )[0]
        )
        for text in ("Two more vans", self.contract.name, "PRO 008-F1", "Amendment"):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
class TestAmendmentPage(ContractCase, HttpCase):
    """PRO 008 §5.2.2-3: what the customer reads of revisions and amendments."""

    def _create_sent_amendment(self):
        contract = self._create_contract(start=self.env.cr.now().date())
        amendment = self.env["sale.order"].browse(contract.action_amend()["res_id"])
        amendment.amendment_reason = "Two more vans"
        amendment.action_quotation_sent()
        return contract, amendment

    def _sign(self, order):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token(),
                "name": "Ana Mora",
                "signature": PIXEL,
            },
        )

    def test_the_customer_signs_the_amendment(self):
        contract, amendment = self._create_sent_amendment()
        self.assertIn("Two more vans", self.url_open(amendment.get_portal_url()).text)
        self.assertNotIn('name="newer_version"', self._open(contract))
        self.assertTrue(self._sign(amendment).get("force_refresh"))
        self.assertEqual(amendment.signed_by, "Ana Mora")
        self.assertTrue(contract.replaced_on)
        page = self._open(contract)
        self.assertIn('name="newer_version"', page)
        self.assertIn(amendment.access_token, page)

    def _open(self, order):
        return self.url_open(order.get_portal_url()).text

    def test_an_amendment_of_a_terminated_contract_is_not_signed(self):
        contract, amendment = self._create_sent_amendment()
        contract._terminate(contract.contract_start, self.reason)
        self.assertTrue(self._sign(amendment).get("error"))
        self.assertFalse(amendment.signature)
        self.assertEqual(amendment.state, "cancel")

    def test_an_old_revision_leads_to_the_current_one(self):
        order = self._create_quotation()
        order.action_quotation_sent()
        order.create_revision()
        revision = order.current_revision_id
        revision.action_quotation_sent()
        page = self._open(order)
        self.assertIn('name="newer_version"', page)
        self.assertIn("Thirty vans always on the road", page)
        self.assertTrue(self._sign(order).get("error"))
        self.assertTrue(self._sign(revision).get("force_refresh"))
