# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from collections import defaultdict
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestKpiReport(ClientMgmtCommon):
    """PRO 008 §7: each figure is found a second way, in plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.kpi.report"]
        cls.kpi = {
            kpi.code: kpi
            for kpi in cls.env["airbag.kpi"].search([("active", "=", True)])
        }
        cls.other_customer = cls.env["res.partner"].create({"name": "Other Fleet"})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Driver", "parent_id": cls.customer.id}
        )
        cls.other_treatment = cls.treatment.copy({"code": "T-OTHER"})
        cls._create_history()
        cls.env.flush_all()

    @classmethod
    def _create_history(cls):
        cls.answers = [
            cls._answer(day, partner, treatment, satisfied)
            for day, partner, treatment, satisfied in (
                (datetime(2026, 1, 10, 15), cls.customer, cls.treatment, True),
                (datetime(2026, 1, 11, 15), cls.contact, cls.treatment, False),
                # 1 February in UTC, still 31 January in Bogotá
                (datetime(2026, 2, 1, 3), cls.customer, cls.other_treatment, True),
                (datetime(2026, 2, 20, 15), cls.other_customer, cls.treatment, True),
                (datetime(2026, 3, 5, 15), cls.other_customer, cls.treatment, False),
            )
        ]
        cls.tickets = [
            cls._ticket(*values)
            for values in (
                ("complaint", datetime(2026, 1, 12, 14), datetime(2026, 1, 12, 18)),
                ("claim", datetime(2026, 1, 30, 14), datetime(2026, 2, 2, 15)),
                ("query", datetime(2026, 2, 3, 14), datetime(2026, 2, 3, 15)),
                ("complaint", datetime(2026, 2, 5, 14), None),
            )
        ]
        first, second, third = (
            cls.customer,
            cls.other_customer,
            cls.env["res.partner"].create({"name": "Third Fleet"}),
        )
        cls.contracts = [
            cls._contract(partner, start, outcome)
            for partner, start, outcome in (
                # One customer, two contracts in January: one renewed, one lost.
                (first, date(2025, 1, 10), "renewed"),
                (cls.contact, date(2025, 1, 20), "lost"),
                (second, date(2025, 1, 25), "lost"),
                (third, date(2025, 3, 1), "undecided"),
                (second, date(2025, 2, 11), "renewed"),
                (third, date(2025, 2, 15), "terminated"),
                (third, date(2025, 1, 5), "open"),
            )
        ]

    @classmethod
    def _answer(cls, finished_at, partner, treatment, satisfied):
        visit = cls._create_intervention(
            partner_id=partner.id, treatment_id=treatment.id, vehicle_id=False
        )
        visit.write({"state": "planned", "booking_override_reason": "Test"})
        visit.action_start()
        cls._document(visit)
        visit.write(
            {"started_at": finished_at.replace(hour=0), "finished_at": finished_at}
        )
        visit.action_finish()
        inputs = cls.env["survey.user_input"].sudo()
        answer = inputs._create_obligations(visit) or inputs.search(
            [("intervention_id", "=", visit.id)]
        )
        question = cls.env.ref("airbag_client_mgmt.satisfaction_question_overall")
        answer._record_answers({question: "5" if satisfied else "3"}, "phone")
        return answer

    @classmethod
    def _ticket(cls, kind, received_on, resolved_on):
        ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": kind,
                "description": kind,
                "kind": kind,
                "partner_id": cls.customer.id,
                "received_on": received_on,
                "root_cause": "Known",
                "corrective_action": "Taken",
            }
        )
        if resolved_on:
            with freeze_time(resolved_on):
                ticket.stage_id = cls.env.ref(
                    "helpdesk_mgmt.helpdesk_ticket_stage_done"
                )
        return ticket

    @classmethod
    def _contract(cls, partner, start, outcome):
        order = cls._create_contract(
            partner_id=partner.id,
            contract_start=start,
            is_open_ended=outcome == "open",
        )
        with freeze_time(start):
            order.action_confirm()
        if outcome == "renewed":
            renewal = cls.env["sale.order"].browse(order.action_renew()["res_id"])
            renewal.action_confirm()
        elif outcome == "lost":
            order.renewal_lost_reason_id = cls.env.ref(
                "airbag_client_mgmt.contract_reason_lost_price"
            )
        elif outcome == "terminated":
            with freeze_time(date(2026, 1, 15)):
                order._compute_contract_state()
                order._terminate(
                    date(2026, 1, 15),
                    cls.env.ref("airbag_client_mgmt.contract_reason_price"),
                )
        elif outcome == "undecided":
            # Still within the grace period on the day of the test.
            order.env.company.renewal_grace_days = 10_000
        return order

    # -- the same figures, in plain Python -----------------------------------------

    def _local_day(self, moment):
        return self.company._get_service_date(moment)

    def _get_facts(self):
        """Return ``(code, day, customer, treatment, value)`` of all that counts."""
        for answer in self.answers:
            visit = answer.intervention_id
            customer = visit.partner_id.commercial_partner_id
            yield (
                "satisfaction",
                self._local_day(visit.finished_at),
                customer,
                visit.treatment_id,
                float(answer.satisfaction_score >= 4),
            )
        for ticket in self.tickets:
            if ticket.resolved_on and ticket.kind in ("complaint", "claim"):
                yield (
                    "resolution",
                    self._local_day(ticket.resolved_on),
                    ticket.partner_id.commercial_partner_id,
                    self.env["airbag.treatment"],
                    ticket.resolution_hours,
                )
        for order in self.contracts:
            decided = order.renewal_state in ("renewed", "lost") or order.terminated_on
            if order.contract_end and decided:
                yield (
                    "retention",
                    order.terminated_on or order.contract_end,
                    order.partner_id.commercial_partner_id,
                    self.env["airbag.treatment"],
                    float(order.renewal_state == "renewed"),
                )

    def _expected(self, key):
        """Return ``{(code, key(fact)): (numerator, denominator)}``."""
        groups = defaultdict(list)
        for fact in self._get_facts():
            groups[fact[0], key(fact)].append(fact)
        expected = {}
        for (code, group), facts in groups.items():
            if code == "retention":
                customers = {fact[2] for fact in facts}
                renewed = {fact[2] for fact in facts if fact[4]}
                expected[code, group] = (len(renewed), len(customers))
            else:
                expected[code, group] = (sum(fact[4] for fact in facts), len(facts))
        return expected

    def _measured(self, groupby=None):
        rows = self.report._read_group(
            self._get_own_domain(),
            ["kpi_id", *([groupby] if groupby else [])],
            ["numerator:sum", "denominator:sum", "value:avg"],
        )
        return {
            (row[0].code, row[1] if groupby else None): row[-3:]
            for row in rows
            if row[-2]  # a group with nothing but pending cases has no value
        }

    def _get_own_domain(self):
        customers = (
            self.customer
            | self.other_customer
            | self.contracts[3].partner_id.commercial_partner_id
        )
        return [("partner_id", "in", customers.ids), ("kpi_id.is_main", "=", True)]

    def _assert_same(self, key, groupby=None):
        expected, measured = self._expected(key), self._measured(groupby)
        self.assertEqual(set(measured), set(expected))
        for group, (numerator, denominator) in expected.items():
            factor = 1 if group[0] == "resolution" else 100
            found = measured[group]
            self.assertAlmostEqual(found[0], numerator, 6, group)
            self.assertEqual(found[1], denominator, group)
            self.assertAlmostEqual(found[2], factor * numerator / denominator, 6)

    def test_total(self):
        self._assert_same(lambda fact: None)
        measured = self._measured()
        # Known by hand, so that both ways cannot be wrong together.
        self.assertEqual(measured["satisfaction", None], (3, 5, 60))
        self.assertEqual(measured["resolution", None][1], 2)
        self.assertEqual(measured["retention", None][:2], (2, 3))

    def test_by_month(self):
        self._assert_same(lambda fact: fact[1].replace(day=1), "date:month")
        january = self._measured("date:month")["retention", date(2026, 1, 1)]
        self.assertEqual(january[:2], (1, 3))

    def test_by_customer(self):
        self._assert_same(lambda fact: fact[2], "partner_id")

    def test_by_treatment(self):
        self._assert_same(lambda fact: fact[3], "treatment_id")

    def test_by_other_groupings(self):
        self._assert_same(lambda fact: date(fact[1].year, 1, 1), "date:year")
        self._assert_same(
            lambda fact: fact[1].replace(month=(fact[1].month - 1) // 3 * 3 + 1, day=1),
            "date:quarter",
        )
        self._assert_same(lambda fact: self.company, "company_id")

    def test_by_customer_and_month(self):
        expected = self._expected(lambda fact: (fact[2], fact[1].replace(day=1)))
        rows = self.report._read_group(
            self._get_own_domain(),
            ["kpi_id", "partner_id", "date:month"],
            ["numerator:sum", "denominator:sum"],
        )
        measured = {
            (kpi.code, (partner, month)): tuple(figures)
            for kpi, partner, month, *figures in rows
            if figures[1]
        }
        self.assertEqual(set(measured), set(expected))
        for group, figures in expected.items():
            self.assertAlmostEqual(measured[group][0], figures[0], 6, group)
            self.assertEqual(measured[group][1], figures[1], group)

    def test_what_the_pivot_asks_for(self):
        """Each level of the pivot is asked for apart, its totals too."""
        kpi = self.kpi["retention"]
        domain = [*self._get_own_domain(), ("kpi_id", "=", kpi.id)]
        levels = self.report.formatted_read_grouping_sets(
            domain, [[], ["date:month"]], ["value:avg", "denominator:sum"]
        )
        total, months = levels
        self.assertAlmostEqual(total[0]["value:avg"], 200 / 3, 6)
        self.assertEqual(total[0]["denominator:sum"], 3)
        # The months together have more: one customer is in both.
        self.assertGreater(sum(row["denominator:sum"] for row in months), 3)

    def test_answer_without_the_deciding_question_is_no_opinion(self):
        answer = self.answers[1]
        line = answer.user_input_line_ids.filtered(
            "question_id.is_satisfaction_question"
        )
        line.sudo().write({"skipped": True, "answer_type": False, "value_scale": 0})
        self.assertFalse(answer.satisfaction_score)
        self.assertEqual(self._measured()["satisfaction", None], (3, 4, 75))

    def test_different_indicators_have_no_common_value(self):
        total = self.report._read_group(self._get_own_domain(), [], ["value:avg"])
        self.assertFalse(total[0][0])

    def test_what_is_pending_stands_apart(self):
        visit = self._create_done_intervention(
            planned_start=datetime(2030, 1, 7, 15), vehicle_id=False
        )
        answer = self.env["survey.user_input"].sudo()._create_obligations(visit)
        answer.flush_recordset()

        def get_pending():
            # The renewals of the history are due themselves, some day.
            rows = self.report._read_group(
                [*self._get_own_domain(), ("date", "<", "2027-01-01")],
                ["kpi_id"],
                ["pending:sum", "value:avg"],
            )
            return {kpi.code: pending for kpi, pending, _value in rows}

        before = self._measured()
        self.assertEqual(
            get_pending(), {"satisfaction": 1, "resolution": 1, "retention": 1}
        )
        answer._mark_contacted("phone")
        answer.flush_recordset()
        self.assertEqual(get_pending()["satisfaction"], 1)
        answer.with_user(self.quality)._waive("Vehicle sold")
        answer.flush_recordset()
        self.assertEqual(get_pending()["satisfaction"], 0)
        self.assertEqual(self._measured(), before)

    def test_no_data_is_blank(self):
        nothing = [("date", "=", "1999-01-01")]
        rows = self.report.formatted_read_group(
            nothing, ["kpi_id"], ["value:avg", "denominator:sum"]
        )
        self.assertEqual(rows, [])
        with freeze_time("1999-06-01"):
            self.env.invalidate_all()
            kpi = self.kpi["satisfaction"]
            self.assertFalse(kpi.has_value)
            self.assertEqual(kpi.status, "no_data")
            self.assertEqual(kpi.value_display, "—")
            self.assertFalse(kpi.trend)

    @freeze_time("2026-03-10")
    def test_card(self):
        kpi = self.kpi["satisfaction"]
        kpi.period_days = 30
        self.env.invalidate_all()
        # 8 February to 10 March: two answers, one satisfied; before: two of three
        self.assertEqual((kpi.value, kpi.response_count), (50, 2))
        self.assertAlmostEqual(kpi.previous_value, 200 / 3, 1)
        self.assertEqual((kpi.trend, kpi.status), ("worse", "off_target"))
        kpi.target = 50
        self.assertEqual(kpi.status, "on_target")
        kpi.target = 54
        self.assertEqual(kpi.status, "near")
        action = kpi.action_open_records()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(set(found), set(self.answers[3:]))

    @freeze_time("2026-03-10")
    def test_card_follows_a_change_of_period_and_target(self):
        kpi = self.kpi["satisfaction"]
        kpi.period_days = 30
        self.assertEqual(kpi.value_display, kpi._format(50))
        kpi.write({"period_days": 8, "target": 80})
        self.assertEqual(kpi.value_display, kpi._format(0))
        self.assertEqual(kpi.target_display, kpi._format(80))

    @freeze_time("2027-01-31")
    def test_card_line_begins_on_the_first_of_the_month(self):
        """The twelve months of January 2027 begin on 1 February 2026, inclusive."""
        ticket = self._ticket(
            "complaint", datetime(2026, 2, 1, 14), datetime(2026, 2, 1, 15)
        )
        self.tickets[1].write({"kind": "query"})  # the other one of February
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._local_day(ticket.resolved_on), date(2026, 2, 1))
        (line,) = json.loads(self.kpi["resolution"].monthly_graph)
        self.assertEqual(line["values"][0]["x"], "02/26")

    @freeze_time("2026-03-10")
    def test_archived_evidence_is_opened_too(self):
        self.tickets[0].active = False
        action = self.kpi["resolution"].action_open_records()
        found = self.env["helpdesk.ticket"].with_context(**action["context"])
        self.assertIn(self.tickets[0], found.search(action["domain"]))

    @freeze_time("2026-03-10")
    def test_each_indicator_opens_its_records(self):
        for code, model in (
            ("satisfaction", "survey.user_input"),
            ("resolution", "helpdesk.ticket"),
            ("retention", "sale.order"),
        ):
            action = self.kpi[code].action_open_records()
            self.assertEqual(action["res_model"], model)
            self.assertTrue(self.env[model].search(action["domain"]))

    @freeze_time("2026-03-10")
    def test_managers_reach_what_they_may_read(self):
        managers = {
            login: new_test_user(
                self.env, login=login, groups=f"base.group_user,{group}"
            )
            for login, group in (
                ("kpi_sales", "sales_team.group_sale_manager"),
                ("kpi_care", "helpdesk_mgmt.group_helpdesk_manager"),
            )
        }
        menus = [
            self.env.ref(f"airbag_client_mgmt.{name}").id
            for name in ("menu_root", "menu_indicators", "menu_kpi", "menu_kpi_report")
        ]
        for user in (*managers.values(), self.management):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertLessEqual(set(menus), set(visible), user.login)
            kpis = self.env["airbag.kpi"].with_user(user)
            for kpi in kpis.search([("is_main", "=", True)]):
                self.assertTrue(kpi.has_value, user.login)
                action = kpi.action_open_records()
                records = self.env[action["res_model"]].with_user(user)
                self.assertTrue(records.search(action["domain"]), user.login)
        # Neither may read the other's records: the facts instead.
        for code, login in (("retention", "kpi_care"), ("resolution", "kpi_sales")):
            action = self.kpi[code].with_user(managers[login]).action_open_records()
            self.assertEqual(action["res_model"], self.report._name)
            facts = self.report.with_user(managers[login]).search(action["domain"])
            self.assertEqual(facts.kpi_id, self.kpi[code])
        for user in managers.values():
            with self.assertRaises(AccessError):
                self.kpi["retention"].with_user(user).target = 1

    def test_cards_cost_the_same_queries_however_many_facts(self):
        """Three months of data or thirty."""

        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["airbag.kpi"].search([]).read(
                ["value", "trend", "status", "value_display", "monthly_graph"]
            )
            return self.env.cr.sql_log_count - before

        with freeze_time("2026-03-10"):
            count_queries()  # warms up the caches
            few = count_queries()
            self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"month {months}",
                        "description": "history",
                        "kind": "claim",
                        "partner_id": self.customer.id,
                        "received_on": day,
                        "resolved_on": day,
                    }
                    for months in range(30)
                    for day in [datetime(2026, 3, 9) - relativedelta(months=months)]
                ]
            )
            count_queries()
            self.assertEqual(count_queries(), few)

    def test_who_reads_the_indicators(self):
        for user in (self.management, self.quality):
            self.assertTrue(self.report.with_user(user).search([], limit=1))
        for user in (self.technician, self.planner, self.salesperson, self.care):
            with self.assertRaises(AccessError, msg=user.login):
                self.report.with_user(user).search([], limit=1)
            with self.assertRaises(AccessError, msg=user.login):
                self.env["airbag.kpi"].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.kpi["satisfaction"].with_user(self.management).target = 1
        self.kpi["satisfaction"].with_user(self.quality).target = 95

    @freeze_time("2026-03-10")
    def test_companies_are_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        partner = self.env["res.partner"].create({"name": "Fleet of the other"})
        self.env["helpdesk.ticket"].create(
            {
                "name": "theirs",
                "description": "theirs",
                "kind": "claim",
                "partner_id": partner.id,
                "company_id": company.id,
                "team_id": False,
                "received_on": datetime(2026, 3, 1),
                "resolved_on": datetime(2026, 3, 2),
            }
        )
        manager = new_test_user(
            self.env,
            login="other_manager",
            groups="airbag_client_mgmt.group_quality_reviewer",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        theirs = self.report.with_user(manager)
        self.assertFalse(theirs.search(self._get_own_domain()))
        self.assertEqual(theirs.search([]).mapped("partner_id"), partner)
        ours = self.report.with_user(self.management)
        self.assertTrue(ours.search(self._get_own_domain()))
        self.assertFalse(ours.search([("partner_id", "=", partner.id)]))
        kpis = self.env["airbag.kpi"].with_user(manager).search([])
        self.assertEqual(kpis.filtered("has_value"), self.kpi["resolution"])
        self.assertEqual(kpis.filtered("has_value").response_count, 1)
