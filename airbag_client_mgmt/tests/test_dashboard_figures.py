# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import datetime

from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import file_open

from .satisfaction_common import SatisfactionCommon
from .test_dashboard import FILE


@tagged("post_install", "-at_install")
class TestDashboardFigures(SatisfactionCommon):
    """The figures that only the dashboard has. PRO 008 §7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.kpi.report"]
        cls.kpi = cls.env.ref("airbag_client_mgmt.kpi_satisfaction")
        cls.kpi.target = 90
        cls.other_company = cls.env["res.company"].create({"name": "Other"})

    def _read_targets(self, groupby=(), domain=()):
        self.env.flush_all()
        domain = Domain([("date", "<", "2026-05-01")]) & Domain(list(domain))
        return self.report._read_group(domain, groupby, ["target:avg"])

    def test_a_group_has_the_target_of_its_indicator(self):
        rows = self._read_targets(["kpi_id"], [("kpi_id", "=", self.kpi.id)])
        self.assertEqual(rows, [(self.kpi, 90)])

    def test_each_fact_has_its_target(self):
        facts = self.report.search([("kpi_id", "=", self.kpi.id)])
        self.assertEqual(set(facts.mapped("target")), {90})
        self.kpi.target = 0
        facts.invalidate_recordset(["target"])
        self.assertEqual(set(facts.mapped("target")), {False})

    def test_several_indicators_have_no_common_target(self):
        self.assertGreater(len(self._read_targets(["kpi_id"])), 1)
        self.assertEqual(self._read_targets(), [(False,)])

    def test_an_indicator_without_target_shows_none(self):
        self.kpi.target = 0
        rows = self._read_targets(["kpi_id"], [("kpi_id", "=", self.kpi.id)])
        self.assertEqual(rows, [(self.kpi, False)])

    def test_a_group_of_companies_has_a_target_if_they_agree_on_it(self):
        both = self.company | self.other_company
        self.report = self.report.with_context(allowed_company_ids=both.ids)
        domain = [("kpi_id", "=", self.kpi.id)]
        self._move_answers()
        self.kpi.with_company(self.other_company).target = 90
        self.assertEqual(self._read_targets(domain=domain), [(90,)])
        self.kpi.with_company(self.other_company).target = 75
        self.assertEqual(self._read_targets(domain=domain), [(False,)])
        rows = dict(self._read_targets(["company_id"], domain))
        self.assertEqual(rows, {self.company: 90, self.other_company: 75})

    def _move_answers(self):
        """Have half of the answers be the other company's."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET company_id = %s WHERE id IN %s",
            (self.other_company.id, tuple(self.answers[:2].ids)),
        )
        self.env.invalidate_all()

    def test_a_ticket_counts_for_the_salesperson_of_its_contract(self):
        contract = self._create_contract(user_id=self.other_seller.id)
        visit = self._create_intervention()
        tickets = self.env["helpdesk.ticket"].create(
            [
                {"name": "C", "description": "C", "kind": "complaint", **values}
                for values in (
                    {"partner_id": self.customer.id, "order_id": contract.id},
                    {"partner_id": self.customer.id, "intervention_id": visit.id},
                    {"partner_id": self.other_customer.id},
                    {"name": "From nobody we know"},
                )
            ]
        )
        expected = [self.other_seller, self.salesperson, self.other_seller]
        self.assertEqual([t.salesperson_id for t in tickets[:3]], expected)
        self.assertFalse(tickets[3].salesperson_id)
        for user in (self.salesperson, self.other_seller):
            found = tickets.search(
                [("id", "in", tickets.ids), ("salesperson_id", "in", user.ids)]
            )
            self.assertEqual(
                found, tickets.filtered(lambda t, user=user: t.salesperson_id == user)
            )
        without = tickets.search(
            [("id", "in", tickets.ids), ("salesperson_id", "=", False)]
        )
        self.assertEqual(without, tickets[3])

    @freeze_time("2026-04-20 15:00")
    def test_complaints_are_counted_alike_by_area_and_by_category(self):
        """One received before the period and resolved in it is in both tables."""
        stages = {
            name: self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "done", "cancelled")
        }
        team = self.env["helpdesk.ticket.team"].search([], limit=1)
        tickets = self.env["helpdesk.ticket"].create(
            [
                {
                    "name": "Late",
                    "description": "Late",
                    "kind": "claim",
                    "partner_id": self.customer.id,
                    "team_id": team.id,
                    "received_on": received_on,
                    "root_cause": "Known",
                    "corrective_action": "Taken",
                    "cancel_reason": "Known before",
                }
                for received_on in (
                    datetime(2026, 1, 10, 15),
                    datetime(2026, 2, 10, 15),
                    datetime(2026, 2, 10, 15),
                    datetime(2026, 1, 10, 15),
                )
            ]
        )
        for ticket, stage in zip(
            tickets, ("done", "new", "cancelled", "new"), strict=True
        ):
            ticket.stage_id = stages[stage]
        self.env.flush_all()
        with file_open(FILE) as file:
            pivots = json.load(file)["pivots"]
        found = {}
        for key in ("5", "6"):
            pivot = pivots[key]
            chain = pivot["fieldMatching"]["period"]["chain"]
            domain = Domain(pivot["domain"]) & Domain(chain, ">=", "2026-01-20")
            rows = self.env[pivot["model"]].search(domain)
            ids = rows.mapped("res_id") if key == "5" else rows.ids
            found[key] = self.env["helpdesk.ticket"].browse(ids) & tickets
        self.assertEqual(found["6"], tickets[:2])
        self.assertEqual(set(found["5"]), set(found["6"]))

    @freeze_time("2026-04-20 15:00")
    def test_opening_asks_each_source_once_whatever_the_facts(self):
        """One query a source, and what reads names, rights, indicators and targets."""
        with file_open(FILE) as file:
            sources = json.load(file)["pivots"].values()
        few = self._count_queries(sources)
        for number in range(10):
            self._create_answer(datetime(2026, 4, 1 + number, 15), {"overall": "4"})
        self.env.flush_all()
        self.assertEqual(self._count_queries(sources), few)
        self.assertLessEqual(few, 3 * len(sources))

    def _count_queries(self, sources):
        self._open(sources)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._open(sources)
        return self.env.cr.sql_log_count - before

    def _open(self, sources):
        """Read the pivots as the page does, for management."""
        for pivot in sources:
            groups = [
                ":".join(filter(None, (item["fieldName"], item.get("granularity"))))
                for item in (*pivot["rows"], *pivot["columns"])
            ]
            specs = [
                ":".join(filter(None, (item["fieldName"], item.get("aggregator"))))
                for item in pivot["measures"]
            ]
            domain = Domain(pivot["domain"])
            period = pivot["fieldMatching"].get("period")
            if period:
                domain &= Domain(period["chain"], ">=", "2026-01-20")
            self.env[pivot["model"]].with_user(
                self.management
            ).formatted_read_grouping_sets(
                domain, [[], groups] if groups else [[]], specs
            )
