# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from io import BytesIO

from odoo.tests import Form, HttpCase, tagged
from odoo.tools import format_date
from odoo.tools.pdf import OdooPdfFileReader

from .contract_common import ContractCase

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestCapture(ContractCase):
    """PRO 008 §5.1: channel, needs and requirements of a potential customer."""

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Airbags of the fleet",
                "type": "opportunity",
                "partner_name": "Taxis del Norte",
                "email_from": "taxis@example.com",
                "specific_needs": "Reports for the insurer",
                "special_requirements": "Helmet in the yard",
                "medium_id": self.env.ref(
                    "airbag_client_mgmt.utm_medium_strategic_alliance"
                ).id,
                "alliance_partner_id": self.customer.id,
                **values,
            }
        )

    def test_a_new_customer_is_registered_with_its_needs(self):
        lead = self._create_lead()
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.specific_needs, "Reports for the insurer")
        self.assertEqual(lead.partner_id.special_requirements, "Helmet in the yard")
        self.assertEqual(lead.partner_id.alliance_partner_id, self.customer)

    def test_winning_adds_to_a_known_customer_and_overwrites_nothing(self):
        lead = self._create_lead(partner_id=self.customer.id, user_id=self.salesman.id)
        lead.alliance_partner_id = False
        lead.with_user(self.salesman).action_set_won()
        self.assertEqual(
            self.customer.specific_needs,
            "Thirty vans always on the road\nReports for the insurer",
        )
        lead.action_set_won()
        self.assertEqual(self.customer.specific_needs.count("insurer"), 1)

    def test_a_salesperson_registers_a_customer(self):
        partner = (
            self.env["res.partner"]
            .with_user(self.salesman)
            .create({"name": "New Fleet", "specific_needs": "Night visits"})
        )
        partner.special_requirements = "Helmet"
        self.assertEqual(partner.specific_needs, "Night visits")

    def test_a_lead_of_a_known_customer_starts_from_its_needs(self):
        lead = self.env["crm.lead"].create(
            {"name": "More vans", "partner_id": self.customer.id}
        )
        self.assertEqual(lead.specific_needs, "Thirty vans always on the road")

    def test_the_quotation_has_the_needs_of_the_opportunity(self):
        lead = self._create_lead(partner_id=self.customer.id)
        action = lead.action_new_quotation()
        form = Form(self.env["sale.order"].with_context(**action["context"]))
        form.sale_order_template_id = self.template
        order = form.save()
        self.assertEqual(order.opportunity_id, lead)
        self.assertEqual(
            order.specific_needs,
            "Thirty vans always on the road\nReports for the insurer",
        )
        self.assertEqual(order.medium_id, lead.medium_id)

    def test_the_quotation_of_a_customer_has_its_needs(self):
        order = self._create_quotation()
        self.assertEqual(order.specific_needs, "Thirty vans always on the road")
        self.assertEqual(order.special_requirements, "Visits on Saturdays")
        contact = self.env["res.partner"].create(
            {"name": "Ana", "parent_id": self.customer.id}
        )
        other = self.env["sale.order"].create({"partner_id": contact.id})
        self.assertEqual(other.specific_needs, "Thirty vans always on the road")

    def test_merged_leads_keep_what_was_asked_on_each(self):
        lead = self._create_lead()
        other = self._create_lead(specific_needs="Courtesy car")
        merged = (lead | other).merge_opportunity()
        self.assertIn("Courtesy car", merged.specific_needs)
        self.assertIn("Reports for the insurer", merged.specific_needs)

    def test_a_commercial_visit_keeps_its_outcome(self):
        lead = self._create_lead()
        xmlid = "airbag_client_mgmt.mail_activity_type_commercial_visit"
        activity = lead.activity_schedule(xmlid)
        activity.action_feedback("Interested in ten vans")
        kept = activity.with_context(active_test=False).exists()
        self.assertEqual(kept.feedback, "Interested in ten vans")
        self.assertFalse(kept.active)


@tagged("post_install", "-at_install")
class TestQuotationPage(ContractCase, HttpCase):
    """PRO 008 §5.1.3, §5.2.3: what the customer reads and signs."""

    def test_the_customer_reads_the_terms_and_signs(self):
        order = self._create_quotation()
        order._portal_ensure_token()
        page = self.url_open(order.get_portal_url()).text
        for text in (
            "Thirty vans always on the road",
            'name="line_frequency"',
            "Reports that your insurer and your auditor accept",
            "Warranty",
            "Deliver the list of vehicles",
        ):
            self.assertIn(text, page)
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.access_token,
                "name": "Ana Mora",
                "signature": PIXEL,
            },
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, "Ana Mora")
        self.assertIn(order.contract_state, ("signed", "active", "ended"))

    def test_an_incomplete_contract_cannot_be_signed_on_the_page(self):
        order = self._create_quotation(start=False)
        order._portal_ensure_token()
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order.access_token, "name": "Ana", "signature": PIXEL},
        )
        self.assertTrue(result.get("error"))
        self.assertEqual(order.state, "draft")

    def test_the_form_names_everything_agreed(self):
        order = self._create_contract()
        html = str(
            self.env["ir.actions.report"]._render_qweb_html(
                "airbag_client_mgmt.action_report_contract", order.ids
            )[0]
        )
        for text in (
            "PRO 008-F1",
            "01.12.2024",
            "Thirty vans always on the road",
            "Every 3 months (4 visits)",
            "Reports that your insurer and your auditor accept",
            "1 year",
            format_date(self.env, order.contract_end),
            "Make the vehicles available",
            "Dispose of replaced pyrotechnic parts",
        ):
            self.assertIn(text, html)

    def test_the_document_is_named_as_its_customer_knows_it(self):
        """In every language: Odoo's own name of the file is a translated term."""
        order = self._create_quotation()
        template = order._find_mail_template()
        for code, _name in self.env["res.lang"].get_installed():
            self.customer.lang = code
            order.invalidate_recordset()
            title = order.with_context(lang=code)._get_form_title()
            files = template._generate_template([order.id], ("report_template_ids",))
            [(name, _content)] = files[order.id]["attachments"]
            self.assertIn(f"{title} - {order.name}", name)

    def test_the_signatures_are_printed_beside_what_they_sign(self):
        """Seen once in print: a column too wide pushed them off the page."""
        order = self._create_contract(signed_by="Ana Mora")
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(
            "airbag_client_mgmt.action_report_contract", order.ids
        )
        self.assertEqual(kind, "pdf")
        pages = OdooPdfFileReader(BytesIO(content)).pages
        last = " ".join(pages[-1].extract_text().split())
        for text in ("both parties sign", order.name, "Ana Mora", self.salesman.name):
            self.assertIn(text, last)
