# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .contract_common import ContractYearCase


class ChainCase(ContractYearCase):
    """A contract of 2026 and what follows it."""

    def _amend(self, contract, day, **values):
        """Return the amendment of a contract, quoted on a day."""
        with freeze_time(day):
            amendment = self.env["sale.order"].browse(contract.action_amend()["res_id"])
            amendment.write({"amendment_reason": "Two more vans", **values})
        return amendment

    def _sign(self, order, day):
        with freeze_time(day):
            order.action_confirm()
            self.env.flush_all()
        return order

    def _renew(self, contract, day):
        with freeze_time(day):
            return self.env["sale.order"].browse(contract.action_renew()["res_id"])

    def _refresh(self, contracts, day):
        with freeze_time(day):
            contracts._do_refresh_contracts()
        return contracts.mapped("contract_state")


@tagged("post_install", "-at_install")
class TestAmendmentChain(ChainCase):
    """PRO 008 §5.2.3: one version holds each day, whatever was signed before."""

    def test_an_amendment_not_yet_in_force_is_amended_from_its_own_first_day(self):
        first = self._amend(self.contract, "2026-04-01", amendment_start="2026-08-01")
        self._sign(first, "2026-04-02")
        second = self._amend(first, "2026-05-01")
        self.assertEqual(second.amendment_start, date(2026, 8, 1))
        for values in (
            {"amendment_start": date(2026, 6, 1)},
            {"contract_start": date(2026, 3, 1)},
        ):
            with (
                freeze_time("2026-05-01"),
                self.env.cr.savepoint() as savepoint,
            ):
                second.write(values)
                with self.assertRaises(UserError):
                    second.action_confirm()
                savepoint.rollback()
            second.invalidate_recordset()
        self._sign(second, "2026-05-02")
        chain = self.contract | first | second
        self.assertEqual(
            self._refresh(chain, "2026-05-03"), ["active", "ended", "signed"]
        )
        self.assertEqual(
            self._refresh(chain, "2026-08-01"), ["ended", "ended", "active"]
        )
        self.assertEqual(
            [sum(order.order_line.mapped("promised_visit_count")) for order in chain],
            [5, 0, 1],
        )

    def test_an_amendment_signed_late_waits_for_another_first_day(self):
        amendment = self._amend(self.contract, "2026-04-10")
        with freeze_time("2026-07-15"):
            self.assertFalse(amendment._has_to_be_signed())
            with self.assertRaisesRegex(UserError, "day of the signature or later"):
                amendment.action_confirm()
            amendment.amendment_start = date(2026, 7, 16)
            amendment.action_confirm()
        self.assertEqual(self.contract.replaced_on, date(2026, 7, 15))

    def test_an_amendment_is_with_the_same_customer(self):
        amendment = self._amend(self.contract, "2026-04-10")
        amendment.partner_id = self.env["res.partner"].create({"name": "Another"})
        with (
            freeze_time("2026-04-10"),
            self.assertRaisesRegex(UserError, "a contract with Flota Andina"),
        ):
            amendment.action_confirm()

    def test_a_single_visit_is_promised_once(self):
        with freeze_time("2026-01-01"):
            contract = self._create_quotation()
            contract.order_line[1].visit_interval = 0
            contract.action_confirm()
        amendment = self._sign(self._amend(contract, "2026-04-10"), "2026-04-10")
        single = (contract | amendment).order_line.filtered(
            lambda line: not line.visit_interval
        )
        self.assertEqual(single.mapped("promised_visit_count"), [0, 1])

    def test_the_name_of_a_deleted_amendment_is_free(self):
        first = self._amend(self.contract, "2026-04-10")
        first.action_cancel()
        second = self._amend(self.contract, "2026-04-11")
        second.action_cancel()
        first.unlink()
        third = self._amend(self.contract, "2026-04-12")
        self.assertEqual(third.name, f"{self.contract.name}-A3")

    def test_what_an_amendment_drops_is_still_invoiced(self):
        dropped, kept = self.contract.order_line
        amendment = self._amend(self.contract, "2026-04-10")
        amendment.order_line.filtered(
            lambda line: line.amended_line_id == dropped
        ).unlink()
        self._sign(amendment, "2026-04-10")
        self.assertEqual(dropped.qty_to_invoice, dropped.product_uom_qty)
        self.assertEqual(kept.qty_to_invoice, 0)
        self.assertEqual(amendment.order_line.qty_to_invoice, kept.product_uom_qty)

    def test_what_was_paid_ahead_is_deducted_under_the_amendment(self):
        def invoice(order, **values):
            wizard = self.env["sale.advance.payment.inv"].create(
                {"sale_order_ids": [Command.set(order.ids)], **values}
            )
            wizard.create_invoices()
            return order.invoice_ids.sorted("id")[-1:]

        ahead = invoice(self.contract, advance_payment_method="percentage", amount=50)
        ahead.action_post()
        amendment = self._sign(self._amend(self.contract, "2026-04-10"), "2026-04-10")
        final = invoice(amendment, advance_payment_method="delivered")
        self.assertAlmostEqual(
            final.amount_total + ahead.amount_total, amendment.amount_total
        )

    def test_what_is_invoiced_as_delivered_stays_with_its_version(self):
        with freeze_time("2026-01-01"):
            contract = self._create_quotation()
            contract.order_line[0].product_id.invoice_policy = "delivery"
            contract.action_confirm()
        line = contract.order_line[0]
        line.qty_delivered = 6
        amendment = self._sign(self._amend(contract, "2026-04-10"), "2026-04-10")
        self.assertEqual(line.qty_to_invoice, 6)
        self.assertEqual(amendment.order_line[0].qty_to_invoice, 0)

    def test_the_signed_amendment_is_unique(self):
        first = self._amend(self.contract, "2026-04-10")
        second = first._as_button().copy(
            {"amended_order_id": self.contract.id, "contract_start": date(2026, 1, 1)}
        )
        second.write({"amendment_reason": "More", "amendment_start": date(2026, 5, 1)})
        self._sign(first, "2026-04-10")
        with (
            freeze_time("2026-04-10"),
            self.assertRaisesRegex(UserError, "amend that one"),
        ):
            second.action_confirm()


@tagged("post_install", "-at_install")
class TestTerminationChain(ChainCase):
    """PRO 008 §5.2.3: the end of a contract is the end of what was to follow it."""

    def test_every_version_to_come_ends(self):
        first = self._amend(self.contract, "2026-04-01", amendment_start="2026-08-01")
        self._sign(first, "2026-04-02")
        second = self._amend(first, "2026-05-01", amendment_start="2026-09-01")
        self._sign(second, "2026-05-02")
        with freeze_time("2026-05-03"):
            self.contract._terminate(date(2026, 5, 31), self.reason)
        chain = self.contract | first | second
        self.assertEqual(
            self._refresh(chain, "2026-09-02"), ["terminated"] * len(chain)
        )
        self.assertFalse(second._get_open_visits())
        # One contract is lost once, not once a version.
        self.assertEqual(chain.mapped("renewal_state"), ["lost", False, False])

    def test_a_signed_renewal_does_not_begin_either(self):
        close = self.env["airbag.contract.close"].new(
            {"order_id": self.contract.id, "kind": "termination"}
        )
        self.assertFalse(close.along_names)
        renewal = self._sign(self._renew(self.contract, "2026-11-20"), "2026-11-21")
        with freeze_time("2026-11-25"):
            close = self.env["airbag.contract.close"].create(
                {
                    "order_id": self.contract.id,
                    "kind": "termination",
                    "date": date(2026, 11, 30),
                    "reason_id": self.reason.id,
                }
            )
            self.assertEqual(close.along_names, renewal.name)
            close.action_apply()
        self.assertEqual(
            self._refresh(self.contract | renewal, "2027-01-02"), ["terminated"] * 2
        )
        self.assertFalse(renewal._get_open_visits())

    def test_what_was_offered_is_withdrawn(self):
        with freeze_time("2026-11-20"):
            self.contract._do_refresh_contracts()
        renewal = self._renew(self.contract, "2026-11-20")
        renewal.action_quotation_sent()
        amendment = self._amend(self.contract, "2026-11-20")
        self.assertTrue(self.contract.activity_ids)
        with freeze_time("2026-11-25"):
            self.contract._terminate(date(2026, 11, 30), self.reason)
        self.assertEqual((renewal | amendment).mapped("state"), ["cancel"] * 2)
        self.assertFalse(self.contract.activity_ids)
        renewal.action_draft()
        with self.assertRaisesRegex(UserError, "was terminated"):
            renewal.action_confirm()

    def test_a_contract_is_terminated_once_and_with_a_reason(self):
        for day, reason, message in (
            (date(2026, 5, 31), self.lost_reason, "Choose the reason"),
            (False, self.reason, "Choose the last day"),
        ):
            with (
                freeze_time("2026-05-01"),
                self.assertRaisesRegex(UserError, message),
            ):
                self.contract._terminate(day, reason)
        other = self.env["res.company"].create({"name": "Another company"})
        theirs = self.reason.copy({"company_id": other.id})
        with (
            freeze_time("2026-05-01"),
            self.assertRaisesRegex(UserError, "Choose the reason"),
        ):
            self.contract._terminate(date(2026, 5, 31), theirs)
        with freeze_time("2026-05-01"):
            self.contract._terminate(date(2026, 5, 31), self.reason)
            with self.assertRaisesRegex(UserError, "not in force"):
                self.contract._terminate(date(2026, 6, 30), self.reason)

    def test_what_others_follow_is_not_cancelled(self):
        with freeze_time("2025-11-01"):
            contract = self._create_contract()
            self.assertEqual(contract.contract_state, "signed")
        amendment = self._amend(contract, "2025-11-02", amendment_start="2026-06-01")
        self._sign(amendment, "2025-11-02")
        with (
            freeze_time("2025-11-03"),
            self.assertRaisesRegex(UserError, "Terminate"),
        ):
            contract.action_cancel()


@tagged("post_install", "-at_install")
class TestRenewalChain(ChainCase):
    """PRO 008 §5.5.3: the renewal follows without gap or overlap, or is asked anew."""

    def test_a_renewal_withdrawn_before_it_begins_renews_nothing(self):
        renewal = self._sign(self._renew(self.contract, "2026-11-20"), "2026-11-21")
        self.assertEqual(self.contract.renewal_state, "renewed")
        with freeze_time("2026-12-01"):
            renewal._terminate(date(2026, 12, 1), self.reason)
            self.contract._do_refresh_contracts()
            self.assertEqual(self.contract.renewal_state, "due")
        again = self._renew(self.contract, "2026-12-02")
        self.assertNotEqual(again, renewal)
        self._sign(again, "2026-12-03")
        self.assertEqual(self.contract.renewal_state, "renewed")

    def test_an_amended_renewal_still_begins_when_the_contract_ends(self):
        renewal = self._sign(self._renew(self.contract, "2026-11-20"), "2026-11-21")
        amendment = self._amend(renewal, "2026-11-22")
        self.assertEqual(amendment.amendment_start, date(2027, 1, 1))
        amendment.contract_start = amendment.amendment_start = date(2026, 11, 25)
        with (
            freeze_time("2026-11-22"),
            self.assertRaisesRegex(UserError, "cannot change any more"),
        ):
            amendment.action_confirm()

    def test_a_declined_renewal_is_asked_about(self):
        with freeze_time("2026-11-20"):
            self.contract._do_refresh_contracts()
            self.contract.action_log_renewal_contact()
            self.assertFalse(self.contract.activity_ids)
            renewal = self._renew(self.contract, "2026-11-20")
            renewal.action_quotation_sent()
            renewal._action_cancel()
            reminder = self.contract.activity_ids
            self.assertEqual(reminder.user_id, self.contract.user_id)
            self.assertIn(renewal.name, reminder.note)

    def test_a_late_signature_takes_the_lost_reason_away(self):
        renewal = self._renew(self.contract, "2026-11-20")
        with freeze_time("2026-12-01"):
            self.contract._set_renewal_lost(self.lost_reason)
        self._sign(renewal, "2026-12-05")
        self.assertEqual(self.contract.renewal_state, "renewed")
        self.assertFalse(self.contract.renewal_lost_reason_id)

    def test_the_chain_is_the_same_from_every_link_whoever_sells(self):
        amendment = self._sign(self._amend(self.contract, "2026-04-10"), "2026-04-10")
        renewal = self._renew(amendment, "2026-11-20")
        renewal.user_id = self.other_salesman
        self.env.flush_all()
        self.env.invalidate_all()
        chain = self.contract | amendment | renewal
        for order in chain:
            user = order.user_id
            action = order.with_user(user).action_view_renewals()
            self.assertEqual(action["domain"], [("id", "in", chain.ids)])
        mine = renewal.with_user(self.other_salesman)
        mine.action_view_renewed_interventions()
        self.assertEqual(mine.renewed_promised_count, 6)
        html = str(
            self.env["ir.actions.report"]
            .with_user(self.other_salesman)
            ._render_qweb_html("airbag_client_mgmt.action_report_contract", mine.ids)[0]
        )
        self.assertIn(amendment.name, html)
        template = mine._find_mail_template()
        body = template.with_user(self.other_salesman)._render_field(
            "body_html", mine.ids
        )[mine.id]
        self.assertIn(amendment.name, body)
        with freeze_time("2026-11-21"):
            mine.action_confirm()

    def test_another_salesperson_signs_the_amendment(self):
        amendment = self._amend(self.contract, "2026-04-10")
        amendment.user_id = self.other_salesman
        self.env.flush_all()
        self.env.invalidate_all()
        self._sign(amendment.with_user(self.other_salesman), "2026-04-10")
        self.assertTrue(self.contract.replaced_on)
        self.assertEqual(
            amendment.with_user(self.other_salesman).action_view_amendments()["domain"],
            [("id", "in", (self.contract | amendment).ids)],
        )
