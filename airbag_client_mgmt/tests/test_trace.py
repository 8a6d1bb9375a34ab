# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo import fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import BaseCase, new_test_user, tagged

from odoo.addons.airbag_client_mgmt.models import airbag_trace_layout
from odoo.addons.airbag_client_mgmt.tools.trace import find_roots

from .trace_common import TraceCommon


@tagged("post_install", "-at_install")
class TestTrace(TraceCommon):
    """PRO 008 §5: what came before and after a record, in one view."""

    def test_the_chain_is_the_same_from_each_of_its_records(self):
        records = (
            self.lead,
            self.request,
            self.quotation,
            self.contract,
            self.visit,
            self.survey,
            self.complaint,
            self.amendment,
            self.renewal,
            self.contact,
        )
        expected = {
            f"lead-{self.lead.id}",
            f"ticket-{self.request.id}",
            f"order-{self.quotation.id}",
            f"order-{self.contract.id}",
            f"order-{self.amendment.id}",
            f"order-{self.renewal.id}",
            f"visit-{self.visit.id}",
            f"survey-{self.survey.id}",
            f"ticket-{self.complaint.id}",
            f"contact-{self.contact.id}",
        }
        others = {f"visit-{visit.id}" for visit in self.contract.intervention_ids}
        for record in records:
            trace = self._get_trace(record)
            rows = self._list_rows(trace)
            self.assertEqual(set(rows), expected | others, record)
            current = [key for key, row in rows.items() if row["current"]]
            self.assertEqual([key.split("-")[1] for key in current], [str(record.id)])
            opened = [block for block in trace["blocks"] if block["open"]]
            self.assertEqual(len(opened), 1, record)

    def test_a_customer_and_a_vehicle_show_the_chains_of_their_records(self):
        from_customer = self._list_rows(self._get_trace(self.customer))
        self.assertIn(f"lead-{self.lead.id}", from_customer)
        self.assertFalse(any(row["current"] for row in from_customer.values()))
        from_vehicle = self._list_rows(self._get_trace(self.vehicle))
        self.assertEqual(set(from_vehicle), set(from_customer))
        current = [key for key, row in from_vehicle.items() if row["current"]]
        self.assertEqual(current, [f"visit-{self.visit.id}"])

    def test_each_contract_is_a_block_with_what_belongs_to_it(self):
        first, second = self._get_trace(self.visit)["blocks"]
        self.assertEqual(
            [row["key"] for row in first["origins"]],
            [f"ticket-{self.request.id}", f"lead-{self.lead.id}"],
        )
        self.assertEqual(
            [row["id"] for row in first["documents"]],
            [self.quotation.id, self.contract.id, self.amendment.id],
        )
        self.assertIn(self.contract.name, first["title"])
        visits = {row["id"]: row for month in first["months"] for row in month["rows"]}
        self.assertEqual(
            [child["key"] for child in visits[self.visit.id]["children"]],
            [f"survey-{self.survey.id}", f"ticket-{self.complaint.id}"],
        )
        self.assertEqual(first["renewal"]["rows"][0]["id"], self.contact.id)
        self.assertEqual([row["id"] for row in second["documents"]], [self.renewal.id])

    def test_archived_and_lost_records_stay_in_the_chain(self):
        self.lead.action_set_lost()
        self.complaint.active = False
        models.BaseModel.write(self.visit, {"active": False})
        rows = self._list_rows(self._get_trace(self.contract))
        self.assertIn(f"lead-{self.lead.id}", rows)
        self.assertTrue(rows[f"visit-{self.visit.id}"]["archived"])
        self.assertTrue(rows[f"ticket-{self.complaint.id}"]["archived"])

    def test_a_merged_opportunity_keeps_its_chain(self):
        other = self.lead.copy({"partner_id": self.customer.id})
        (self.lead | other).merge_opportunity()
        survivor = (self.lead | other).exists()
        self.assertEqual(len(survivor), 1)
        rows = self._list_rows(self._get_trace(survivor))
        self.assertIn(f"visit-{self.visit.id}", rows)

    def test_links_in_a_circle_end(self):
        self._set(self.contract, amended_order_id=self.amendment.id)
        rows = self._list_rows(self._get_trace(self.contract))
        self.assertIn(f"order-{self.amendment.id}", rows)

    def test_a_visit_without_a_contract_has_a_chain(self):
        visit = self._create_done_intervention(user_id=self.other_technician.id)
        trace = self._get_trace(visit)
        self.assertEqual(list(self._list_rows(trace)), [f"visit-{visit.id}"])
        self.assertFalse(trace["blocks"][0]["documents"])

    def test_of_very_many_visits_the_oldest_are_only_counted(self):
        self.patch(airbag_trace_layout, "MAX_VISITS", 1)
        self._add_visits(3)
        trace = self._get_trace(self.contract)
        months = [month for block in trace["blocks"] for month in block["months"]]
        self.assertEqual(sum(len(month["rows"]) for month in months), 1)
        total = sum(len(month["rows"]) + month["cut"] for month in months)
        self.assertEqual(total, len(self.contract.intervention_ids))
        self.assertEqual(self._get_step(trace, "visit")["total"], total)
        # The one that one came from is always there.
        rows = self._list_rows(self._get_trace(self.visit))
        self.assertIn(f"visit-{self.visit.id}", rows)

    # === WHAT IS MISSING === #
    def test_a_done_visit_without_survey_is_a_gap(self):
        self.assertFalse(self._list_gaps(self.visit))
        visit = self._create_done_intervention(
            order_id=self.contract.id, user_id=self.other_technician.id
        )
        self.assertEqual(self._list_gaps(visit), ["No satisfaction survey"])
        step = self._get_step(self._get_trace(visit), "visit")
        self.assertEqual(step["gaps"], 1)

    def test_services_from_before_the_company_asked_are_no_gap(self):
        visit = self._create_done_intervention(user_id=self.other_technician.id)
        self.company.survey_since = fields.Date.today() + timedelta(days=2)
        self.assertFalse(self._list_gaps(visit))

    def test_a_contract_not_signed_by_the_customer_is_a_gap(self):
        self.assertIn(
            "Without the customer's signature", self._list_gaps(self.contract)
        )
        self._set(self.contract, signed_on=fields.Datetime.now())
        self.assertFalse(self._list_gaps(self.contract))

    def test_a_renewal_nobody_asked_about_is_a_gap(self):
        self._set(self.contract, signed_on=fields.Datetime.now(), renewal_state="due")
        self.assertEqual(
            self._list_gaps(self.contract), ["Renewal due: customer not contacted"]
        )

    def test_overdue_surveys_and_complaints_are_gaps(self):
        self.survey.sudo().contact_state = "overdue"
        self.assertEqual(
            self._list_gaps(self.survey), ["Customer not contacted in time"]
        )
        self.assertFalse(self._list_gaps(self.complaint))
        late = fields.Datetime.now() - timedelta(hours=1)
        models.BaseModel.write(self.complaint, {"resolution_deadline": late})
        self.assertEqual(self._list_gaps(self.complaint), ["Overdue"])

    def test_a_bad_answer_without_a_complaint_is_a_gap(self):
        self._set(self.survey, satisfaction_score=1, is_satisfied=False)
        self.assertEqual(
            self._list_gaps(self.survey), ["Dissatisfied, without a complaint"]
        )
        models.BaseModel.write(self.complaint, {"user_input_id": self.survey.id})
        self.assertFalse(self._list_gaps(self.survey))

    def test_a_complaint_of_the_history_is_known_by_its_visit(self):
        self._set(self.survey, satisfaction_score=1, is_satisfied=False)
        self._set(self.survey, imported_on=fields.Datetime.now())
        self.assertFalse(self._list_gaps(self.survey))
        self._set(self.complaint, kind="query")
        self.assertEqual(
            self._list_gaps(self.survey), ["Dissatisfied, without a complaint"]
        )

    def test_a_renewal_is_named_before_it_is_signed(self):
        key = f"order-{self.renewal.id}"
        rows = self._list_rows(self._get_trace(self.renewal))
        self.assertEqual(rows[key]["label"], "Renewal quotation")
        self.renewal.action_confirm()
        rows = self._list_rows(self._get_trace(self.renewal))
        self.assertEqual(rows[key]["label"], "Renewal")

    def test_a_won_opportunity_without_a_quotation_is_a_gap(self):
        lead = self.lead.copy({"partner_id": self.customer.id})
        self.assertFalse(self._list_gaps(lead))
        lead.action_set_won()
        self.assertEqual(self._list_gaps(lead), ["Won without a quotation"])
        self._create_contract(opportunity_id=lead.id)
        self.assertFalse(self._list_gaps(lead))

    def test_a_customer_lost_without_a_word_is_a_gap(self):
        self._set(self.contract, signed_on=fields.Datetime.now(), renewal_state="lost")
        self.assertFalse(self._list_gaps(self.contract))
        self._set(self.contact, order_id=self.renewal.id)
        self.assertEqual(
            self._list_gaps(self.contract), ["Lost without contacting the customer"]
        )
        self._set(self.contract, terminated_on=fields.Date.today())
        self.assertFalse(self._list_gaps(self.contract))

    def test_visits_not_planned_or_missed_are_gaps(self):
        self._set(self.contract, signed_on=fields.Datetime.now())
        promised = self.contract.intervention_ids - self.visit
        self.assertFalse(self._list_gaps(promised))
        self._set(promised, planned_start=fields.Datetime.now() - timedelta(days=2))
        self.assertEqual(self._list_gaps(promised), ["Visit missed"])
        self._set(promised, order_id=None, order_line_id=None, visit_number=0)
        self._set(self.visit, order_id=None)
        self.assertEqual(self._list_gaps(self.contract), ["No visit planned"])

    # === RIGHTS === #
    def test_what_belongs_to_a_hidden_visit_is_still_there(self):
        """Of the visit the chain tells nothing but that there is one."""
        self.env["ir.rule"].create(
            {
                "name": "Test",
                "model_id": self.env["ir.model"]._get_id("airbag.intervention"),
                "domain_force": f"[('id', '!=', {self.visit.id})]",
            }
        )
        trace = self._get_trace(self.survey)
        rows = self._list_rows(trace)
        self.assertNotIn(f"visit-{self.visit.id}", rows)
        # The survey's own name may say it; the chain does not.
        self.assertNotIn(self.visit.name, str(trace["blocks"]))
        others = [row["key"] for block in trace["blocks"] for row in block["others"]]
        self.assertEqual(
            others, [f"survey-{self.survey.id}", f"ticket-{self.complaint.id}"]
        )
        [block, _renewal] = trace["blocks"]
        self.assertEqual(block["hidden_visits"], 1)
        self.assertTrue(block["open"])

    def test_a_technician_sees_own_visits_and_how_many_others_there_are(self):
        other = self._create_done_intervention(
            order_id=self.contract.id,
            user_id=self.other_technician.id,
            findings="Secret finding",
        )
        trace = self._get_trace(self.visit, self.technician)
        self.assertEqual(list(self._list_rows(trace)), [f"visit-{self.visit.id}"])
        step = self._get_step(trace, "visit")
        self.assertEqual(step["hidden"], step["total"] - 1)
        self.assertEqual(self._get_step(trace, "order")["hidden"], 4)
        for name in (other.name, self.contract.name, self.complaint.number, "vans"):
            self.assertNotIn(name, str(trace))
        with self.assertRaises(AccessError):
            self._get_trace(other, self.technician)
        with self.assertRaises(AccessError):
            self._get_trace(self.contract, self.technician)

    def test_a_salesperson_sees_the_chains_of_own_customers_only(self):
        rows = self._list_rows(self._get_trace(self.contract, self.salesperson))
        for record, kind in ((self.complaint, "ticket"), (self.survey, "survey")):
            self.assertIn(f"{kind}-{record.id}", rows)
        other = new_test_user(
            self.env, "test_other_seller", "sales_team.group_sale_salesman"
        )
        for record in (self.contract, self.survey, self.complaint):
            with self.assertRaises(AccessError):
                self._get_trace(record, other)
        # The visits every salesperson may see; of their complaints, that they exist.
        trace = self._get_trace(self.visit, other)
        rows = self._list_rows(trace)
        self.assertIn(f"visit-{self.visit.id}", rows)
        self.assertNotIn(f"ticket-{self.complaint.id}", rows)
        self.assertEqual(self._get_step(trace, "ticket")["hidden"], 1)
        self.assertNotIn(self.complaint.number, str(trace))

    def test_customers_see_no_chain(self):
        portal = new_test_user(self.env, "test_trace_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        self.assertTrue(self.contract.with_user(portal).has_access("read"))
        with self.assertRaises(AccessError):
            self._get_trace(self.contract, portal)

    def test_other_records_have_no_chain(self):
        with self.assertRaises(UserError):
            self._get_trace(self.technician)
        with self.assertRaises(MissingError):
            self.trace.with_user(self.quality).get_trace("crm.lead", 2**30)
        for wrong in (None, False, "x", "-1", [1]):
            with self.assertRaises(MissingError):
                self.trace.with_user(self.quality).get_trace("crm.lead", wrong)
        for wrong in (None, ["crm.lead"], "res.users"):
            with self.assertRaises(UserError):
                self.trace.with_user(self.quality).get_trace(wrong, 1)

    def test_companies_stay_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.company_ids += other
        shared = self.lead.copy({"company_id": False})
        mine = self._create_contract(opportunity_id=shared.id)
        theirs = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "opportunity_id": shared.id,
            }
        )
        self.env.flush_all()
        here = self.trace.with_user(self.quality).with_context(
            allowed_company_ids=self.company.ids
        )
        rows = self._list_rows(here.get_trace("sale.order", mine.id))
        self.assertEqual(set(rows), {f"lead-{shared.id}", f"order-{mine.id}"})
        trace = here.get_trace("res.partner", self.customer.id)
        self.assertEqual(self._get_step(trace, "order")["hidden"], 0)
        self.assertNotIn(f"order-{theirs.id}", self._list_rows(trace))
        both = self.trace.with_user(self.quality).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        trace = both.get_trace("sale.order", mine.id)
        self.assertIn(f"order-{theirs.id}", self._list_rows(trace))

    # === QUERIES === #
    def test_long_chains_take_no_more_queries(self):
        for user in (self.quality, self.salesperson, self.technician):
            start = self.visit if user == self.technician else self.contract
            self._add_visits(5)
            few = self._count_queries(start, user)
            self._add_visits(95)
            self.assertEqual(self._count_queries(start, user), few, user.login)

    def _add_visits(self, count):
        visits = self.env["airbag.intervention"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "treatment_id": self.treatment.id,
                    "order_id": self.contract.id,
                    "user_id": self.technician.id,
                    "planned_start": fields.Datetime.now()
                    + timedelta(days=1 + 3 * place, hours=count),
                }
                for place in range(count)
            ]
        )
        surveys = self.env["survey.user_input"].sudo()
        survey = self.company.satisfaction_survey_id
        surveys.create(
            [{"survey_id": survey.id, "intervention_id": visit.id} for visit in visits]
        )
        self.env["helpdesk.ticket"].create(
            [
                {
                    "name": "Late",
                    "description": "Late",
                    "partner_id": self.customer.id,
                    "intervention_id": visit.id,
                    "kind": "complaint",
                }
                for visit in visits
            ]
        )
        self.env.flush_all()
        return visits

    def _count_queries(self, record, user):
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_trace(record, user)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestTraceTools(BaseCase):
    """Documents are put with the one they began with."""

    @given(
        st.dictionaries(st.integers(1, 30), st.none() | st.integers(1, 30), max_size=20)
    )
    def test_each_document_is_with_the_one_it_comes_from(self, parents):
        roots = find_roots(parents)
        self.assertEqual(set(roots), set(parents))
        for document, parent in parents.items():
            if parent in parents:
                self.assertEqual(roots[document], roots[parent])
            else:
                self.assertEqual(roots[document], document)
        for root in roots.values():
            self.assertEqual(roots[root], root)
