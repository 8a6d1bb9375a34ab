# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .contract_common import ContractCase

VISIT = "airbag_client_mgmt.mail_activity_type_commercial_visit"


@tagged("post_install", "-at_install")
class TestDuplicates(ContractCase):
    """PRO 008 §5.1.2: a customer is not registered twice unnoticed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.co")
        cls.customer.write(
            {"vat": "860512347-1", "phone": "+57 310 555 0121", "is_company": True}
        )

    def _type(self, **values):
        """Return who is shown while a new customer is being typed."""
        form = Form(self.env["res.partner"].with_user(self.salesman))
        form.name = "Second Fleet"
        for fname, value in values.items():
            form[fname] = value
        return form.duplicate_partner_ids[:]

    def test_the_same_identity_is_shown_before_saving(self):
        self.assertFalse(self._type())
        for values in (
            {"vat": "860.512.347 - 1"},
            {"email": "Flota@Example.com"},
            {"phone": "+573105550121"},
        ):
            self.assertEqual(self._type(**values), self.customer, values)
        self.assertFalse(self._type(vat="900", email="x@example.com", phone="555"))

    def test_contacts_of_one_company_are_no_duplicates(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ana",
                "parent_id": self.customer.id,
                "email": self.customer.email,
                "phone": self.customer.phone,
            }
        )
        self.assertFalse(contact.duplicate_partner_ids)
        self.assertFalse(self.customer.duplicate_partner_ids)
        other = self.env["res.partner"].create({"name": "B", "email": contact.email})
        self.assertEqual(other.duplicate_partner_ids, self.customer)

    def test_customers_of_another_company_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.customer.company_id = other
        self.assertFalse(self._type(email=self.customer.email))

    def test_the_opportunity_shows_its_known_customer(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "More vans",
                "email_from": "Flota <flota@example.com>",
                "user_id": self.salesman.id,
            }
        )
        self.assertEqual(lead.known_partner_id, self.customer)
        by_phone = self.env["crm.lead"].create(
            {
                "name": "Call",
                "phone": "310 555 0121",
                "country_id": self.env.ref("base.co").id,
            }
        )
        self.assertEqual(by_phone.known_partner_id, self.customer)
        lead.with_user(self.salesman).action_use_known_partner()
        self.assertEqual(lead.partner_id, self.customer)
        self.assertFalse(lead.known_partner_id)

    def test_quoting_proposes_the_known_customer(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Call",
                "type": "opportunity",
                "phone": "310 555 0121",
                "country_id": self.env.ref("base.co").id,
            }
        )
        action = lead.action_sale_quotations_new()
        wizard = Form(
            self.env[action["res_model"]].with_context(
                active_model="crm.lead", active_id=lead.id
            )
        )
        self.assertEqual(wizard.action, "exist")
        self.assertEqual(wizard.partner_id, self.customer)

    def test_looking_costs_the_same_for_one_and_for_twenty(self):
        leads = self.env["crm.lead"].create(
            [{"name": "A", "email_from": f"a{n}@example.com"} for n in range(20)]
        )
        partners = self.env["res.partner"].create(
            [{"name": "A", "email": f"a{n}@example.com"} for n in range(20)]
        )
        self.env.flush_all()

        def count(records, fname):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.mapped(fname)
            return self.env.cr.sql_log_count - start

        for records, fname in (
            (leads, "known_partner_id"),
            (partners, "duplicate_partner_ids"),
            (partners, "referred_lead_count"),
        ):
            count(records, fname)
            self.assertEqual(count(records[:1], fname), count(records, fname), fname)


@tagged("post_install", "-at_install")
class TestChannels(ContractCase):
    """PRO 008 §5.1.1: where customers come from, and what came of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alliance = cls.env.ref("airbag_client_mgmt.utm_medium_strategic_alliance")
        cls.social = cls.env.ref("airbag_client_mgmt.utm_medium_social_networks")

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Lead", "type": "opportunity", "user_id": self.salesman.id}
            | values
        )

    def test_the_channel_is_asked_on_the_form(self):
        form = Form(self.env["crm.lead"].with_user(self.salesman))
        form.name = "Vans"
        with self.assertRaisesRegex(AssertionError, "medium_id is a required field"):
            form.save()
        form.medium_id = self.alliance
        with self.assertRaisesRegex(AssertionError, "alliance_partner_id is a req"):
            form.save()
        form.alliance_partner_id = self.customer
        self.assertTrue(form.save())
        form = Form(self.env["crm.lead"].with_user(self.salesman))
        form.name = "Vans"
        form.medium_id = self.social
        self.assertTrue(form.save())

    def test_an_opportunity_by_email_is_never_lost(self):
        lead_id = self.env["crm.lead"].message_process(
            "crm.lead",
            "From: Ana <ana@example.com>\nTo: x@example.com\nSubject: Vans\n"
            "Message-Id: <lead-1@example.com>\n\nTwenty vans",
        )
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual(
            lead.medium_id, self.env.ref("airbag_client_mgmt.utm_medium_email")
        )

    def _create_decided(self):
        ally = self.env["res.partner"].create({"name": "Insurer"})
        won = [
            self._create_lead(
                medium_id=self.alliance.id, alliance_partner_id=partner.id
            )
            for partner in (ally, self.customer)
        ]
        lost = [
            self._create_lead(
                medium_id=self.alliance.id, alliance_partner_id=self.customer.id
            )
            for _number in range(2)
        ]
        self._create_lead(medium_id=self.social.id)  # not decided yet
        for lead in won:
            lead.action_set_won()
        for lead in lost:
            lead.action_set_lost()
        archived = self._create_lead(medium_id=self.alliance.id)
        archived.active = False  # set aside: neither won nor lost
        return ally

    def _read(self, groupby):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.crm_lead_action_conversion"
        )
        domain = ["|", ("active", "=", True), ("won_status", "=", "lost")]
        self.assertEqual(str(domain), str(action["domain"]))
        rows = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [*domain, ("medium_id", "in", (self.alliance | self.social).ids)],
                [groupby],
                ["__count", "won_count:sum", "lost_count:sum", "conversion_rate:avg"],
            )
        )
        return {row[0]: row[1:] for row in rows}

    def test_conversion_is_right_at_every_grouping(self):
        ally = self._create_decided()
        by_channel = self._read("medium_id")
        self.assertEqual(by_channel[self.alliance], (4, 2, 2, 50.0))
        self.assertEqual(by_channel[self.social][:3], (1, 0, 0))
        self.assertIs(by_channel[self.social][3], False)  # blank, not 0
        by_ally = self._read("alliance_partner_id")
        self.assertEqual(by_ally[ally], (1, 1, 0, 100.0))
        self.assertEqual(
            [round(value, 2) for value in by_ally[self.customer]], [3, 1, 2, 33.33]
        )

    def test_the_pivot_offers_the_conversion(self):
        fields = self.env["crm.lead"].fields_get(
            ["won_count", "lost_count", "conversion_rate"], ["aggregator"]
        )
        self.assertEqual(
            {fname: field["aggregator"] for fname, field in fields.items()},
            {"won_count": "sum", "lost_count": "sum", "conversion_rate": "avg"},
        )

    def test_an_ally_shows_what_it_brought(self):
        ally = self._create_decided()
        self.assertEqual(ally.referred_lead_count, 1)
        self.assertEqual(self.customer.referred_lead_count, 3)
        action = self.customer.action_view_referred_leads()
        found = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(len(found.search(action["domain"])), 3)


@tagged("post_install", "-at_install")
class TestCommercialVisit(ContractCase):
    """PRO 008 §5.1.1: a commercial visit is a record with an outcome."""

    def _plan(self):
        lead = self.env["crm.lead"].create(
            {"name": "Vans", "type": "opportunity", "user_id": self.salesman.id}
        )
        return lead.activity_schedule(VISIT, user_id=self.salesman.id)

    def _get_register(self, user):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.mail_activity_action_visit"
        )
        visits = self.env["mail.activity"].with_user(user)
        type_id = self.env.ref(VISIT).id
        self.assertIn(str(type_id), str(action["domain"]))
        return visits.with_context(active_test=False).search(
            [("activity_type_id", "=", type_id)]
        )

    def test_a_visit_is_held_with_its_outcome(self):
        visit = self._plan().with_user(self.salesman)
        for feedback in (False, "  ", "<p><br></p>"):
            with self.assertRaisesRegex(UserError, "outcome"):
                visit.action_feedback(feedback)
        self.assertEqual(visit.state, "today" if visit.state == "today" else "planned")
        visit.action_feedback("Wants ten vans inspected")
        kept = self._get_register(self.salesman)
        self.assertEqual(kept, visit)
        self.assertEqual(kept.feedback, "Wants ten vans inspected")
        self.assertEqual(kept.state, "done")

    def test_planned_and_held_are_in_one_register(self):
        held, planned = self._plan(), self._plan()
        held.action_feedback("Not now")
        self.assertEqual(self._get_register(self.salesman), held | planned)
        self.assertEqual(planned.action_open_document()["res_id"], planned.res_id)

    def test_other_activities_are_done_as_ever(self):
        lead = self.env["crm.lead"].create({"name": "Vans"})
        call = lead.activity_schedule("mail.mail_activity_data_call")
        call.action_feedback()
        self.assertFalse(call.active)

    def test_the_visits_of_others_are_not_shown(self):
        self._plan()
        self.assertFalse(self._get_register(self.other_salesman))
