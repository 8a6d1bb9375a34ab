# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .contract_common import ContractCase
from .test_capture_customer import VISIT


class EvidenceCase(ContractCase):
    """Opportunities of one salesperson, visited."""

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Vans", "type": "opportunity", "user_id": self.salesman.id}
            | values
        )

    def _hold(self, record, outcome="Wants ten vans inspected"):
        visit = record.activity_schedule(VISIT, user_id=self.salesman.id)
        visit.action_feedback(outcome)
        return visit

    def _find_visits(self, record):
        visits = self.env["mail.activity"].with_context(active_test=False)
        return visits.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )


@tagged("post_install", "-at_install")
class TestCaptureEvidence(EvidenceCase):
    """PRO 008 §5.1.1: a visit that was held stays, whatever becomes of its record."""

    def test_merged_leads_keep_ally_visits_and_requests(self):
        alliance = self.env.ref("airbag_client_mgmt.utm_medium_strategic_alliance")
        ally = self.env["res.partner"].create({"name": "Insurer"})
        first = self._create_lead(medium_id=alliance.id)
        second = self._create_lead(alliance_partner_id=ally.id)
        held = self._hold(first, "First") | self._hold(second, "Second")
        tickets = self.env["helpdesk.ticket"].create(
            [
                {
                    **self.env["helpdesk.ticket"]._get_request_defaults("phone"),
                    "name": "Vans",
                    "description": "Vans",
                    "lead_id": lead.id,
                    "active": active,
                }
                for lead in (first, second)
                for active in (True, False)
            ]
        )
        leads = (first | second).with_user(self.salesman)
        merged = leads.merge_opportunity().with_env(self.env)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._find_visits(merged), held.exists())
        self.assertEqual(set(held.mapped("feedback")), {"First", "Second"})
        self.assertEqual(tickets.lead_id, merged)
        self.assertTrue(all(ticket.lead_id for ticket in tickets))
        self.assertEqual(merged.alliance_partner_id, ally)

    def test_merged_contacts_keep_the_visits_that_were_held(self):
        kept, merged = self.env["res.partner"].create([{"name": "P"}, {"name": "Q"}])
        held = self._hold(merged)
        planned = merged.activity_schedule(VISIT, user_id=self.salesman.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (kept | merged).ids, kept
        )
        self.assertFalse(merged.exists())
        self.assertEqual(self._find_visits(kept), held | planned)
        self.assertEqual(held.feedback, "Wants ten vans inspected")

    def test_the_outcome_of_a_held_visit_is_not_changed(self):
        lead = self._create_lead()
        visit = self._hold(lead).with_user(self.salesman)
        for values in (
            {"feedback": "Never went"},
            {"date_done": "2020-01-01"},
            {"active": True},
            {"activity_type_id": self.env.ref("mail.mail_activity_data_call").id},
            {"res_id": self._create_lead().id},
        ):
            with self.assertRaisesRegex(UserError, "evidence"), self.cr.savepoint():
                visit.write(values)
        visit.write({"feedback": visit.feedback, "summary": "First visit"})
        with self.assertRaisesRegex(UserError, "evidence"), self.cr.savepoint():
            visit.unlink()
        self.assertEqual(visit.feedback, "Wants ten vans inspected")
        # The system may, as when contacts are merged.
        visit.sudo().feedback = "Corrected by order of quality"

    def test_a_planned_visit_is_changed_and_deleted_as_ever(self):
        visit = self._create_lead().activity_schedule(VISIT, user_id=self.salesman.id)
        visit = visit.with_user(self.salesman)
        visit.write({"date_deadline": date(2030, 1, 1), "feedback": "To be decided"})
        visit.unlink()
        self.assertFalse(visit.exists())

    def test_what_was_visited_is_archived_and_not_deleted(self):
        partner = self.env["res.partner"].create({"name": "P"})
        for record in (self._create_lead(), partner):
            held = self._hold(record)
            with self.assertRaisesRegex(UserError, "was visited"), self.cr.savepoint():
                record.unlink()
            record.action_archive()
            self.assertEqual(self._find_visits(record), held)
        other = self._create_lead()
        other.activity_schedule(VISIT, user_id=self.salesman.id)
        other.unlink()
        self.assertFalse(other.exists())

    def test_who_held_a_visit_is_archived_and_not_deleted(self):
        held = self._hold(self._create_lead())
        with self.assertRaisesRegex(UserError, "archive the user"), self.cr.savepoint():
            self.salesman.unlink()
        self.salesman.action_archive()
        self.assertEqual(held.exists().user_id, self.salesman)


@tagged("post_install", "-at_install")
class TestCaptureTexts(EvidenceCase):
    """PRO 008 §5.1.2: needs and requirements of the right customer, to every visit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create(
            {"name": "B", "special_requirements": "Helmet"}
        )

    def test_a_corrected_customer_brings_its_own_texts(self):
        lead = self._create_lead(partner_id=self.customer.id)
        self.assertEqual(lead.special_requirements, "Visits on Saturdays")
        lead.partner_id = self.other
        self.assertEqual(lead.special_requirements, "Helmet")
        self.assertFalse(lead.specific_needs)
        lead.with_user(self.salesman).action_set_won()
        self.assertEqual(self.other.special_requirements, "Helmet")
        self.assertFalse(self.other.specific_needs)

    def test_a_customer_corrected_while_typing_brings_its_own_texts(self):
        form = Form(self.env["crm.lead"].with_user(self.salesman))
        form.name = "Vans"
        form.medium_id = self.env.ref("airbag_client_mgmt.utm_medium_phone")
        form.partner_id = self.customer
        form.partner_id = self.other
        self.assertEqual(form.special_requirements, "Helmet")
        lead = form.save()
        with Form(lead) as form:
            form.partner_id = self.customer
        self.assertEqual(lead.special_requirements, "Visits on Saturdays")

    def test_what_a_person_typed_stays(self):
        lead = self._create_lead(
            partner_id=self.customer.id, specific_needs="Ten vans more"
        )
        lead.special_requirements += "\nKnock twice"
        lead.partner_id = self.other
        self.assertEqual(lead.specific_needs, "Ten vans more")
        self.assertEqual(lead.special_requirements, "Helmet\nKnock twice")

    def test_every_visit_of_the_contract_knows_what_the_lead_asked(self):
        lead = self._create_lead(
            partner_id=self.customer.id,
            specific_needs="Reports for the insurer",
            special_requirements="Helmet in the yard",
        )
        action = lead.with_user(self.salesman).action_new_quotation()
        model = self.env["sale.order"].with_user(self.salesman)
        form = Form(model.with_context(**action["context"]))
        form.sale_order_template_id = self.template
        order = form.save().with_env(self.env)
        order.contract_start = date(2026, 1, 1)
        order.action_confirm()
        visits = order.intervention_ids
        self.assertGreater(len(visits), 1)
        for visit in visits:
            self.assertIn("Reports for the insurer", visit.specific_needs)
            self.assertIn("Helmet in the yard", visit.special_requirements)

    def test_the_ally_is_carried_to_a_customer_on_quoting_and_on_winning(self):
        ally = self.env["res.partner"].create({"name": "Insurer"})
        for action in ("action_new_quotation", "action_set_won"):
            self.customer.alliance_partner_id = False
            lead = self._create_lead(
                partner_id=self.customer.id, alliance_partner_id=ally.id
            )
            getattr(lead.with_user(self.salesman), action)()
            self.assertEqual(self.customer.alliance_partner_id, ally, action)
        other_ally = self.env["res.partner"].create({"name": "Workshop"})
        lead = self._create_lead(
            partner_id=self.customer.id, alliance_partner_id=other_ally.id
        )
        lead.with_user(self.salesman).action_set_won()
        self.assertEqual(self.customer.alliance_partner_id, ally)
