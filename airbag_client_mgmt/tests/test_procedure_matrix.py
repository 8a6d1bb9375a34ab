# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from .procedure_common import DAWN, DUSK, NOON, OUTSIDE, ProcedureCommon

#: After all of it was over.
IMPORTED = {"imported_on": datetime(2024, 5, 1)}


@tagged("post_install", "-at_install")
class TestProcedureMatrix(ProcedureCommon):
    """Each step of PRO 008 §5: what should have evidence, and exactly what has not."""

    # === 5.1 === #
    def test_5_1_1_opportunities_say_their_channel(self):
        channel = self.env.ref("airbag_client_mgmt.utm_medium_email")
        alliance = self.env["utm.medium"].create(
            {"name": "Test alliance", "asks_referrer": True}
        )
        complete = self._lead(DAWN, medium_id=channel.id)
        complete |= self._lead(
            DUSK, medium_id=alliance.id, alliance_partner_id=self.customer.id
        )
        complete |= self._lead(medium_id=channel.id, active=False)
        no_channel = self._force(self._lead(), medium_id=False)
        no_referrer = self._lead(medium_id=alliance.id)
        outside = [self._lead(moment) for moment in OUTSIDE]
        outside.append(self._lead(company_id=self.other_company.id))
        self._check(
            "5.1.1",
            complete,
            {"channel": no_channel, "referrer": no_referrer},
            outside,
            {"referrer": complete - complete[1] | no_channel},
        )

    def test_5_1_2_new_customers_are_registered(self):
        complete = self._partner()
        by_contact = self._partner(email=False, phone=False, specific_needs=False)
        contact = self._partner(
            parent_id=by_contact.id, is_company=False, phone="1", email=False
        )
        no_contact = self._partner(email=False, phone=False)
        no_needs = self._partner(specific_needs=False)
        complete |= self._partner(email=False, phone="1")
        for partner in (*complete, contact, no_contact, no_needs):
            self._order(partner_id=partner.id, state="draft")
        known, later, cancelled, elsewhere, old = (self._partner() for _ in range(5))
        self._order(partner_id=old.id, **IMPORTED)
        for moment in (OUTSIDE[0], NOON):
            self._order(moment, partner_id=known.id)
        self._order(OUTSIDE[1], partner_id=later.id)
        self._order(partner_id=cancelled.id, state="cancel")
        self._order(partner_id=elsewhere.id, company_id=self.other_company.id)
        self._check(
            "5.1.2",
            complete | by_contact,
            {"contact": no_contact, "needs": no_needs},
            [known, later, cancelled, elsewhere, old],
        )

    def test_5_1_3_proposals_say_needs_and_benefits(self):
        plain = self.env["product.product"].create(
            {
                "name": "Plain service",
                "type": "service",
                "treatment_id": self.treatment.id,
            }
        )
        part = self.airbag.id
        complete = self._order(DAWN) | self._order(
            DUSK,
            "sale",
            [
                Command.create({"product_id": self.service.id}),
                Command.create({"product_id": part, "name": "Part"}),
            ],
        )
        no_needs = self._order(specific_needs=False)
        no_benefits = self._order(
            lines=[
                Command.create({"product_id": self.service.id}),
                Command.create({"product_id": plain.id}),
            ]
        )
        outside = [self._order(moment) for moment in OUTSIDE]
        outside += [
            self._order(state="draft"),
            self._order(**IMPORTED),
            self._order(state="cancel"),
            self._order(lines=[Command.create({"product_id": part, "name": "Part"})]),
            self._order(company_id=self.other_company.id),
        ]
        self._check(
            "5.1.3",
            complete,
            {"needs": no_needs, "benefits": no_benefits},
            outside,
        )

    # === 5.2 === #
    def test_5_2_1_requests_are_attended_and_answered(self):
        unresolved = {"resolved_on": False}
        future = datetime.now() + timedelta(days=2)
        # Done before its time: it counts.
        early = {"acknowledgement_deadline": future, "resolution_deadline": future}
        complete = self._ticket("request", DAWN, **early)
        complete |= self._ticket("request", DUSK)
        quoted = self._order().id
        complete |= self._ticket("request", quotation_id=quoted, **unresolved, **early)
        lead = self._lead(OUTSIDE[0]).id
        complete |= self._ticket("request", lead_id=lead, **unresolved, **early)
        waiting = self._ticket("request", acknowledged_on=False, **unresolved, **early)
        # Imported while it was open: whether it was attended before, nobody knows.
        running = self._ticket("request", acknowledged_on=False, **IMPORTED)
        not_attended = self._ticket("request", acknowledged_on=False)
        cancelled_quotation = self._order(state="cancel").id
        not_answered = self._ticket(
            "request", quotation_id=cancelled_quotation, **unresolved
        )
        cancelled = self.env["helpdesk.ticket.stage"].search(
            [("is_cancelled", "=", True)], limit=1
        )
        outside = [self._ticket("request", moment) for moment in OUTSIDE]
        outside += [
            self._ticket("query"),
            self._ticket("request", closed_date=NOON, **IMPORTED),
            self._ticket("request", stage_id=cancelled.id),
            self._ticket("request", duplicate_id=complete[0].id),
            self._ticket("request", company=self.other_company),
        ]
        self._check(
            "5.2.1",
            complete | waiting | running,
            {"attended": not_attended, "answered": not_answered},
            outside,
            {"attended": waiting | running, "answered": waiting},
        )

    def test_5_2_2_adjusted_proposals_reach_the_customer(self):
        first = self._order()
        complete = self._order(DAWN, revision_number=1)
        amended = {"amended_order_id": first.id}
        complete |= self._order(DUSK, amendment_reason="Two more vans", **amended)
        not_sent = self._order(state="draft", revision_number=2)
        no_reason = self._order(**amended)
        outside = [self._order(moment, revision_number=1) for moment in OUTSIDE]
        outside += [
            first,
            self._order(state="cancel", revision_number=1),
            self._order(revision_number=1, company_id=self.other_company.id),
        ]
        self._check(
            "5.2.2",
            complete,
            {"sent": not_sent, "reason": no_reason},
            outside,
            {"reason": complete[0] | not_sent},
        )

    def test_5_2_3_contracts_are_signed_and_complete(self):
        complete = self._contract(DAWN) | self._contract(
            DUSK, is_open_ended=True, contract_end=False
        )
        one_party = [Command.create({"party": "company", "name": "Scanner"})]
        lacking = {
            "signed": self._contract(signed_on=False),
            "conditions": self._contract(service_conditions=False),
            "frequency": self._contract(line={"visit_interval": 0}),
            "duration": self._contract(contract_end=False),
            "obligations": self._contract(obligation_ids=one_party),
        }
        other_party = [Command.create({"party": "customer", "name": "Access"})]
        lacking["obligations"] |= self._contract(obligation_ids=other_party)
        lacking["duration"] |= self._force(self._contract(), contract_start=False)
        outside = [self._contract(moment) for moment in OUTSIDE]
        outside += [
            self._contract(state="sent"),
            self._contract(**IMPORTED),
            self._contract(is_service_contract=False),
            self._contract(company_id=self.other_company.id),
        ]
        self._check("5.2.3", complete, lacking, outside)

    # === 5.3 === #
    def test_5_3_1_visits_are_scheduled_with_somebody(self):
        complete = self._visit(DAWN) | self._visit(DUSK, "planned")
        lacking = {
            "scheduled": self._visit(state="draft"),
            "person": self._visit(state="planned", user_id=False),
        }
        outside = [self._visit(moment) for moment in OUTSIDE]
        outside.append(self._visit(state="cancelled"))
        outside.append(self._visit(**IMPORTED))
        outside.append(self._other_visit())
        self._check("5.3.1", complete, lacking, outside)

    def test_5_3_1_a_visit_of_today_is_not_due(self):
        """What may still be done today lacks nothing yet."""
        today = self.company._get_service_today()
        context = {"procedure_from": str(today), "procedure_to": str(today)}
        step = self._get_step("5.3.1", **context)
        self._visit(self.company._localize_service_time(today, 0), "draft")
        self.assertEqual(step.expected_count, 0)
        yesterday = str(today - timedelta(days=1))
        self._visit(self.company._localize_service_time(today, -1), "draft")
        context = {"procedure_from": yesterday, "procedure_to": str(today)}
        self.assertEqual(self._get_step("5.3.1", **context).missing_count, 1)

    def test_5_3_2_visits_are_made_by_the_procedure(self):
        complete = self._visit(DAWN) | self._visit(DUSK)
        self._add_step(complete[0], done=True)
        self._add_step(complete[0], excuse="Panel locked")
        self._add_step(complete[1], mandatory=False)
        skipped = self._visit()
        self._add_step(skipped)
        lacking = {"made": self._visit(state="planned"), "steps": skipped}
        outside = [self._visit(moment) for moment in OUTSIDE]
        outside.append(self._visit(state="cancelled"))
        outside.append(self._visit(**IMPORTED))
        outside.append(self._other_visit())
        spared = {"steps": lacking["made"]}
        self._check("5.3.2", complete, lacking, outside, spared)

    def test_5_3_3_visits_are_documented(self):
        complete = self._visit(DAWN) | self._visit(DUSK)
        signed = self._visit(report_state=False, signed_on=NOON)
        recorded = self._visit(no_products_used=False, no_recommendations=False)
        with self._reopened(recorded):
            self.env["airbag.intervention.product"].create(
                {
                    "intervention_id": recorded.id,
                    "product_id": self.airbag.id,
                    "lot_name": "L1",
                }
            )
            self.env["airbag.recommendation"].create(
                {"intervention_id": recorded.id, "name": "Change the plug"}
            )
        lacking = {
            "treatment": self.env["airbag.intervention"],
            "products": self._visit(no_products_used=False),
            "recommendations": self._visit(no_recommendations=False),
            "report": self._visit(report_state="no_email"),
        }
        outside = [self._visit(moment) for moment in OUTSIDE]
        outside.append(self._visit(state="in_progress", finished_at=NOON))
        outside.append(self._visit(**IMPORTED))
        outside.append(self._other_visit())
        self._check("5.3.3", complete | signed | recorded, lacking, outside)

    def test_5_3_3_a_report_about_to_leave_is_not_missing(self):
        self._visit(datetime.now(), report_state="to_send")
        today = str(self.company._get_service_today())
        step = self._get_step("5.3.3", procedure_from=today, procedure_to=today)
        self.assertEqual((step.expected_count, step.missing_count), (1, 0))
        # What left at once counts at once.
        self._visit(datetime.now())
        self._visit(datetime.now(), report_state=False, signed_on=datetime.now())
        step.invalidate_recordset()
        report = step.evidence_ids.filtered(lambda evidence: evidence.code == "report")
        self.assertEqual((step.expected_count, report.expected_count), (3, 2))

    # === 5.4 === #
    def test_5_4_1_customers_are_contacted_in_time(self):
        complete = self._visit(DAWN) | self._visit(DUSK)
        for visit in complete:
            self._survey(visit)
        late, not_asked = self._visit(), self._visit()
        self._survey(late, "late")
        waived, undecided = self._visit(), self._visit()
        self._survey(waived, False, contact_state="waived")
        self._survey(undecided, False, contact_state="pending")
        outside = [self._visit(moment) for moment in OUTSIDE]
        history = self._visit(**IMPORTED)
        self._survey(history, "late", **IMPORTED)
        outside.append(self._visit(state="in_progress", finished_at=NOON))
        outside += [waived, undecided, history, self._other_visit()]
        self._check("5.4.1", complete, {"in_time": late | not_asked}, outside)

    def test_5_4_1_a_visit_within_its_days_is_not_due(self):
        recent = datetime.now() - timedelta(days=self.company.survey_contact_days - 1)
        self._visit(recent)
        year = str(recent.year - 1)
        step = self._get_step(
            "5.4.1",
            procedure_from=f"{year}-01-01",
            procedure_to=str(self.company._get_service_today()),
        )
        self.assertEqual(step.expected_count, 0)
        self._visit(recent - timedelta(days=3))
        step.invalidate_recordset()
        self.assertEqual(step.missing_count, 1)

    def test_5_4_2_incidents_go_to_an_area_and_are_resolved(self):
        future = datetime.now() + timedelta(days=2)
        # Done before its time: it counts.
        early = {"acknowledgement_deadline": future, "resolution_deadline": future}
        complete = self._ticket("complaint", DAWN, **early)
        complete |= self._ticket("claim", DUSK)
        waiting = self._ticket(
            "complaint", acknowledged_on=False, resolved_on=False, **early
        )
        running = self._ticket("claim", acknowledged_on=False, **IMPORTED)
        late = NOON + timedelta(hours=2)
        lacking = {
            "area": self._ticket("complaint", team_id=False),
            "attended": self._ticket("claim", acknowledged_on=late),
            "resolved": self._ticket("claim", resolved_on=False),
            "cause": self._ticket("complaint", root_cause=False),
        }
        lacking["cause"] |= self._ticket("complaint", corrective_action=False)
        lacking["attended"] |= self._ticket("claim", acknowledged_on=False)
        cancelled = self.env["helpdesk.ticket.stage"].search(
            [("is_cancelled", "=", True)], limit=1
        )
        outside = [self._ticket("complaint", moment) for moment in OUTSIDE]
        outside += [
            self._ticket("query"),
            self._ticket("complaint", stage_id=cancelled.id),
            self._ticket("claim", closed_date=NOON, root_cause=False, **IMPORTED),
            self._ticket("complaint", duplicate_id=complete[0].id),
            self._ticket("complaint", company=self.other_company),
        ]
        self._check(
            "5.4.2",
            complete | waiting | running,
            lacking,
            outside,
            {
                "attended": waiting | running,
                "resolved": waiting,
                "cause": waiting | lacking["resolved"],
            },
        )

    def test_5_4_3_answers_are_registered_and_analysed(self):
        def answer(moment=NOON, **values):
            score = values.pop("satisfaction_score", 2)
            facts = {"state": "done", "satisfaction_score": score, **values}
            facts.setdefault("is_satisfied", score > 3)
            return self._survey(self._visit(moment), **facts)

        area = self.env["airbag.improvement.area"].create({"name": "Test area"})
        complete = answer(DAWN, analysis="The plug was loose")
        tagged_answer = answer(DUSK)
        tagged_answer.sudo().improvement_area_ids = area
        complete |= tagged_answer
        satisfied = answer(satisfaction_score=5)
        lacking = {
            "registered": answer(satisfaction_score=0),
            "analysed": answer(),
        }
        outside = [answer(moment) for moment in OUTSIDE]
        outside += [answer(state="new"), answer(test_entry=True)]
        outside.append(answer(**IMPORTED))
        elsewhere = self._survey(self._other_visit(), state="done")
        self._check(
            "5.4.3",
            complete | satisfied,
            lacking,
            [*outside, elsewhere],
            {"analysed": satisfied | lacking["registered"]},
        )

    # === 5.5 === #
    def test_5_5_1_recurrent_customers_are_offered_benefits(self):
        level = self.env["airbag.loyalty.level"].create({"name": "Test gold"})
        plain = self.env["airbag.loyalty.level"].create({"name": "Test plain"})
        program = self.env["loyalty.program"].create(
            {
                "name": "Ten percent",
                "program_type": "promotion",
                "applies_on": "current",
                "limited_to_levels": True,
                "loyalty_level_ids": [Command.link(level.id)],
                "rule_ids": [Command.create({})],
                "reward_ids": [Command.create({"discount": 10})],
            }
        )
        gold = {"loyalty_level_id": level.id}
        discount = Command.create({"product_id": self.service.id, "discount": 10})
        rewarded = self._order(**gold)
        self._force(rewarded.order_line[0], reward_id=program.reward_ids[0].id)
        complete = self._order(DAWN, lines=[discount], **gold) | rewarded
        nothing = self._order(DUSK, "sale", **gold)
        outside = [self._order(moment, **gold) for moment in OUTSIDE]
        outside += [
            self._order(state="draft", **gold),
            self._order(**IMPORTED, **gold),
            self._order(loyalty_level_id=plain.id),
            self._order(amended_order_id=nothing.id, **gold),
            self._order(company_id=self.other_company.id, **gold),
        ]
        self._check("5.5.1", complete, {"benefit": nothing}, outside)

    def test_5_5_2_customers_are_informed_of_good_practices(self):
        informed, told_elsewhere, failed = (self._partner() for _ in range(3))
        contact = self._partner(parent_id=informed.id, is_company=False)
        self._deliver(self.guide, informed)
        elsewhere = self._deliver(self.guide, told_elsewhere)
        self._force(elsewhere, company_id=self.other_company.id)
        self._force(self._deliver(self.guide, failed), email_failed=True)
        complete = self._visit(DAWN, partner_id=contact.id, vehicle_id=False)
        # A newer version does not undo what was done then.
        self._publish(self.guide, "<p>New</p>")
        missing = self._visit(DUSK) | self._visit(
            partner_id=told_elsewhere.id, vehicle_id=False
        )
        missing |= self._visit(partner_id=failed.id, vehicle_id=False)
        unguided = self.treatment.copy({"code": "T-NOGUIDE"})
        unguided.guide_ids = False
        outside = [self._visit(moment) for moment in OUTSIDE]
        outside += [
            self._visit(treatment_id=unguided.id),
            self._visit(state="planned"),
            self._visit(**IMPORTED),
            self._other_visit(),
        ]
        self._check("5.5.2", complete, {"informed": missing}, outside)

    def test_5_5_3_customers_are_contacted_before_the_end(self):
        def ended(day, **values):
            contract = self._contract(datetime(2023, 3, 20, 15))
            reason = self.env.ref("airbag_client_mgmt.contract_reason_lost_price")
            values.setdefault("renewal_lost_reason_id", reason.id)
            return self._force(contract, contract_end=day, **values)

        def talk(contract, day):
            return self._force(contract, renewal_first_contacted_on=day)

        end = date(2024, 3, 31)
        complete = talk(ended(end), end)
        complete |= talk(ended(date(2024, 3, 1)), date(2024, 2, 1))
        # It was in force when it was imported: its renewal is ours.
        complete |= talk(ended(end, imported_on=datetime(2024, 3, 15)), end)
        renewed = ended(end, renewal_lost_reason_id=False)
        talk(renewed, end)
        self._contract(NOON, renewed_order_id=renewed.id)
        too_late = talk(ended(end), date(2024, 4, 1))
        never = talk(ended(end), False)
        not_offered = talk(ended(end, renewal_lost_reason_id=False), end)
        outside = [
            ended(date(2024, 2, 29)),
            ended(date(2024, 4, 1)),
            ended(end, **IMPORTED),
            ended(end, terminated_on=date(2024, 2, 1)),
            ended(end, replaced_on=date(2024, 2, 1)),
            ended(end, company_id=self.other_company.id),
        ]
        self._check(
            "5.5.3",
            complete | renewed,
            {"contacted": too_late | never, "offered": not_offered},
            outside,
        )

    # === PARTS === #
    def _other_visit(self):
        """Return a visit of another company, like those that are counted."""
        return self._force(self._visit(), company_id=self.other_company.id)

    def _add_step(self, visit, **values):
        values = {"name": "Scan", "mandatory": True, **values}
        with self._reopened(visit):
            self.env["airbag.intervention.step"].sudo().create(
                {"intervention_id": visit.id, **values}
            )
