# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import date, datetime, timedelta

from lxml import html
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .satisfaction_common import SatisfactionCommon

REPORT = "airbag_client_mgmt.report_register"
#: Fields of the export of each list that an auditor asks for.
AUDITED = {
    "airbag_client_mgmt.sale_order_register_view_list": (
        "sale.order",
        {"name", "date_order", "partner_id", "contract_start", "contract_end"}
        | {"amount_untaxed", "signed_by", "signed_on", "state", "contract_state"},
    ),
    "airbag_client_mgmt.survey_user_input_register_view_list": (
        "survey.user_input",
        {"intervention_id", "service_date", "customer_id", "contacted_on"}
        | {"contact_channel", "contact_user_id", "contact_timing", "contact_state"}
        | {"satisfaction_score", "is_satisfied", "analysis", "ticket_ids"},
    ),
    "helpdesk_mgmt.ticket_view_tree": (
        "helpdesk.ticket",
        {"number", "kind", "severity", "team_id", "user_id", "received_on"}
        | {"acknowledged_on", "resolution_deadline", "resolved_on", "stage_id"}
        | {"resolution_hours", "root_cause", "corrective_action", "reopen_count"}
        | {"effectiveness_result", "intervention_id", "order_id"},
    ),
}


@tagged("post_install", "-at_install")
class TestRegister(SatisfactionCommon):
    """The three registers of PRO 008 §6, printed and exported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english(cls.customer, cls.other_customer)
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Late visit", "kind": "complaint", "target_resolution_hours": 8}
        )

    def _wizard(self, register, user=None, start=None, end=None, **values):
        return (
            self.env["airbag.register.print"]
            .with_user(user or self.quality)
            .create(
                {
                    "register": register,
                    "date_from": start or date(2026, 1, 1),
                    "date_to": end or date(2026, 12, 31),
                    **values,
                }
            )
        )

    def _print(self, wizard):
        """Return the page of the register, parsed."""
        reports = self.env["ir.actions.report"].with_user(wizard.env.user)
        content = reports._render_qweb_html(REPORT, wizard.ids)[0]
        return html.fromstring(content.decode())

    def _texts(self, nodes):
        return [" ".join(node.text_content().split()) for node in nodes]

    def _get_cells(self, page):
        """Return the rows of the printed register, as lists of texts."""
        rows = page.xpath("//tr[contains(@class, 'o_airbag_register_row')]")
        return [self._texts(row.xpath("td")) for row in rows]

    def _get_summary(self, page, number=0):
        table = page.xpath("//table[@name='register_summary']")[number]
        rows = (self._texts(row.xpath("td")) for row in table.xpath("tbody/tr"))
        return {label: figures for label, *figures in rows}

    def _export(self, wizard):
        wizard.env.user.sudo().group_ids |= self.env.ref("base.group_allow_export")
        wizard.action_export()
        content = base64.b64decode(wizard.with_context(bin_size=False).file)
        return load_workbook(io.BytesIO(content))

    def _create_ticket(self, received, resolved=None, **values):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Late <b>again</b>",
                "description": "Text",
                "partner_id": self.customer.id,
                "category_id": self.category.id,
                "received_on": received,
                "user_id": False,
                **values,
            }
        )
        if resolved:
            ticket.sudo().write({"resolved_on": resolved})
        return ticket

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

    # --- the spreadsheet ---
    def test_the_spreadsheet_has_the_same_columns_and_figures(self):
        self.answers[1].with_user(self.quality).analysis = "=1+1"
        wizard = self._wizard("satisfaction")
        book = self._export(wizard)
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        self.assertIn("PRO 008-F2", lines[2][0])
        labels = [label for label in lines[4] if label]
        columns = wizard._get_register()._get_columns()
        self.assertEqual(labels, ["No.", *(column.label for column in columns)])
        score = labels.index("Score")
        rows = lines[5:10]
        self.assertEqual([row[score] for row in rows], [5, 2, 3, 4, 5])
        self.assertEqual(rows[3][labels.index("Service")], datetime(2026, 3, 31))
        self.assertEqual(rows[1][labels.index("Analysis")], "=1+1")
        cell = book.worksheets[0].cell(7, labels.index("Analysis") + 1)
        self.assertEqual(cell.data_type, "s", "what people write is no formula")
        self.assertIsNone(rows[0][labels.index("Complaint")])
        summary = {
            row[0]: row[1:4] for row in book.worksheets[1].iter_rows(values_only=True)
        }
        self.assertEqual(summary["Satisfied ÷ answered (%)"], (3, 5, 60))

    def test_the_other_registers_are_exported_too(self):
        self._create_ticket(datetime(2026, 5, 6, 14))
        order = self._create_contract(date_order="2026-06-01 15:00:00")
        for register in ("complaint", "contract"):
            book = self._export(self._wizard(register))
            self.assertGreater(book.worksheets[0].max_row, 5)
        lines = [row for row in book.worksheets[0].iter_rows(values_only=True)]
        self.assertIn(order.name, [row[1] for row in lines])

    def test_exporting_needs_its_right(self):
        self.assertTrue(self.management.has_group("base.group_allow_export"))
        self.salesperson.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self._wizard("satisfaction", self.salesperson).action_export()

    def test_lists_export_what_an_auditor_asks_for(self):
        for xmlid, (model, audited) in AUDITED.items():
            view = self.env.ref(xmlid)
            arch = self.env[model].get_view(view.id, "list")["arch"]
            shown = set(html.fromstring(arch).xpath("//field/@name"))
            self.assertLessEqual(audited, shown, xmlid)

    # --- rights and mistakes ---
    def test_a_register_has_the_rows_that_its_reader_may_read(self):
        for user, number in (
            (self.quality, 5),
            (self.management, 5),
            (self.care, 5),
            (self.salesperson, 3),
            (self.other_seller, 2),
        ):
            page = self._print(self._wizard("satisfaction", user))
            self.assertEqual(len(self._get_cells(page)), number, user.name)
        # Nor does rendering as the system show more.
        wizard = self._wizard("satisfaction", self.other_seller)
        self.assertEqual(len(wizard.sudo()._search_rows()), 2)
        with self.assertRaises(AccessError):
            self._wizard("satisfaction", self.technician)

    def test_rows_chosen_are_not_a_way_around(self):
        wizard = self._wizard(
            "satisfaction", self.other_seller, row_ids=self.answers.ids
        )
        self.assertEqual(len(self._get_cells(self._print(wizard))), 2)

    def test_one_company_at_a_time(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.company_ids |= other
        wizard = self._wizard("satisfaction").with_context(
            allowed_company_ids=(self.company | other).ids
        )
        wizard.company_id = other
        self.assertFalse(wizard._search_rows())

    def test_a_spreadsheet_is_its_owner_s(self):
        wizard = self._wizard("satisfaction")
        self._export(wizard)
        wizard.invalidate_recordset()
        with self.assertRaises(AccessError):
            wizard.with_user(self.other_seller).read(["file"])

    def test_rows_chosen_in_a_list(self):
        wizard = (
            self.env["airbag.register.print"]
            .with_user(self.quality)
            .with_context(
                active_model="survey.user_input", active_ids=self.answers[:2].ids
            )
            .create({})
        )
        self.assertEqual((wizard.register, wizard.row_count), ("satisfaction", 2))
        page = self._print(wizard)
        self.assertEqual(len(self._get_cells(page)), 2)
        self.assertIn("2 selected rows", page.text_content())

    def test_rows_chosen_that_are_in_no_register_are_not_counted(self):
        contract = self._create_contract()
        other = self.env["sale.order"].create({"partner_id": self.customer.id})
        wizard = self._wizard("contract", row_ids=(contract | other).ids)
        self.assertEqual(wizard.row_count, 1)
        self.assertIn("1 selected rows", self._print(wizard).text_content())
        wizard.row_ids = other.ids
        with self.assertRaisesRegex(UserError, "None of the rows"):
            wizard.action_print()

    def test_rows_of_two_companies_are_no_register(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.company_ids |= other
        orders = self._create_contract() | self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        wizards = self.env["airbag.register.print"].with_user(self.quality)
        wizards = wizards.with_context(
            allowed_company_ids=(self.company | other).ids,
            active_model="sale.order",
            active_ids=orders.ids,
        )
        with self.assertRaisesRegex(UserError, "one company"):
            wizards.default_get(["register"])

    def test_a_wrong_period_is_named(self):
        wizard = self._wizard(
            "satisfaction", start=date(2026, 2, 1), end=date(2026, 1, 1)
        )
        with self.assertRaisesRegex(UserError, "before it begins"):
            wizard.action_print()
        with self.assertRaisesRegex(UserError, "before it begins"):
            self.quality.group_ids |= self.env.ref("base.group_allow_export")
            wizard.action_export()
        wizard.date_to = False
        with self.assertRaisesRegex(UserError, "first and the last day"):
            wizard.action_print()

    def test_too_much_to_print_is_exported(self):
        self.patch(
            type(self.env["airbag.register.print"]), "_get_max_rows", lambda self: 4
        )
        with self.assertRaisesRegex(UserError, "5 rows"):
            self._wizard("satisfaction").action_print()

    # --- speed ---
    def _count_queries(self, register, records):
        self.env.flush_all()
        self.env.invalidate_all()
        wizard = self._wizard(register, row_ids=records.ids)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(wizard._get_table().rows), len(records))
        return self.env.cr.sql_log_count - before

    def _assert_constant(self, register, records):
        self._count_queries(register, records)
        few, many = records[:80], records
        self.assertEqual(
            self._count_queries(register, few), self._count_queries(register, many)
        )

    def test_complaints_cost_the_same_for_many(self):
        received = datetime(2026, 5, 6, 14)
        users = self.quality | self.care
        partners = self.customer | self.other_customer
        tickets = self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"T{number}",
                    "description": "Text",
                    "partner_id": partners[number % 2].id,
                    "category_id": self.category.id,
                    "received_on": received,
                    "user_id": users[number % 2].id,
                    "root_cause": "Cause",
                }
                for number in range(400)
            ]
        )
        self._assert_constant("complaint", tickets)

    def test_contracts_cost_the_same_for_many(self):
        order = self._create_contract(date_order="2026-06-01 15:00:00")
        orders = order.union(*(order.copy() for _number in range(39)))
        few, many = orders[:8], orders
        self._count_queries("contract", orders)
        self.assertEqual(
            self._count_queries("contract", few), self._count_queries("contract", many)
        )

    def test_surveys_cost_the_same_for_many(self):
        # Copied in the database: a done visit takes its time.
        self.env.cr.execute(
            """
            INSERT INTO survey_user_input (survey_id, company_id, customer_id,
                   partner_id, treatment_id, technician_id, service_date,
                   contact_state, state, intervention_id, access_token)
            SELECT survey_id, company_id, customer_id, partner_id, treatment_id,
                   technician_id, service_date, contact_state, state, NULL,
                   md5(random()::text)
              FROM survey_user_input, generate_series(1, 100)
             WHERE id IN %s
            RETURNING id
            """,
            [tuple(self.answers[:4].ids)],
        )
        rows = self.env["survey.user_input"].browse(
            row[0] for row in self.env.cr.fetchall()
        )
        register = self.env["airbag.register.satisfaction"]

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            register._get_table(records, self.company)
            return self.env.cr.sql_log_count - before

        count(rows)
        self.assertEqual(count(rows[:80]), count(rows))
        self.assertEqual(len(rows), 400)

    def test_quality_manager_sees_the_menus(self):
        second = new_test_user(
            self.env, "menu_manager", "airbag_client_mgmt.group_quality_reviewer"
        )
        visible = self.env["ir.ui.menu"].with_user(second)._visible_menu_ids()
        for name in ("menu_register_print", "menu_register_contract", "menu_documents"):
            self.assertIn(self.env.ref(f"airbag_client_mgmt.{name}").id, visible)
