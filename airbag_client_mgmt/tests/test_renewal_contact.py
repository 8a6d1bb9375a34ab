# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .contract_common import ContractCase


class RenewalCase(ContractCase):
    """A contract whose renewal is due on 2026-11-20."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-01-01"):
            cls.contract = cls._create_contract()
        with freeze_time("2026-11-20"):
            cls.contract._do_refresh_contracts()

    def _renew(self):
        with freeze_time("2026-11-20"):
            action = self.contract.with_user(self.salesman).action_renew()
        return self.env["sale.order"].browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestRenewalContact(RenewalCase):
    """PRO 008 §5.5.3: each attempt to reach the customer is kept."""

    def _log(self, moment="2026-11-20 15:00:00", **values):
        with freeze_time(moment):
            return (
                self.env["airbag.renewal.contact"]
                .with_user(self.salesman)
                .create({"order_id": self.contract.id, **values})
            )

    def test_the_dialog_logs_who_how_and_what(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.action_log_renewal_contact"
        )
        with freeze_time("2026-11-20 15:00:00"):
            form = Form(
                self.env[action["res_model"]]
                .with_user(self.salesman)
                .with_context(default_order_id=self.contract.id)
            )
            form.channel = "whatsapp"
            form.outcome = "proposal"
            form.note = "Three vans less"
            contact = form.save()
        self.assertEqual(contact.user_id, self.salesman)
        self.assertEqual(contact.partner_id, self.customer)
        self.assertEqual(self.contract.renewal_state, "contacted")
        self.assertEqual(self.contract.renewal_contacted_on, date(2026, 11, 20))
        body = "".join(self.contract.message_ids.mapped("body"))
        for text in ("WhatsApp", "Wants a proposal", "Three vans less"):
            self.assertIn(text, body)
        self.assertFalse(self.contract.activity_ids)

    def test_no_answer_is_kept_but_contacts_nobody(self):
        self._log(outcome="no_answer")
        self.assertEqual(self.contract.renewal_state, "due")
        self.assertFalse(self.contract.renewal_contacted_on)
        self.assertTrue(self.contract.activity_ids)
        self._log("2026-11-21 15:00:00")
        self.assertEqual(len(self.contract.renewal_contact_ids), 2)
        self.assertEqual(self.contract.renewal_contacted_on, date(2026, 11, 21))

    def test_what_the_customer_said_is_shown_as_text(self):
        self._log(note="<b>Half price</b>")
        body = "".join(self.contract.message_ids.mapped("body"))
        self.assertIn("&lt;b&gt;Half price", body)

    def test_a_contact_is_in_the_past_and_about_a_renewal(self):
        with self.assertRaisesRegex(ValidationError, "not taken place"):
            self._log(contacted_on="2026-12-01 10:00:00")
        quotation = self._create_quotation()
        with self.assertRaisesRegex(UserError, "cannot be renewed"):
            self._log(order_id=quotation.id)

    def test_the_log_is_evidence(self):
        contact = self._log()
        for attempt in (
            lambda: contact.write({"note": "Other"}),
            contact.unlink,
            lambda: contact.with_user(self.reviewer).write({"note": "Other"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertTrue(contact.with_user(self.reviewer).channel)
        with self.assertRaises(AccessError):
            contact.with_user(self.other_salesman).read(["note"])
        with self.assertRaises(AccessError):
            self.contract.with_user(self.salesman).renewal_contacted_on = "2026-01-01"

    def test_another_company_sees_nothing(self):
        self._log()
        company = self.env["res.company"].create({"name": "Other"})
        self.reviewer.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        contacts = self.env["airbag.renewal.contact"].with_user(self.reviewer)
        self.assertFalse(contacts.search([]))


@tagged("post_install", "-at_install")
class TestRenewalReview(RenewalCase):
    """PRO 008 §5.5.3: the renewal fits what was done and what is needed today."""

    def _create_recommendation(self, **values):
        visit = self.contract.intervention_ids[0]
        return self.env["airbag.recommendation"].create(
            {"intervention_id": visit.id, "name": "Replace the clock spring", **values}
        )

    def test_the_visits_really_done_are_in_view(self):
        visits = self.contract.intervention_ids.sorted("planned_start")
        visits[0].sudo().write({"user_id": self._create_technician().id})
        visits[0].action_plan()
        visits[0].with_user(visits[0].user_id).action_acknowledge_requirements()
        visits[0].action_start()
        visits[0].step_ids.excuse = "Not needed"
        visits[0].write({"no_products_used": True, "no_recommendations": True})
        visits[0].action_finish()
        visits[1].action_cancel()
        renewal = self._renew()
        self.assertEqual(renewal.renewed_promised_count, 6)
        self.assertEqual(renewal.renewed_done_count, 1)
        self.assertEqual(renewal.renewed_open_count, len(visits) - 2)
        action = renewal.with_user(self.salesman).action_view_renewed_interventions()
        found = self.env["airbag.intervention"].search(action["domain"])
        self.assertEqual(found, self.contract.intervention_ids.sorted(found._order))

    def _create_technician(self):
        return new_test_user(
            self.env, "review_technician", "airbag_client_mgmt.group_technician"
        )

    def test_open_recommendations_and_obligations_are_in_view(self):
        recommendation = self._create_recommendation()
        self._create_recommendation(name="Followed", state="done")
        kept = self.contract.obligation_ids[0]
        kept.write({"state": "fulfilled"})
        renewal = self._renew().with_user(self.salesman)
        self.assertEqual(renewal.open_recommendation_ids, recommendation)
        self.assertEqual(
            renewal.renewed_obligation_ids, self.contract.obligation_ids - kept
        )

    def test_the_renewal_is_adjusted_before_it_is_sent(self):
        renewal = self._renew().with_user(self.salesman)
        with Form(renewal) as form:
            form.specific_needs = "Forty vans"
            form.contract_duration = 2
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 40
        self.assertEqual(renewal.contract_end, date(2028, 12, 31))
        self.assertEqual(renewal.order_line[0].product_uom_qty, 40)
        self.assertEqual(self.contract.order_line[0].product_uom_qty, 10)

    def test_an_amended_contract_is_reviewed_whole(self):
        with freeze_time("2026-06-01"):
            amendment = self.env["sale.order"].browse(
                self.contract.action_amend()["res_id"]
            )
            amendment.amendment_reason = "Two more vans"
            amendment.action_confirm()
            self.env.flush_all()
        self.contract = amendment
        self.assertEqual(self._renew().renewed_promised_count, 6)

    def test_reviews_cost_the_same_for_one_and_for_six(self):
        self._create_recommendation()
        renewals = self._renew()
        with freeze_time("2026-01-01"):
            contracts = [self._create_contract() for _number in range(5)]
        for self.contract in contracts:
            renewals |= self._renew()
        self.env.flush_all()

        def count(orders):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            orders.mapped("renewed_done_count")
            orders.mapped("open_recommendation_ids")
            orders.mapped("renewed_obligation_ids")
            return self.env.cr.sql_log_count - start

        count(renewals)
        self.assertEqual(count(renewals[:1]), count(renewals))


@tagged("post_install", "-at_install")
class TestRevision(ContractCase):
    """PRO 008 §5.2.2: the proposal is adjusted, each version stays readable."""

    def test_an_earlier_version_stays_as_it_was_sent(self):
        order = self._create_quotation()
        order.action_quotation_sent()
        old_total = order.amount_untaxed
        order.create_revision()
        revision = order.current_revision_id
        revision.order_line[0].discount = 10
        self.assertEqual(revision.name, f"{order.name}-01")
        self.assertEqual(order.amount_untaxed, old_total)
        self.assertEqual(len(order.obligation_ids), len(revision.obligation_ids))
        self.assertTrue(order.with_user(self.salesman).service_conditions)
        self.assertFalse(order._has_to_be_signed())
        html = str(
            self.env["ir.actions.report"]._render_qweb_html(
                "airbag_client_mgmt.action_report_contract", order.ids
            )[0]
        )
        self.assertIn("Replaced by revision", html)
        self.assertIn(revision.name, html)

    def test_only_the_last_version_goes_on(self):
        order = self._create_quotation()
        order.action_quotation_sent()
        order.create_revision()
        for attempt in (order.action_draft, order.create_revision):
            with self.assertRaisesRegex(UserError, "change that one"):
                attempt()

    def test_an_old_link_tells_of_the_newer_version(self):
        order = self._create_quotation()
        order.action_quotation_sent()
        order.create_revision()
        revision = order.current_revision_id
        self.assertFalse(order._get_newer_version())
        revision.action_quotation_sent()
        self.assertEqual(order._get_newer_version(), revision)
        revision.partner_id = self.env["res.partner"].create({"name": "Somebody"})
        self.assertFalse(order._get_newer_version())
