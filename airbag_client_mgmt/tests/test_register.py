# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged

from .register_common import RegisterCommon


@tagged("post_install", "-at_install")
class TestRegister(RegisterCommon):
    """The three registers of PRO 008 §6, printed."""

    # --- satisfaction ---
    def test_the_satisfaction_register_says_what_the_rows_say(self):
        owed = self._create_owed(datetime(2026, 4, 20, 15))
        owed.sudo().write({"contact_state": "waived", "waive_reason": "Same day"})
        page = self._print(self._wizard("satisfaction"))
        rows = self._get_cells(page)
        self.assertEqual([row[0] for row in rows], ["1", "2", "3", "4", "5", "6"])
        mine = self.env["survey.user_input"].search(
            [("intervention_id", "!=", False), ("service_date", ">=", "2026-01-01")],
            order="service_date, id",
        )
        self.assertEqual([row[1] for row in rows], mine.intervention_id.mapped("name"))
        # 3 a.m. in UTC is still the evening before.
        self.assertEqual(rows[3][2], "31.03.2026")
        scores = [row[12] for row in rows]
        self.assertEqual(scores, ["5.0", "2.0", "3.0", "4.0", "5.0", ""])
        self.assertEqual(
            [row[13] for row in rows], ["Yes", "No", "No", "Yes", "Yes", ""]
        )
        summary = self._get_summary(page)
        self.assertEqual(summary["Surveys"], ["6", "", ""])
        self.assertEqual(summary["Waived"], ["1", "", ""])
        self.assertEqual(summary["Satisfied ÷ answered (%)"], ["3", "5", "60.0"])
        self.assertEqual(summary["Answered ÷ contacted (%)"], ["5", "5", "100.0"])
        self.assertEqual(summary["Average score (1 to 5)"], ["", "5", "3.8"])

    def test_a_period_includes_its_days(self):
        wizard = self._wizard(
            "satisfaction", start=date(2026, 1, 20), end=date(2026, 3, 31)
        )
        self.assertEqual(len(self._get_cells(self._print(wizard))), 3)
        wizard.date_to = date(2026, 3, 30)
        self.assertEqual(len(self._get_cells(self._print(wizard))), 2)

    def test_nothing_to_divide_is_blank(self):
        self._create_owed(datetime(2025, 3, 3, 15))
        wizard = self._wizard(
            "satisfaction", start=date(2025, 3, 1), end=date(2025, 3, 31)
        )
        page = self._print(wizard)
        self.assertEqual(self._get_cells(page)[0][12], "")
        summary = self._get_summary(page)
        self.assertEqual(summary["Satisfied ÷ answered (%)"], ["0", "0", ""])
        self.assertEqual(summary["Average score (1 to 5)"], ["", "0", ""])
        empty = self._print(
            self._wizard("satisfaction", start=date(2020, 1, 1), end=date(2020, 1, 2))
        )
        self.assertTrue(empty.xpath("//p[@name='register_empty']"))
        self.assertFalse(empty.xpath("//table[@name='register_summary']"))

    def test_only_what_is_open(self):
        owed = self._create_owed(datetime(2026, 4, 20, 15))
        wizard = self._wizard("satisfaction", only_open=True)
        rows = self._get_cells(self._print(wizard))
        self.assertEqual([row[1] for row in rows], [owed.intervention_id.name])
        self.assertIn("only open", wizard._get_period())

    # --- complaints ---
    def test_the_complaint_register_says_what_the_rows_say(self):
        # Wednesday morning in Bogota; eight working hours are the target.
        received = datetime(2026, 5, 6, 14)
        fast = self._create_ticket(received, received + timedelta(hours=2))
        slow = self._create_ticket(
            received + timedelta(minutes=1),
            received + timedelta(days=5),
            root_cause="Two <i>orders</i>",
        )
        late = self._create_ticket(received + timedelta(minutes=2))
        night = self._create_ticket(datetime(2026, 5, 8, 2), kind="query")
        archived = night.copy({"received_on": datetime(2026, 5, 9, 14)})
        archived.active = False
        self.env.flush_all()
        wizard = self._wizard("complaint", start=date(2026, 5, 6), end=date(2026, 5, 9))
        page = self._print(wizard)
        rows = self._get_cells(page)
        tickets = fast | slow | late | night | archived
        self.assertEqual([row[1] for row in rows], tickets.mapped("number"))
        self.assertEqual(rows[3][2], "07.05.2026", "still the evening before")
        self.assertEqual([row[13] for row in rows[:3]], ["Yes", "No", "No"])
        self.assertEqual(rows[2][12], "", "nobody knows the hours of what is open")
        hours = [fast.resolution_hours, slow.resolution_hours]
        self.assertEqual([row[12] for row in rows[:2]], [f"{h:.1f}" for h in hours])
        details = page.xpath("//tr[contains(@class, 'o_airbag_register_details')]")
        self.assertIn("Two <i>orders</i>", details[1].text_content())
        self.assertFalse(page.xpath("//td//i | //td//b"))
        summary = self._get_summary(page)
        self.assertEqual(
            summary["Complaint"], ["3", "2", "0", "1", "33.3", f"{sum(hours) / 2:.1f}"]
        )
        self.assertEqual(summary["Total"][:4], ["5", "2", "0", "3"])

    def test_an_open_ticket_has_no_hours_in_any_average(self):
        received = datetime(2026, 5, 6, 14)
        done = self._create_ticket(received, received + timedelta(hours=2))
        self._create_ticket(received)
        self.env.flush_all()
        [(average,)] = self.env["helpdesk.ticket"]._read_group(
            [("category_id", "=", self.category.id)], [], ["resolution_hours:avg"]
        )
        self.assertEqual(average, done.resolution_hours)
        self.assertGreater(average, 0)

    # --- quotations and contracts ---
    def test_the_contract_register_says_what_the_rows_say(self):
        signed, asked, lost = (
            self._create_contract(date_order=f"2026-06-0{number} 15:00:00")
            for number in (1, 2, 3)
        )
        with freeze_time("2026-06-01 15:00:00"):
            signed.action_confirm()
        lost._action_cancel()
        other = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "date_order": "2026-06-02 15:00:00"}
        )
        self.env.flush_all()
        wizard = self._wizard("contract", start=date(2026, 6, 1), end=date(2026, 6, 3))
        page = self._print(wizard)
        rows = self._get_cells(page)
        self.assertEqual(
            [row[1] for row in rows], (signed | asked | lost).mapped("name")
        )
        self.assertNotIn(other.name, [row[1] for row in rows])
        self.assertEqual(rows[0][4], "Diagnosis service")
        self.assertEqual([row[7] for row in rows], ["100.00", "100.00", ""])
        total = self._texts(page.xpath("//tr[@name='register_totals']/td"))
        self.assertIn("200.00", total)
        summary = self._get_summary(page, 1)
        self.assertEqual(summary, {"2": ["1", "50.0"]})

    def test_amounts_of_several_currencies_are_not_added(self):
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", self.company.currency_id.id)], limit=1)
        other.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Other", "currency_id": other.id}
        )
        self._create_contract(date_order="2026-06-01 15:00:00")
        order = self._create_contract(date_order="2026-06-01 16:00:00")
        order.pricelist_id = pricelist
        self.assertEqual(order.currency_id, other)
        wizard = self._wizard("contract", start=date(2026, 6, 1), end=date(2026, 6, 1))
        page = self._print(wizard)
        self.assertFalse(page.xpath("//tr[@name='register_totals']"))
        self.assertIn("·", self._get_summary(page)["Total"][1])

    # --- the form ---
    def test_the_header_is_that_of_the_controlled_form(self):
        for register, code in (
            ("contract", "PRO 008-F1"),
            ("satisfaction", "PRO 008-F2"),
            ("complaint", "PRO 008-F3"),
        ):
            wizard = self._wizard(register)
            page = self._print(wizard)
            header = page.xpath("//div[contains(@class, 'header')]")[0].text_content()
            for text in (
                code,
                "01.12.2024",
                self.company.name,
                "01.01.2026 – 31.12.2026",
            ):
                self.assertIn(text, header)
            self.assertTrue(wizard._get_file_name().startswith(code))

    def test_columns_fill_the_page(self):
        for register in ("contract", "satisfaction", "complaint"):
            columns = self.env[f"airbag.register.{register}"]._get_columns()
            self.assertLessEqual(sum(column.width for column in columns), 115)
            names = [column.name for column in columns]
            self.assertEqual(len(names), len(set(names)))
