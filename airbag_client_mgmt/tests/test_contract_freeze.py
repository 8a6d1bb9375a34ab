# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractFreeze(ContractCase):
    """PRO 008 §5.2.3: what was signed stays as it was, whoever tries and how."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_contract()
        cls.other = cls.env["res.partner"].create({"name": "Somebody else"})
        cls.part = cls.env["product.product"].create({"name": "Airbag module"})

    def _assert_frozen(self, record, vals):
        with self.assertRaisesRegex(UserError, "were signed", msg=str(vals)):
            record.write(vals)

    def test_every_term_of_the_order_is_frozen(self):
        position = self.env["account.fiscal.position"].create({"name": "Exempt"})
        terms = self.env["account.payment.term"].create({"name": "60 days"})
        for vals in (
            {"active": False},
            {"contract_duration": 2},
            {"contract_duration_unit": "month"},
            {"contract_start": date(2026, 2, 1)},
            {"date_order": "2025-01-01 10:00:00"},
            {"fiscal_position_id": position.id},
            {"is_open_ended": True},
            {"is_service_contract": False},
            {"name": "S99999"},
            {"note": "<p>Paid in advance</p>"},
            {"partner_id": self.other.id},
            {"payment_term_id": terms.id},
            {"sale_order_template_id": False},
            {"service_conditions": "<p>Other</p>"},
            {"signature": False},
            {"signed_by": "Nobody"},
            {"signed_on": False},
            {"special_requirements": "None"},
            {"specific_needs": "None"},
            {"unrevisioned_name": "S99999"},
        ):
            self._assert_frozen(self.order, vals)

    def test_every_term_of_a_line_is_frozen(self):
        line = self.order.order_line[0]
        dozen = self.env.ref("uom.product_uom_dozen")
        for vals in (
            {"discount": 50},
            {"name": "Another service"},
            {"order_id": self._create_quotation().id},
            {"price_unit": 1},
            {"product_id": self.env.ref("airbag_client_mgmt.product_rep").id},
            {"product_uom_id": dozen.id},
            {"product_uom_qty": 99},
            {"service_benefits": "<p>Everything</p>"},
            {"tax_ids": [Command.clear()]},
            {"visit_interval": 1},
            {"visit_interval_unit": "week"},
        ):
            self._assert_frozen(line, vals)
        with self.assertRaises(UserError):
            line.unlink()

    def test_notes_and_sections_are_frozen_too(self):
        quotation = self._create_quotation()
        quotation.order_line = [
            Command.create({"display_type": "line_note", "name": "Keys at the gate"})
        ]
        quotation.action_confirm()
        note = quotation.order_line.filtered("display_type")
        self._assert_frozen(note, {"name": "No keys"})
        with self.assertRaisesRegex(UserError, "were signed"):
            note.unlink()

    def test_no_discount_is_added(self):
        discount = self.env["sale.order.discount"].create(
            {
                "sale_order_id": self.order.id,
                "discount_type": "amount",
                "discount_amount": 100,
            }
        )
        with self.assertRaisesRegex(UserError, "were signed"):
            discount.action_apply_discount()

    def test_a_down_payment_is_still_invoiced(self):
        before = self.order.amount_untaxed
        invoice = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(self.order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        invoice.create_invoices()
        self.assertEqual(len(self.order.invoice_ids), 1)
        self.assertEqual(self.order.amount_untaxed, before)

    def test_what_odoo_adds_to_invoice_it_is_no_change(self):
        lines = self.env["sale.order.line"]
        values = {"order_id": self.order.id, "product_id": self.part.id}
        expense = lines.create({**values, "product_uom_qty": 0, "is_expense": True})
        expense.qty_delivered = 2
        delivered = lines.create({**values, "product_uom_qty": 0})
        delivered.qty_delivered = 1
        with self.assertRaisesRegex(UserError, "were signed"):
            delivered.product_uom_qty = 1
        with self.assertRaisesRegex(UserError, "were signed"):
            lines.create(
                {
                    **values,
                    "product_id": self.order.order_line[0].product_id.id,
                    "product_uom_qty": 0,
                }
            )

    def test_obligations_are_frozen(self):
        obligation = self.order.obligation_ids[0]
        for vals in (
            {"date_due": date(2026, 3, 1)},
            {"due_days": 3},
            {"name": "Less"},
            {"order_id": self._create_quotation().id},
            {"party": "customer"},
        ):
            self._assert_frozen(obligation, vals)
        with self.assertRaisesRegex(UserError, "were signed"):
            self._create_quotation().obligation_ids[0].order_id = self.order

    def test_needs_are_those_that_were_signed(self):
        lead = self.env["crm.lead"].create(
            {"name": "Another van", "specific_needs": "Something else"}
        )
        signed = self.order.specific_needs
        self.order.opportunity_id = lead
        self.customer.specific_needs = "Nothing any more"
        self.env.flush_all()
        self.assertEqual(self.order.specific_needs, signed)

    def test_edited_needs_survive_another_opportunity(self):
        quotation = self._create_quotation(specific_needs="Typed by hand")
        quotation.opportunity_id = self.env["crm.lead"].create(
            {"name": "Another van", "specific_needs": "Something else"}
        )
        self.assertEqual(quotation.specific_needs, "Typed by hand")

    def test_the_quotation_states_what_lead_and_customer_ask(self):
        lead = self.env["crm.lead"].create(
            {"name": "Vans", "special_requirements": "Knock twice"}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        self.assertEqual(order.special_requirements, "Knock twice\nVisits on Saturdays")

    def test_the_benefits_are_those_that_were_quoted(self):
        line = self.order.order_line[0]
        quoted = line.service_benefits
        self.assertIn("Faults found before", quoted)
        line.product_id.service_benefits = "<p>Something else</p>"
        self.env.flush_all()
        self.assertEqual(line.service_benefits, quoted)
        html = str(
            self.env["ir.actions.report"]._render_qweb_html(
                "airbag_client_mgmt.action_report_contract", self.order.ids
            )[0]
        )
        self.assertIn("Faults found before", html)
        self.assertNotIn("Something else", html)

    def test_a_product_that_changes_takes_no_promised_visit(self):
        line = self.order.order_line[0]
        line.product_id.treatment_id = False
        self.env.flush_all()
        self.assertEqual(line.promised_visit_count, 4)
        self._assert_frozen(line, {"price_unit": 1})

    def test_what_the_system_attached_is_evidence(self):
        signed, own = self.env["ir.attachment"].create(
            [
                {
                    "name": "S00001.pdf",
                    "raw": b"%PDF",
                    "res_model": "sale.order",
                    "res_id": self.order.id,
                }
            ]
            * 2
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_uid = %s WHERE id = %s",
            [self.salesman.id, own.id],
        )
        self.env.invalidate_all()
        for attempt in (
            lambda file: file.write({"raw": b"%PDF other"}),
            lambda file: file.write({"res_id": self._create_quotation().id}),
            lambda file: file.unlink(),
        ):
            with self.assertRaisesRegex(AccessError, "evidence"):
                attempt(signed.with_user(self.salesman))
        own.with_user(self.salesman).unlink()
        sent = signed.copy()
        self.env["mail.message"].create(
            {
                "model": "sale.order",
                "res_id": self.order.id,
                "message_type": "email",
                "attachment_ids": [Command.set(sent.ids)],
            }
        )
        sent.with_user(self.salesman).unlink()

    def test_a_contract_comes_into_being_by_its_confirmation_only(self):
        orders = self.env["sale.order"].with_user(self.salesman)
        values = {"partner_id": self.customer.id, "is_service_contract": True}
        for more in (
            {"state": "sale"},
            {"renewed_order_id": self.order.id},
            {"amended_order_id": self.order.id},
            {"terminated_on": date(2026, 3, 1)},
        ):
            with self.assertRaises(AccessError, msg=str(more)):
                orders.create({**values, **more})
        proposing = orders.with_context(default_renewed_order_id=self.order.id)
        self.assertFalse(proposing.create(dict(values)).renewed_order_id)
        with self.assertRaises(AccessError):
            orders.with_context(default_state="sale").create(dict(values))
        quotation = self._create_quotation().with_user(self.salesman)
        with self.assertRaisesRegex(UserError, "with its button"):
            quotation.with_context(contract_button=True).state = "sale"
        for fname in ("renewed_order_id", "renewal_state", "termination_reason_id"):
            with self.assertRaises(AccessError):
                quotation.write({fname: False})
        quotation.action_confirm()
        self.assertTrue(quotation.intervention_ids)

    def test_the_form_does_not_offer_what_is_frozen(self):
        with Form(self.order.with_user(self.salesman)) as form:
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form.specific_needs = "Other"
            with (
                self.assertRaisesRegex(AssertionError, "readonly"),
                form.order_line.edit(0) as line,
            ):
                line.price_unit = 1

    def test_an_unpayable_contract_is_not_offered_for_payment(self):
        order = self._create_quotation(require_payment=True)
        self.assertTrue(order._has_to_be_paid())
        order.contract_start = False
        self.assertFalse(order._has_to_be_paid())

    def test_a_term_that_no_calendar_has_is_named(self):
        order = self._create_quotation(start=date(9990, 1, 1), contract_duration=20)
        self.assertFalse(order.contract_end)
        with self.assertRaisesRegex(UserError, "duration"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.intervention_ids)


@tagged("post_install", "-at_install")
class TestObligationEvidence(ContractCase):
    """PRO 008 §5.2.3: obligations are followed, and what was found stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.obligation = cls._create_contract().obligation_ids[0]

    def test_a_breach_has_its_evidence_however_it_is_written(self):
        with self.assertRaisesRegex(UserError, "Write in the evidence"):
            self.obligation.state = "breached"

    def test_what_was_found_is_corrected_by_quality_only(self):
        obligation = self.obligation.with_user(self.salesman)
        obligation.action_fulfil()
        obligation.evidence = "Sent on 3 March"
        for vals in ({"state": "open"}, {"evidence": False}):
            with self.assertRaisesRegex(UserError, "already closed"):
                obligation.write(vals)
        self.salesman.group_ids += self.env.ref(
            "airbag_client_mgmt.group_quality_manager"
        )
        obligation.write({"state": "open"})
        self.assertEqual(obligation.state, "open")

    def test_who_sees_to_it_needs_no_access_to_the_contract(self):
        self.obligation.sudo().user_id = self.other_salesman
        obligation = self.obligation.with_user(self.other_salesman)
        self.env.invalidate_all()
        self.assertIn(self.obligation.sudo().order_id.name, obligation.display_name)
        self.assertIn(obligation.contract_state, ("signed", "active", "ended"))
        found = obligation.search(
            [
                ("contract_state", "in", ("signed", "active", "ended")),
                ("contract_replaced_on", "=", False),
                ("id", "=", obligation.id),
            ]
        )
        self.assertEqual(found, obligation)

    def test_an_amendment_goes_on_with_its_obligations(self):
        with freeze_time("2026-03-01"):
            order = self._create_contract()
            order.obligation_ids[0].write({"state": "breached", "evidence": "Late"})
            amendment = self.env["sale.order"].browse(order.action_amend()["res_id"])
            amendment.amendment_reason = "Two more vans"
            amendment.action_confirm()
            self.env.flush_all()
            in_force = self.env["airbag.contract.obligation"].search(
                [
                    ("order_id", "in", (order | amendment).ids),
                    ("contract_replaced_on", "=", False),
                ]
            )
            self.assertEqual(in_force, amendment.obligation_ids)
            renewal = self.env["sale.order"].browse(amendment.action_renew()["res_id"])
        self.assertIn(order.obligation_ids[0], renewal.renewed_obligation_ids)
        self.assertEqual(
            renewal.renewed_obligation_ids - order.obligation_ids[0],
            amendment.obligation_ids,
        )
