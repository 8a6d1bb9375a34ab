# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import date, datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import format_date

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiCard(KpiCommon):
    """The card of an indicator, and the records that it opens. PRO 008 §7."""

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
    def test_archived_evidence_is_opened_too(self):
        self.tickets[0].active = False
        action = self.kpi["resolution"].action_open_records()
        found = self.env["helpdesk.ticket"].with_context(**action["context"])
        self.assertIn(self.tickets[0], found.search(action["domain"]))

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
