# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import date

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REGISTERS = [
    ("contract", "Quotations and contracts"),
    ("satisfaction", "Customer satisfaction"),
    ("complaint", "Complaints and requests"),
]
#: More rows than these are no printed matter: laying them out takes longer than the
#: two minutes after which a server gives a request up.
MAX_PRINTED_ROWS = 2000
#: What the lists of the registers show.
MODELS = {
    "sale.order": "contract",
    "survey.user_input": "satisfaction",
    "helpdesk.ticket": "complaint",
}


class AirbagRegisterPrint(models.TransientModel):
    """Asks which register of PRO 008 §6 to print or export, and of which period.

    Opened from the menu, or from a list for the rows chosen there. Whoever asks
    gets the rows they may read.
    """

    _name = "airbag.register.print"
    _description = "Print a Register"

    # === FIELDS === #
    register = fields.Selection(
        selection=REGISTERS, required=True, default="satisfaction"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        string="From", default=lambda self: self._get_first_day_of_year()
    )
    date_to = fields.Date(
        string="To", default=lambda self: self.env.company._get_service_today()
    )
    only_open = fields.Boolean(
        help="Only what somebody still has to do something about."
    )
    row_ids = fields.Json(string="Rows Chosen")
    row_count = fields.Integer(compute="_compute_row_count")
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(readonly=True)

    # === COMPUTE METHODS === #
    @api.depends("row_ids", "register", "company_id")
    def _compute_row_count(self):
        for wizard in self:
            wizard.row_count = len(wizard._search_rows()) if wizard.row_ids else 0

    # === CRUD METHODS === #
    @api.model
    def default_get(self, fields_list):
        """Take the rows chosen in a list."""
        values = super().default_get(fields_list)
        context = self.env.context
        register = MODELS.get(context.get("active_model"))
        if register and context.get("active_ids"):
            rows = self.env[context["active_model"]].browse(context["active_ids"])
            companies = rows.company_id
            if len(companies) > 1:
                raise UserError(
                    self.env._(
                        "A register is of one company: choose rows of one of them."
                    )
                )
            values |= {
                "register": register,
                "row_ids": rows.ids,
                "company_id": (companies or self.env.company).id,
            }
        return values

    # === ACTION METHODS === #
    def action_print(self):
        """Return the controlled PDF.

        :raise UserError: if the period is wrong, or too long to be printed; or if no
            row chosen belongs into the register
        """
        self.ensure_one()
        count = len(self._search_rows())
        if self.row_ids and not count:
            raise UserError(
                self.env._("None of the rows chosen belongs into this register.")
            )
        if count > self._get_max_rows():
            raise UserError(
                self.env._(
                    "The register has %(count)s rows: print at most %(limit)s at "
                    "once. Choose a shorter period, or export it to Excel.",
                    count=count,
                    limit=self._get_max_rows(),
                )
            )
        return self.env.ref("airbag_client_mgmt.action_report_register").report_action(
            self, config=False
        )

    def action_export(self):
        """Return the register as a spreadsheet.

        :raise AccessError: for who may not export data
        """
        self.ensure_one()
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(self.env._("You may not export data."))
        self.write(
            {
                "file": base64.b64encode(self._render_xlsx()),
                "file_name": f"{self._get_file_name()}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?download=true"
            "&filename_field=file_name",
            "target": "self",
        }

    # === BUSINESS METHODS === #
    @api.model
    def _get_first_day_of_year(self):
        today = self.env.company._get_service_today()
        return date(today.year, 1, 1)

    @api.model
    def _get_max_rows(self):
        return MAX_PRINTED_ROWS

    def _get_register(self):
        """Return the model that knows the register."""
        self.ensure_one()
        return self.env[f"airbag.register.{self.register}"]

    def _search_rows(self):
        """Return the rows asked for, of those that the user may read."""
        self.ensure_one()
        self._check_period()
        register = self._get_register()
        if self.row_ids:
            return register._search_rows(self.company_id, ids=self.row_ids)
        return register._search_rows(
            self.company_id, self.date_from, self.date_to, self.only_open
        )

    def _check_period(self):
        """:raise UserError: saying what is wrong with the period."""
        if self.row_ids:
            return
        if not self.date_from or not self.date_to:
            raise UserError(self.env._("Say the first and the last day of the period."))
        if self.date_from > self.date_to:
            raise UserError(
                self.env._("The period ends before it begins: correct its days.")
            )

    def _get_table(self):
        """Return the register, ready to be printed or exported."""
        rows = self._search_rows()
        return self._get_register()._get_table(rows, self.company_id)

    def _get_title(self):
        """Return the name of the register: that of its controlled document."""
        titles = {
            "contract": self.env._("Service Quotation and Contract Register"),
            "satisfaction": self.env._("Customer Satisfaction Register"),
            "complaint": self.env._("Complaints and Requests Register"),
        }
        return titles[self.register]

    def _get_form(self):
        """Return the version of the form in force today: the list is made today."""
        return self.company_id._get_form(self.register)

    def _get_period(self):
        """Return in words what the register covers."""
        if self.row_ids:
            # Not each row of a list belongs into its register.
            count = len(self._search_rows())
            return self.env._("%(count)s selected rows", count=count)
        period = f"{self.date_from:%d.%m.%Y} – {self.date_to:%d.%m.%Y}"
        if self.only_open:
            return self.env._("%(period)s, only open", period=period)
        return period

    def _get_file_name(self):
        """Return the name of the file, without what file systems do not like."""
        form = self._get_form()
        days = "" if self.row_ids else f"{self.date_from} {self.date_to}"
        parts = (form and form.code, self._get_title(), days)
        return " ".join(part for part in parts if part).replace("/", "-")

    # === SPREADSHEET === #
    def _render_xlsx(self):
        """Return the bytes of the workbook: the register, and its summaries."""
        table = self._get_table()
        output = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(output, {**options, "strings_to_urls": False}) as book:
            formats = self._add_formats(book)
            sheet = book.add_worksheet(self.env._("Register"))
            self._write_rows(sheet, table, formats)
            sheet = book.add_worksheet(self.env._("Summary"))
            self._write_summaries(sheet, table.summaries, formats)
        return output.getvalue()

    def _add_formats(self, book):
        return {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "bold": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "dd.mm.yyyy", "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
            "number": book.add_format({"num_format": "0.##", "valign": "top"}),
            "hours": book.add_format({"num_format": "0.0", "valign": "top"}),
        }

    def _write_rows(self, sheet, table, formats):
        form = self._get_form()
        sheet.write_string(0, 0, self._get_title(), formats["title"])
        sheet.write_string(1, 0, f"{self.company_id.name} · {self._get_period()}")
        sheet.write_string(2, 0, form.label if form else "")
        head = 4
        sheet.write_string(head, 0, self.env._("No."), formats["header"])
        for index, column in enumerate(table.columns, 1):
            sheet.set_column(index, index, max(column.width * 1.6, 11))
            sheet.write_string(head, index, column.label, formats["header"])
        for row in table.rows:
            line = head + row["no"]
            sheet.write_number(line, 0, row["no"], formats["text"])
            for index, column in enumerate(table.columns, 1):
                self._write_value(
                    sheet, line, index, row[column.name], formats[column.kind]
                )
        last = head + len(table.rows)
        for index, column in enumerate(table.columns, 1):
            if column.name in table.totals and table.rows:
                total = table.totals[column.name]
                sheet.write_number(last + 1, index, total, formats["bold"])
        sheet.autofilter(head, 0, max(last, head + 1), len(table.columns))
        sheet.freeze_panes(head + 1, 2)

    def _write_summaries(self, sheet, summaries, formats):
        line = 0
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 7, 16)
        for summary in summaries:
            sheet.write_string(line, 0, summary.title, formats["title"])
            for index, header in enumerate(summary.headers):
                sheet.write_string(line + 1, index, header, formats["header"])
            for row in summary.rows:
                for index, value in enumerate(row):
                    self._write_value(sheet, line + 2, index, value, formats["number"])
                line += 1
            line += 3

    def _write_value(self, sheet, line, index, value, style):
        """Write one cell; what nobody knows stays empty."""
        if value is None or value is False:
            return
        if isinstance(value, date):
            sheet.write_datetime(line, index, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(line, index, value, style)
        else:
            sheet.write_string(line, index, value, style)
