# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people type into the cells: another case, spare blanks, no number, no day."""

import io
from datetime import date, datetime

import openpyxl

from odoo import fields
from odoo.tests import tagged

from .import_common import ImportCommon

CSV = {"date_format": "%Y-%m-%d", "datetime_format": "%Y-%m-%d %H:%M:%S"}


@tagged("post_install", "-at_install")
class TestImportCells(ImportCommon):
    def _refuse(self, kind, rows, *expected):
        """Rows are refused in the test and in the import; nothing is half-written."""
        model = self.env[f"airbag.import.{kind}"]
        target = self.env[model._fields["record_id"].comodel_name]
        before = model.search_count([]), target.search_count([])
        for dryrun in (True, False):
            result = self._import(kind, *rows, dryrun=dryrun, **CSV)
            self.assertRefused(result, *expected)
            for place, message in zip(
                [row for row, _fname, _text in expected],
                sorted(result["messages"], key=lambda told: told["rows"]["from"]),
                strict=True,
            ):
                self.assertIn(
                    f"Row {place + 2} ({rows[place]['external_id']}): ",
                    message["message"],
                )
            self.assertEqual(before, (model.search_count([]), target.search_count([])))

    def _to_xlsx(self, kind, *rows):
        """Return a spreadsheet whose cells keep their type."""
        model = self.env[f"airbag.import.{kind}"].with_context(lang="en_US")
        labels = model.fields_get(attributes=["string"])
        names = list(dict.fromkeys(name for row in rows for name in row))
        book = openpyxl.Workbook()
        book.active.append([labels[name]["string"] for name in names])
        for row in rows:
            book.active.append([row.get(name) for name in names])
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    # === NAMES AND NUMBERS === #
    def test_capitals_and_blanks_do_not_matter(self):
        """Documents, services and products are found however they were typed."""
        row = {**self._contract_row(service=" svc"), "number": " Old  1 "}
        contract = self._import_right("contract", row)
        self.assertEqual(contract.name, "Old 1")
        visit = self._import_right(
            "intervention",
            {
                **self._visit_row(customer=" test  FLEET ", contract="OLD  1 "),
                "number": " ot-1",
                "treatment": "t-diag",
                "technician": "TEST_technician",
                "products_used": "ab-1*2#L-7",
            },
        )
        self.assertEqual(visit.order_id, contract)
        self.assertEqual(visit.product_ids.product_id, self.airbag)
        answer = self._import_right("survey", self._survey_row(intervention=" OT-1 "))
        self.assertEqual(answer.intervention_id, visit)
        renewal = self._contract_row(2, contract_start="2024-01-15", renews="old 1")
        self.assertEqual(
            self._import_right("contract", renewal).renewed_order_id, contract
        )

    def test_a_number_in_capitals_is_the_same_number(self):
        self._import_right("contract", {**self._contract_row(), "number": "A-1"})
        row = {**self._contract_row(2), "number": " a-1"}
        self._refuse("contract", [row], (0, "number", "one with the number a-1"))

    def test_twice_in_a_file_is_told_of_rows_imported_before_too(self):
        """Whichever of the two is meant: the file does not say."""
        contract = self._import_right("contract", self._contract_row())
        row = self._contract_row
        again = [row(amount="1300"), row(amount="1400"), row(2)]
        again[1]["external_id"] = "con-1 "
        result = self._import("contract", *again)
        self.assertRefused(
            result,
            (0, "external_id", "is in the file twice"),
            (1, "external_id", "is in the file twice"),
        )
        self.assertEqual(contract.amount_untaxed, 1200)

    # === VALUES === #
    def test_values_that_are_none(self):
        """Each is named; Odoo itself stops at the first, and takes NaN for one."""
        row = self._contract_row
        values = ["-1", "nan", "inf", "-inf", "1e400", "1e20", "a lot", "1.2.3"]
        rows = [row(number, amount=value) for number, value in enumerate(values)]
        rows += [
            row(20, contract_months="twelve"),
            row(21, contract_months="1.5"),
            row(22, contract_months="99999999999"),
            row(23, visit_interval="-1"),
            row(24, visit_interval_unit="Moons"),
            row(25, amount=""),
        ]
        self._refuse(
            "contract",
            rows,
            (0, "amount", "is a number from 0 on"),
            *[(number, "amount", "to be a number") for number in range(1, 5)],
            (5, "amount", "is a number from 0 on"),
            (6, "amount", "to be a number"),
            (7, "amount", "to be a number"),
            (8, "contract_months", "to be an integer"),
            (9, "contract_months", "to be an integer"),
            (10, "contract_months", "from 1 to 1200"),
            (11, "visit_interval", "every 1 to 1200"),
            (12, "visit_interval_unit", "Moons"),
        )

    def test_values_that_are_none_by_another_way(self):
        """``load`` is called by others too: what it takes for a number is checked."""
        model = self.env["airbag.import.contract"].with_user(self.quality)
        model = model.with_context(import_file=True, lang="en_US")
        for value in ("nan", "inf", "-5"):
            row = self._contract_row(amount=value, visit_interval_unit="month")
            result = model.load(list(row), [list(row.values())])
            self.assertRefused(result, (0, "amount", "is a number from 0 on"))
        model = self.env["airbag.import.ticket"].with_user(self.quality)
        model = model.with_context(import_file=True, lang="en_US")
        for value in ("nan", "inf", "-5"):
            row = self._ticket_row(resolution_hours=value, kind="complaint")
            result = model.load(list(row), [list(row.values())])
            self.assertRefused(result, (0, "resolution_hours", "hours, more than"))

    def test_visit_numbers(self):
        self._import_right("contract", self._contract_row())
        row = self._visit_row
        values = ["-1", "99999999999", "first"]
        self._refuse(
            "intervention",
            [
                row(number, contract="CON-1", visit_number=value)
                for number, value in enumerate(values)
            ],
            (0, "visit_number", "from 1 on"),
            (1, "visit_number", "from 1 on"),
            (2, "visit_number", "to be an integer"),
        )

    # === DAYS === #
    def test_days_that_are_none(self):
        """Each is named once, not as missing too; Odoo itself stops at the first."""
        row = self._visit_row
        rows = [
            row(1, started_at="2023-02-30 09:00:00"),
            row(2, started_at="yesterday"),
            row(3, started_at="2023-01-18 or 19"),
            row(4, started_at="2023-01-18", finished_at="25:00"),
            row(5, started_at="1923-01-18 09:00:00", finished_at=""),
            row(6, started_at="2203-01-18 09:00:00", finished_at=""),
        ]
        self._refuse(
            "intervention",
            rows,
            (0, "started_at", "valid datetime"),
            (1, "started_at", "valid datetime"),
            (2, "started_at", "valid datetime"),
            (3, "finished_at", "valid datetime"),
            (4, "started_at", "is in the year 1923"),
            (5, "started_at", "is in the future"),
        )

    def test_days_of_contracts(self):
        row = self._contract_row
        today = self.company._get_service_today()
        later = str(date(today.year + 2, 1, 1))
        self._refuse(
            "contract",
            [
                row(1, contract_start="1923-01-15"),
                row(2, contract_start=later, signed_on=""),
                row(3, signed_on=later),
                row(4, contract_start="15/01/2023"),
                row(5, terminated_on=later, contract_months=""),
            ],
            (0, "contract_start", "is in the year 1923"),
            (1, "contract_start", f"is in the year {today.year + 2}"),
            (2, "signed_on", "is in the future"),
            (3, "contract_start", "valid date"),
            (4, "terminated_on", "is in the future"),
        )

    def test_contract_that_has_not_begun(self):
        """It is signed, by today at the latest."""
        today = self.company._get_service_today()
        start = fields.Date.add(today, days=20)
        row = self._contract_row(contract_start=str(start), signed_on="")
        contract = self._import_right("contract", row, **CSV)
        self.assertEqual(contract.contract_state, "signed")
        self.assertEqual(self.company._get_service_date(contract.date_order), today)

    # === SPREADSHEETS === #
    def test_cells_that_a_spreadsheet_made_days(self):
        """A number that was taken for a day is named, a code is read as text."""
        row = self._contract_row(contract_start=date(2023, 1, 15), signed_on=None)
        content = self._to_xlsx(
            "contract",
            {**row, "amount": date(2023, 1, 1)},
            {**self._contract_row(2), **row, "external_id": "B", "number": "B"}
            | {"contract_months": datetime(1900, 1, 12)},
        )
        result = self._upload("airbag.import.contract", content, "x.xlsx")
        self.assertRefused(
            result,
            (0, "amount", "to be a number"),
            (1, "contract_months", "to be an integer"),
        )
        code = date(2023, 1, 15)
        content = self._to_xlsx("contract", {**row, "external_id": code})
        result = self._upload("airbag.import.contract", content, "x.xlsx")
        self.assertTrue(result["ids"], result["messages"])
        made = self.env["airbag.import.contract"].browse(result["ids"])
        self.assertEqual(made.external_id, "2023-01-15")
        self.assertEqual(made.record_id.contract_start, code)

    # === WHAT THE SCREEN IS TOLD === #
    def test_a_column_the_file_does_not_have(self):
        """Told at the top, where the screen counts by ``record``: the same row."""
        rows = [self._visit_row(number, license_plate="") for number in (1, 2)]
        for row in rows:
            del row["treatment"]
        messages = self._import("intervention", *rows)["messages"]
        self.assertEqual([message["record"] for message in messages], [2, 3])
        self.assertEqual(len({message["message"] for message in messages}), 2)

    def test_what_odoo_says_names_the_row_too(self):
        """It says the same of each; the screen shows equal texts once."""
        rows = [self._ticket_row(number, state="Half done") for number in (1, 2)]
        messages = self._import("ticket", *rows)["messages"]
        self.assertEqual(
            [message["message"].split(":")[0] for message in messages],
            ["Row 2 (QUE-1)", "Row 3 (QUE-2)"],
        )
        self.assertTrue(all(message["names_row"] for message in messages))
