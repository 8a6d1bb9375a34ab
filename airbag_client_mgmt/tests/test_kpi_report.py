# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import importlib.util
import json
from collections import defaultdict
from datetime import date, datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.modules.module import get_module_path
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, format_date

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
        figures = ["value:avg", "numerator:sum", "denominator:sum", "pending:sum"]
        total = self.report._read_group(self._get_own_domain(), [], figures)
        self.assertEqual(total, [(False, False, False, False)])
        # Nor in the total row of the pivot, whatever it is grouped by.
        levels = self.report.formatted_read_grouping_sets(
            self._get_own_domain(), [[], ["kpi_id"], ["date:year"]], figures
        )
        (year,) = (group for group in levels[2] if group["date:year"][1] == "2026")
        for group in (levels[0][0], year):
            self.assertFalse(any(group[figure] for figure in figures), group)
        for group in levels[1]:
            self.assertTrue(group["denominator:sum"] or group["pending:sum"], group)

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

    def test_the_days_are_those_of_the_company_not_of_the_reader(self):
        """02:00 UTC of the 11th is still the 10th in Bogotá."""
        with freeze_time("2026-03-11 02:00"):
            self._ticket("claim", datetime(2026, 3, 10, 14), datetime(2026, 3, 10, 15))
            kpi = self.kpi["resolution"].with_context(tz="Europe/Madrid")
            kpi.period_days = 1
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(kpi.response_count, 1)
            self.assertIn(format_date(self.env, date(2026, 3, 10)), kpi.period_display)
            action = kpi.action_open_records()
            self.assertEqual(len(action["domain"][0][2]), 1)

    @freeze_time("2026-03-10")
    def test_a_company_without_target_is_neither_on_it_nor_off(self):
        for code in ("satisfaction", "resolution"):
            kpi = self.kpi[code]
            self.assertNotIn(kpi.status, ("no_target", "no_data"))
            kpi.target = 0
            self.assertEqual((kpi.status, kpi.target_display), ("no_target", "—"))

    @freeze_time("2026-03-10")
    def test_more_records_than_can_be_named_are_opened_as_facts(self):
        kpi = self.kpi["satisfaction"].with_user(self.management)
        count = kpi.response_count
        self.assertGreater(count, 1)
        module = "odoo.addons.airbag_client_mgmt.models.airbag_kpi.MAX_RECORDS"
        with patch(module, count):
            self.assertEqual(
                kpi.action_open_records()["res_model"], "survey.user_input"
            )
        with patch(module, count - 1):
            action = kpi.action_open_records()
        self.assertEqual(action["res_model"], self.report._name)
        self.assertEqual(action["views"][0], (False, "list"))
        self.assertEqual(self.report.search_count(action["domain"]), count)

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
        points = {point["x"]: point["y"] for point in line["values"]}
        months = [f"{month:02}/26" for month in range(2, 13)] + ["01/27"]
        self.assertEqual([point["x"] for point in line["values"]], months)
        self.assertIsNotNone(points["02/26"])
        self.assertIsNone(points["03/26"], "a month without data is a gap, not a zero")

    @freeze_time("2026-03-10")
    def test_card_line_has_a_gap_where_all_is_pending(self):
        """Nothing of the month was decided yet: its value is none, and no zero."""
        self.tickets[1].write({"kind": "query"})  # the one resolved in February
        self.env.flush_all()
        self.env.invalidate_all()
        (line,) = json.loads(self.kpi["resolution"].monthly_graph)
        points = {point["x"]: point["y"] for point in line["values"]}
        self.assertIsNone(points["02/26"])
        self.assertIsNotNone(points["01/26"])

    @freeze_time("2026-03-10 15:00")
    def test_form_shows_what_was_divided(self):
        kpi = self.kpi["satisfaction"]
        kpi.period_days = 30
        self.assertEqual((kpi.numerator, kpi.response_count), (1, 2))
        self.assertEqual(kpi.numerator_display, "1")
        days = (
            format_date(self.env, day) for day in (date(2026, 2, 9), date(2026, 3, 10))
        )
        self.assertEqual(kpi.period_display, " – ".join(days))
        self.assertEqual(kpi.previous_display, kpi._format(200 / 3))

    def test_one_indicator_reads_its_own_registers(self):
        """Whether it is asked for by id, by code or by another of its fields."""
        for domain in (
            [("kpi_id", "=", self.kpi["retention"].id)],
            [("kpi_id", "in", self.kpi["retention"].ids)],
            [("kpi_id.code", "=", "retention"), ("company_id", "=", self.company.id)],
            [("kpi_id.code", "in", ["retention", "renewal_contact"])],
            [("kpi_id", "any", [("code", "=", "retention")])],
        ):
            query = self.report._search(domain)
            value = self.report._read_group_select("value:avg", query)
            self.env.cr.execute(SQL("EXPLAIN %s", query.select(value)))
            plan = " ".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn("sale_order", plan)
            for table in ("survey_user_input", "helpdesk_ticket", "intervention"):
                self.assertNotIn(table, plan, domain)

    def test_figures_that_count_no_customers_sort_nothing(self):
        query = self.report._search([("kpi_id.code", "=", "contact")])
        value = self.report._read_group_select("value:avg", query)
        self.assertNotIn("DISTINCT", value.code)
        query = self.report._search([("kpi_id.code", "=", "retention")])
        value = self.report._read_group_select("value:avg", query)
        self.assertIn("DISTINCT", value.code)

    def test_promised_visits_are_those_of_the_contracts(self):
        """The contract and the indicator count the same visits."""
        contracts = self.env["sale.order"].browse([c.id for c in self.contracts])
        rows = self.report._read_group(
            [("kpi_id.code", "=", "visits"), ("partner_id", "in", self._get_fleet())],
            [],
            ["numerator:sum", "denominator:sum"],
        )
        every = self.env["sale.order"].search([("id", "in", contracts.ids)])
        renewals = every.renewal_order_ids
        for fname, found in zip(("visits_done", "visits_due"), rows[0], strict=True):
            self.assertEqual(found, sum((every | renewals).mapped(fname)), fname)
        self.assertTrue(rows[0][1])

    def test_an_update_finds_the_same_days(self):
        """The script of the update fills in what the ORM computes for new ones."""
        days = {
            "airbag.intervention": ["promised_date"],
            "helpdesk.ticket": ["incident_date", "commitment_date"],
            "sale.order": ["renewal_first_contacted_on"],
        }

        def read():
            self.env.invalidate_all()
            return {
                (record._name, record.id, name): record[name]
                for model, names in days.items()
                for record in self.env[model].with_context(active_test=False).search([])
                for name in names
            }

        self.contracts[3].action_log_renewal_contact()
        self.tickets[1].category_id = self.env.ref(
            "airbag_client_mgmt.helpdesk_category_general"
        )
        self.env.flush_all()
        before = read()
        for model, names in days.items():
            for name in names:
                self.assertTrue(any(before[key] for key in before if key[2] == name))
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = NULL",
                        SQL.identifier(self.env[model]._table),
                        SQL.identifier(name),
                    )
                )
        self._migrate("pre-kpi")
        self.assertEqual(read(), before)

    def _migrate(self, name):
        """Run a script of the update; return it."""
        folder = f"{get_module_path('airbag_client_mgmt')}/migrations/19.0.1.3.0"
        spec = importlib.util.spec_from_file_location("script", f"{folder}/{name}.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.2.0")
        return script

    def test_an_update_words_the_formula_that_nobody_changed(self):
        kpi = self.kpi["satisfaction"]

        def update(formula):
            """Return what an update leaves of a formula, by language."""
            self.env.cr.execute(
                "UPDATE airbag_kpi SET formula = %s WHERE id = %s",
                [Json(formula), kpi.id],
            )
            self._migrate("post-kpi-formula")
            self.env.cr.execute(
                "SELECT formula FROM airbag_kpi WHERE id = %s", [kpi.id]
            )
            return self.env.cr.fetchone()[0]

        self.env.flush_all()
        self.env.cr.execute("SELECT formula FROM airbag_kpi WHERE id = %s", [kpi.id])
        new = self.env.cr.fetchone()[0]["en_US"]
        old = self._migrate("post-kpi-formula").OLD["kpi_satisfaction"]
        english, spanish = sorted(old, reverse=True)
        # The translation is loaded after it, where there is none.
        self.assertEqual(update({"en_US": english, "es_419": spanish}), {"en_US": new})
        for kept in (
            {"en_US": "As the board decided"},
            {"en_US": english, "es_419": "Lo que decidió la junta"},
        ):
            self.assertEqual(update(kept), kept)

    def _get_fleet(self):
        return self._get_own_domain()[0][2]

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
            self.assertEqual(action["display_name"], self.kpi[code].name)
            records = self.env[model].search(action["domain"])
            self.assertTrue(records)
            fact = self.report.search(
                [("kpi_id", "=", self.kpi[code].id), ("res_id", "in", records.ids)],
                limit=1,
            )
            opened = fact.with_user(self.management).action_open_record()
            self.assertEqual(
                (opened["res_model"], opened["res_id"]), (model, fact.res_id)
            )

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
        # Customer Care reads no contracts: the facts instead, and each as it is.
        kpi = self.kpi["retention"].with_user(managers["kpi_care"])
        action = kpi.action_open_records()
        self.assertEqual(action["res_model"], self.report._name)
        facts = self.report.with_user(managers["kpi_care"]).search(action["domain"])
        self.assertEqual(facts.kpi_id, self.kpi["retention"])
        with self.assertRaises(AccessError):
            facts[0].action_open_record()
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
