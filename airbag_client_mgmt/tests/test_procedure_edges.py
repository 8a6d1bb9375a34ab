# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .procedure_common import DAWN, NOON, OUTSIDE, ProcedureCommon

#: Who the procedure makes responsible for each of its lines. PRO 008 §3 and §5.
DEPARTMENTS = {
    "commercial": "5.1.1 5.1.2 5.1.3 5.2.1 5.2.2 5.2.3 5.4.1 5.5.1 5.5.3",
    "operations": "5.3.1 5.3.2 5.3.3 5.5.2",
    "care": "5.4.2",
    "quality": "5.4.3",
}
#: The list in which an auditor looks at the records of each line.
WINDOWS = {
    "crm.crm_lead_action_pipeline": "5.1.1",
    "base.action_partner_form": "5.1.2",
    "sale.action_quotations": "5.1.3 5.2.2 5.5.1",
    "airbag_client_mgmt.action_contracts": "5.2.3 5.5.3",
    "airbag_client_mgmt.airbag_intervention_action": "5.3.1 5.3.2 5.3.3 5.4.1 5.5.2",
    "airbag_client_mgmt.helpdesk_ticket_action_request": "5.2.1",
    "airbag_client_mgmt.helpdesk_ticket_action_register": "5.4.2",
    "airbag_client_mgmt.survey_user_input_action_register": "5.4.3",
}
#: Still March in Bogota, April in Tokyo; still February there, March in Tokyo.
LATE, EARLY = datetime(2024, 3, 31, 16), datetime(2024, 2, 29, 20)


@tagged("post_install", "-at_install")
class TestProcedureEdges(ProcedureCommon):
    """What lies at the edge of a step: just within it, or just not. PRO 008 §5."""

    # === THE STEPS === #
    def test_who_is_responsible_is_what_the_procedure_says(self):
        steps = self.env["airbag.procedure.step"].search([])
        found = {
            department: " ".join(of_department.mapped("code"))
            for department, of_department in steps.grouped("department").items()
        }
        self.assertEqual(found, DEPARTMENTS)

    def test_each_step_opens_in_the_list_where_its_records_are(self):
        steps = self.env["airbag.procedure.step"].search([])
        found = {}
        for step in steps:
            window = step._get_source(step._get_period()).window
            found[window] = f"{found.get(window, '')} {step.code}".strip()
        self.assertEqual(found, WINDOWS)

    # === SEVERAL COMPANIES === #
    def _in_tokyo_too(self):
        self.management.company_ids |= self.other_company
        self.other_company.resource_calendar_id.tz = "Asia/Tokyo"

    def _expected(self, code, *companies):
        """Return the records a step asks for, in the view of some companies."""
        ids = [company.id for company in companies or self.company]
        step = self._get_step(code, allowed_company_ids=ids)
        found = self._open(step.action_open_records())
        self.assertEqual(step.expected_count, len(found))
        return found

    def test_each_company_has_the_days_of_its_own_clock(self):
        self._in_tokyo_too()
        here = [self._lead(moment) for moment in (EARLY, LATE)]
        there = [
            self._lead(moment, company_id=self.other_company.id)
            for moment in (EARLY, LATE)
        ]
        found = self._expected("5.1.1", self.company, self.other_company)
        self.assertEqual(found, here[1] | there[0])

    def test_what_belongs_to_no_company_counts_once_by_the_present_clock(self):
        self._in_tokyo_too()
        early, late = (self._lead(moment, company_id=False) for moment in (EARLY, LATE))
        here, there = self.company, self.other_company
        for companies, expected in (
            ((here,), late),
            ((there,), early),
            ((here, there), late),
            ((there, here), early),
        ):
            with self.subTest(companies=[company.name for company in companies]):
                self.assertEqual(self._expected("5.1.1", *companies), expected)

    # === 5.1.2 === #
    def test_5_1_2_a_customer_is_new_with_its_first_quotation(self):
        february = OUTSIDE[0]
        first_moment, declined, elsewhere, by_contact, revised, dropped = (
            self._partner() for _number in range(6)
        )
        self._order(DAWN, partner_id=first_moment.id)
        self._order(february, "cancel", partner_id=declined.id)
        self._order(february, partner_id=elsewhere.id, company_id=self.other_company.id)
        contact = self._partner(parent_id=by_contact.id, is_company=False)
        self._order(february, partner_id=contact.id)
        current = self._order(partner_id=revised.id, revision_number=1)
        replaced = {"active": False, "current_revision_id": current.id}
        self._order(february, "cancel", partner_id=revised.id, **replaced)
        current = self._order(state="cancel", partner_id=dropped.id)
        replaced["current_revision_id"] = current.id
        self._order(february, "cancel", partner_id=dropped.id, **replaced)
        for partner in (declined, elsewhere, by_contact, dropped):
            self._order(partner_id=partner.id)
        self.assertEqual(
            self._expected("5.1.2"), first_moment | declined | elsewhere | dropped
        )
        before = {"procedure_from": "2024-02-01", "procedure_to": "2024-02-29"}
        step = self._get_step("5.1.2", **before)
        self.assertEqual(self._open(step.action_open_records()), by_contact | revised)

    # === DEADLINES === #
    def test_each_evidence_of_a_ticket_has_its_own_deadline(self):
        past, future = (datetime.now() + timedelta(days=days) for days in (-1, 1))
        open_ticket = {"acknowledged_on": False, "resolved_on": False}
        for code, kind, evidence in (
            ("5.2.1", "request", "answered"),
            ("5.4.2", "complaint", "resolved"),
        ):
            to_attend = self._ticket(
                kind,
                acknowledgement_deadline=past,
                resolution_deadline=future,
                **open_ticket,
            )
            to_resolve = self._ticket(
                kind,
                acknowledgement_deadline=future,
                resolution_deadline=past,
                **open_ticket,
            )
            evidences = self._get_step(code).evidence_ids.grouped("code")
            with self.subTest(code=code):
                self.assertEqual(
                    self._open(evidences["attended"].action_open_records()), to_attend
                )
                self.assertEqual(
                    self._open(evidences[evidence].action_open_records()), to_resolve
                )

    # === 5.2.2 === #
    def test_5_2_2_an_adjusted_proposal_that_was_confirmed_was_sent(self):
        self._order(NOON, "sale", revision_number=1)
        self.assertEqual(self._get_step("5.2.2").done_count, 1)

    # === 5.2.3 === #
    def test_5_2_3_parts_that_are_delivered_often_are_no_frequency(self):
        self._force(self._contract().order_line, product_id=self.airbag.id)
        evidences = self._get_step("5.2.3").evidence_ids.grouped("code")
        self.assertEqual(evidences["frequency"].missing_count, 1)

    def test_5_2_3_each_month_is_a_frequency(self):
        self._contract(line={"visit_interval": 1})
        self.assertEqual(self._get_step("5.2.3").done_count, 1)

    # === 5.3 === #
    def test_5_3_a_visit_made_on_another_day_counts_on_each_for_its_step(self):
        """It was to be made in March, and was documented when it was made."""
        april = OUTSIDE[1]
        late = self._visit(april, planned_start=NOON, started_at=NOON)
        early = self._visit(NOON, planned_start=april)
        for code in ("5.3.1", "5.3.2"):
            self.assertEqual(self._expected(code), late)
        for code in ("5.3.3", "5.5.2"):
            self.assertEqual(self._expected(code), early)

    def test_5_3_3_the_report_is_due_a_day_after_the_visit_was_finished(self):
        now = datetime.now()
        planned = {"planned_start": NOON, "started_at": NOON}
        self._visit(now - timedelta(hours=23), report_state="to_send", **planned)
        late = self._visit(now - timedelta(hours=25), report_state="to_send")
        today = str(self.company._get_service_today())
        step = self._get_step("5.3.3", procedure_from="2024-01-01", procedure_to=today)
        self.assertEqual(self._open(step.action_open_missing()), late)

    # === 5.4.1 === #
    def test_5_4_1_the_last_day_to_ask_is_still_within_the_days(self):
        self._in_tokyo_too()
        self.company.survey_contact_days = 5
        self.other_company.survey_contact_days = 2
        visits = {}
        for company, days in ((self.company, 5), (self.other_company, 2)):
            day = company._get_service_today() - timedelta(days=days)
            first_moment = company._localize_service_time(day, 0)
            for moment in (first_moment, first_moment - timedelta(minutes=1)):
                visit = self._visit(moment, planned_start=NOON, started_at=NOON)
                self._force(visit, company_id=company.id)
                visits[company, moment == first_moment] = visit
        step = self._get_step(
            "5.4.1",
            procedure_from="2024-01-01",
            procedure_to=str(self.company._get_service_today()),
            allowed_company_ids=[self.company.id, self.other_company.id],
        )
        self.assertEqual(
            self._open(step.action_open_missing()),
            visits[self.company, False] | visits[self.other_company, False],
        )

    # === 5.4.2 === #
    def test_5_4_2_attended_at_its_deadline_is_in_time(self):
        self._ticket("claim", acknowledged_on=NOON, acknowledgement_deadline=NOON)
        self._ticket("claim", acknowledgement_deadline=False)
        self.assertEqual(self._get_step("5.4.2").done_count, 2)

    def test_5_4_2_what_was_closed_after_its_import_is_ours(self):
        def imported(closed_date):
            return self._ticket("claim", closed_date=closed_date, imported_on=NOON)

        ours = imported(NOON + timedelta(minutes=1)) | imported(False)
        imported(NOON)
        self.assertEqual(self._expected("5.4.2"), ours)

    # === 5.4.3 === #
    def test_5_4_3_the_worst_answer_is_analysed_as_well(self):
        answer = {"state": "done", "satisfaction_score": 1, "is_satisfied": False}
        worst = self._survey(self._visit(), **answer)
        evidences = self._get_step("5.4.3").evidence_ids.grouped("code")
        self.assertEqual(evidences["registered"].done_count, 1)
        self.assertEqual(self._open(evidences["analysed"].action_open_missing()), worst)

    # === 5.5.2 === #
    def test_5_5_2_a_guide_that_is_not_in_force_is_not_asked_for(self):
        treatments = [
            self.treatment.copy({"code": f"T-EDGE-{number}", "guide_ids": False})
            for number in range(3)
        ]
        archived_treatment, archived_guide, no_version = treatments
        self._create_guide("G-2", "Seats", treatment_ids=archived_treatment.ids)
        self._create_guide("G-3", "Belts", treatment_ids=archived_guide.ids)
        self.env["airbag.guide"].create(
            {"code": "G-4", "name": "Doors", "treatment_ids": no_version.ids}
        )
        visits = [self._visit(treatment_id=treatment.id) for treatment in treatments]
        archived_treatment.active = False
        archived_guide.guide_ids.active = False
        self.assertEqual(self._expected("5.5.2"), visits[0])

    def test_5_5_2_each_guide_in_force_is_asked_for(self):
        self._deliver(self.guide)
        visit = self._visit()
        step = self._get_step("5.5.2")
        self.assertEqual(step.done_count, 1)
        self._create_guide("G-5", "Old").active = False
        theirs = self._create_guide("G-6", "Theirs")
        self._force(theirs, company_id=self.other_company.id)
        to_come = self.env["airbag.guide"].create(
            {
                "code": "G-7",
                "name": "To come",
                "treatment_ids": self.treatment.ids,
            }
        )
        self.env["airbag.guide.version"].with_user(self.quality).create(
            {"guide_id": to_come.id, "content": "<p>A draft</p>"}
        )
        step.invalidate_recordset()
        self.assertEqual(step.done_count, 1, "none of these is in force for it")
        second = self._create_guide("G-8", "Belts")
        self.env.flush_all()
        step.invalidate_recordset()
        self.assertEqual(self._open(step.action_open_missing()), visit)
        self._deliver(second)
        step.invalidate_recordset()
        self.assertEqual(step.done_count, 1)

    # === 5.5.3 === #
    def _ended(self, day, **values):
        contract = self._contract(datetime(2023, 3, 20, 15))
        values = {"renewal_first_contacted_on": day, **values}
        return self._force(contract, contract_end=day, **values)

    def test_5_5_3_a_contract_that_ends_today_has_not_ended(self):
        today = self.company._get_service_today()
        yesterday = today - timedelta(days=1)
        self._ended(today)
        ended = self._ended(yesterday)
        step = self._get_step(
            "5.5.3", procedure_from=str(yesterday), procedure_to=str(today)
        )
        self.assertEqual(self._open(step.action_open_records()), ended)

    def test_5_5_3_a_renewal_is_offered_once_it_was_sent(self):
        day = NOON.date()
        sent, draft, cancelled = (self._ended(day) for _number in range(3))
        self._order(renewed_order_id=sent.id)
        self._order(state="draft", renewed_order_id=draft.id)
        self._order(state="cancel", renewed_order_id=cancelled.id)
        evidences = self._get_step("5.5.3").evidence_ids.grouped("code")
        self.assertEqual(
            self._open(evidences["offered"].action_open_missing()), draft | cancelled
        )

    # === FIGURES AND WINDOWS === #
    def test_an_evidence_has_the_share_of_those_that_should_have_it(self):
        for values in ({}, {}, {}, {"user_id": False}):
            self._visit(state="planned", **values)
        evidences = self._get_step("5.3.1").evidence_ids.grouped("code")
        person = evidences["person"]
        self.assertEqual((person.expected_count, person.done_count), (4, 3))
        self.assertEqual((person.missing_count, person.coverage), (1, 75))

    def test_a_window_is_a_list_that_a_reload_keeps(self):
        self._visit()
        step = self._get_step("5.3.3")
        for action in (
            step.action_open_records(),
            step.action_open_missing(),
            step.action_open_done(),
            step.evidence_ids[0].action_open_records(),
        ):
            self.assertFalse({"id", "path"} & set(action))
            self.assertEqual([kind for _id, kind in action["views"]], ["list", "form"])
            self.assertEqual(action["view_mode"], "list,form")
            self.assertEqual(action["context"], {"active_test": False, "create": False})
            self.assertIn("5.3.3", action["name"])
            self.assertEqual(action["display_name"], action["name"])

    def test_what_nothing_says_the_evidence_of_is_blank_and_opens_nothing(self):
        step = self._get_step("5.3.3")
        other = step.sudo().create(
            {
                "sequence": 999,
                "code": "5.9.9",
                "section": "5.5",
                "name": "Other",
                "text": "Other",
                "department": "care",
                "expected_text": "None",
            }
        )
        evidence = step.evidence_ids.sudo().create(
            {"step_id": other.id, "code": "other", "name": "Other"}
        )
        unknown = evidence.create(
            {"step_id": step.id, "code": "other", "name": "Other"}
        )
        self._visit()
        for record in (other, evidence, unknown):
            record = record.with_env(step.env)
            self.assertEqual((record.expected_count, record.missing_count), (0, 0))
            self.assertIs(record.coverage, False)
        for record in (other, evidence):
            for name in ("action_open_records", "action_open_missing"):
                with self.assertRaises(UserError):
                    getattr(record.with_env(step.env), name)()
        self.assertFalse(other._get_missing_names(step._get_period(), 5))
