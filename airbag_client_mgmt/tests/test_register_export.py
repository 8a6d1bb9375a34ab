# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .register_common import RegisterCommon

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
class TestRegisterExport(RegisterCommon):
    """The registers of PRO 008 §6 as spreadsheets."""

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

    def test_a_spreadsheet_is_its_owner_s(self):
        wizard = self._wizard("satisfaction")
        self._export(wizard)
        wizard.invalidate_recordset()
        with self.assertRaises(AccessError):
            wizard.with_user(self.other_seller).read(["file"])
