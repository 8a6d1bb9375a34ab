# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .register_common import RegisterCommon


@tagged("post_install", "-at_install")
class TestRegisterRows(RegisterCommon):
    """Which rows a register has: of whom, chosen how, at what cost. PRO 008 §6."""

    # --- rights ---
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

    def test_one_company_at_a_time(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.quality.company_ids |= other
        wizard = self._wizard("satisfaction").with_context(
            allowed_company_ids=(self.company | other).ids
        )
        wizard.company_id = other
        self.assertFalse(wizard._search_rows())

    def test_quality_manager_sees_the_menus(self):
        second = new_test_user(
            self.env, "menu_manager", "airbag_client_mgmt.group_quality_reviewer"
        )
        visible = self.env["ir.ui.menu"].with_user(second)._visible_menu_ids()
        for name in ("menu_register_print", "menu_register_contract", "menu_documents"):
            self.assertIn(self.env.ref(f"airbag_client_mgmt.{name}").id, visible)

    # --- rows and periods asked for ---
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

    def test_rows_chosen_are_not_a_way_around(self):
        wizard = self._wizard(
            "satisfaction", self.other_seller, row_ids=self.answers.ids
        )
        self.assertEqual(len(self._get_cells(self._print(wizard))), 2)

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
