# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.tests import Form, tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestCaptureDuplicates(ContractCase):
    """PRO 008 §5.1.2: one customer, however its identity is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"vat": "860512347-1", "phone": "+57 601 555 0121"})
        cls.partners = cls.env["res.partner"]

    def _find(self, **values):
        return self.partners.new({"name": "Second", **values}).duplicate_partner_ids

    def _assert_known(self, **values):
        found = self._find(**values)
        self.assertEqual(found._origin, self.customer, values)

    def test_a_tax_id_is_known_with_and_without_its_check_digit(self):
        for vat in ("860512347", "NIT 860.512.347-1", "CO860512347-1"):
            self._assert_known(vat=vat)
        for vat in ("860512348", "860512348-1", "B-860512347"):
            self.assertFalse(self._find(vat=vat), vat)

    def test_an_extension_is_no_part_of_a_phone(self):
        for phone in ("601 555 0121 ext. 4", "(601) 5550121 x104"):
            self._assert_known(phone=phone)

    def test_a_landline_and_a_mobile_are_told_apart(self):
        self.assertFalse(self._find(phone="301 555 0121"))

    def test_each_of_several_emails_is_known(self):
        self._assert_known(email="new@example.com, Flota <FLOTA@example.com>")
        self.customer.email = "new@example.com; flota_1@example.com"
        self._assert_known(email="flota_1@example.com")
        self.assertFalse(self._find(email="flotax1@example.com"))
        lead = self.env["crm.lead"].create(
            {"name": "Vans", "email_from": "flota_1@example.com"}
        )
        self.assertEqual(lead.known_partner_id, self.customer)

    def test_an_archived_customer_is_shown_as_archived(self):
        self.customer.active = False
        self._assert_known(email="flota@example.com")
        other = self.partners.create({"name": "B", "email": "flota@example.com"})
        for view in ("view_partner_form", "view_partner_simple_form"):
            form = Form(other.with_user(self.salesman), f"base.{view}")
            self.assertEqual(form.duplicate_partner_ids[:], self.customer)
        shown = other.with_user(self.salesman).web_read(
            {
                "duplicate_partner_ids": {
                    "fields": {"display_name": {}},
                    "context": {"mark_archived": True, "active_test": False},
                }
            }
        )[0]["duplicate_partner_ids"]
        self.assertEqual(
            [value["display_name"] for value in shown], ["Flota Andina (archived)"]
        )
        self.assertEqual(self.customer.display_name, "Flota Andina")

    def test_a_filter_lists_who_has_possible_duplicates(self):
        company = self.env["res.company"].create({"name": "Other"})
        values = [
            {"name": "Same tax id", "vat": "NIT 860512347"},
            {"name": "Second e-mail", "email": "x@example.com, flota@example.com"},
            {"name": "Same phone", "phone": "6015550121", "active": False},
            {"name": "Contact", "parent_id": self.customer.id, "phone": "6015550121"},
            {"name": "Nobody else", "email": "else@example.com"},
            {"name": "Ours", "vat": "900111222", "company_id": self.company.id},
            {"name": "Theirs", "vat": "900111222", "company_id": company.id},
        ]
        created = self.partners.create(values)
        searched = self.partners.with_context(active_test=False)
        domain = [("id", "in", (created | self.customer).ids)]
        user = self.salesman
        found = searched.with_user(user).search(
            [*domain, ("duplicate_partner_ids", "!=", False)]
        )
        self.assertEqual(set(found), set(created[:4] | self.customer))
        # The same as each contact says of itself.
        visible = searched.with_user(user).search(domain)
        self.assertEqual(set(visible.filtered("duplicate_partner_ids")), set(found))
        rest = searched.with_user(user).search(
            [*domain, ("duplicate_partner_ids", "=", False)]
        )
        self.assertEqual(set(rest), set(created[4:6]))
        view = self.partners.get_view(
            self.env.ref("base.view_res_partner_filter").id, "search"
        )
        self.assertIn('name="possible_duplicates"', view["arch"])

    def test_a_customer_is_not_made_in_passing(self):
        for model, view, fname in (
            ("crm.lead", "crm.crm_lead_view_form", "partner_id"),
            ("crm.lead", "crm.quick_create_opportunity_form", "partner_id"),
            ("crm.lead", "crm.quick_create_opportunity_form", "commercial_partner_id"),
            ("sale.order", "sale.view_order_form", "partner_id"),
            ("helpdesk.ticket", "helpdesk_mgmt.ticket_view_form", "partner_id"),
        ):
            arch = self.env[model].get_view(self.env.ref(view).id, "form")["arch"]
            fields = etree.fromstring(arch).xpath(
                f"//field[@name='{fname}'][not(@invisible='1')]"
            )
            self.assertTrue(fields)
            for field in fields:
                options = field.get("options") or ""
                self.assertIn("'no_quick_create': True", options, (view, fname))
        for view in ("view_partner_form", "view_partner_simple_form"):
            arch = self.partners.get_view(self.env.ref(f"base.{view}").id)["arch"]
            self.assertIn('name="duplicate_partner_ids"', arch)


@tagged("post_install", "-at_install")
class TestCaptureViews(ContractCase):
    """PRO 008 §5.1.1: the channel is asked for, and its conversion shown."""

    def test_the_quick_form_of_the_board_asks_for_the_channel(self):
        form = Form(
            self.env["crm.lead"].with_user(self.salesman),
            "crm.quick_create_opportunity_form",
        )
        form.name = "Vans"
        with self.assertRaisesRegex(AssertionError, "medium_id is a required field"):
            form.save()
        form.medium_id = self.env.ref("airbag_client_mgmt.utm_medium_phone")
        self.assertTrue(form.save().medium_id)

    def test_the_pivot_of_conversion_is_right_at_two_groupings(self):
        """By its own rows and measures, as the web client asks for them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.crm_lead_action_conversion"
        )
        view_id = dict((mode, view_id) for view_id, mode in action["views"])["pivot"]
        view = self.env["crm.lead"].get_view(view_id, "pivot")
        pivot = etree.fromstring(view["arch"])
        rows = pivot.xpath("//field[@type='row']/@name")
        measures = pivot.xpath("//field[@type='measure']/@name")
        self.assertEqual(rows, ["medium_id", "alliance_partner_id"])
        leads = self.env["crm.lead"].with_context(active_test=False)
        described = leads.fields_get(measures, ["aggregator"])
        aggregates = [f"{name}:{described[name]['aggregator']}" for name in measures]
        medium = self.env["utm.medium"].create({"name": "Fair"})
        ally, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        for partner, decisions in ((ally, "www"), (other, "wll"), (other, "-")):
            for decision in decisions:
                lead = leads.create(
                    {
                        "name": "Lead",
                        "type": "opportunity",
                        "medium_id": medium.id,
                        "alliance_partner_id": partner.id,
                    }
                )
                if decision == "w":
                    lead.action_set_won()
                elif decision == "l":
                    lead.action_set_lost()
        domain = [("medium_id", "=", medium.id)]

        def read(groupby):
            rows = leads.formatted_read_group(domain, groupby, aggregates)
            return [
                [row[aggregate] for aggregate in aggregates[:3]]
                for row in sorted(rows, key=lambda row: -row["conversion_rate:avg"])
            ]

        self.assertEqual(aggregates[2], "conversion_rate:avg")
        [by_channel] = read(rows[:1])
        self.assertEqual(by_channel[:2], [4, 2])
        self.assertAlmostEqual(by_channel[2], 100 * 4 / 6)
        best, worst = read(rows)
        self.assertEqual(best, [3, 0, 100.0])
        self.assertEqual(worst[:2], [1, 2])
        self.assertAlmostEqual(worst[2], 100 / 3)
