# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..tools.register import chunks

#: Rows laid out together: the engine that prints slows down on longer tables.
ROWS_TOGETHER = 100


class ReportRegister(models.AbstractModel):
    """The controlled PDF of a register. PRO 008 §6."""

    _name = "report.airbag_client_mgmt.report_register"
    _description = "Controlled Register"

    # === BUSINESS METHODS === #
    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template prints of each wizard."""
        wizards = self.env["airbag.register.print"].browse(docids)
        wizards.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": wizards._name,
            "docs": wizards,
            "registers": [self._prepare_register(wizard) for wizard in wizards],
        }

    @api.model
    def _prepare_register(self, wizard):
        """Return one register as strings, nothing left to ask the database."""
        table = wizard._get_table()
        columns = [column for column in table.columns if column.width]
        details = [column for column in table.columns if not column.width]
        format_value = self._get_formatter()
        rows = [
            {
                "no": row["no"],
                "cells": [format_value(row[col.name], col.kind) for col in columns],
                "details": [
                    (col.label, format_value(row[col.name], col.kind))
                    for col in details
                    if row[col.name] is not None
                ],
            }
            for row in table.rows
        ]
        return {
            "company": wizard.company_id,
            "title": wizard._get_title(),
            "form": wizard._get_form(),
            "period": wizard._get_period(),
            "columns": columns,
            "parts": chunks(rows, ROWS_TOGETHER),
            "totals": [
                format_value(table.totals.get(col.name), col.kind) for col in columns
            ]
            if table.totals and table.rows
            else [],
            "summaries": [
                summary._replace(
                    rows=[
                        [format_value(value, "number") for value in row]
                        for row in summary.rows
                    ]
                )
                for summary in table.summaries
            ],
        }

    @api.model
    def _get_formatter(self):
        """Return the function that writes a value: dates as the procedure does."""
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")

        def format_value(value, kind):
            if value is None or value is False:
                return ""
            if kind == "date":
                return value.strftime("%d.%m.%Y")
            if kind == "money":
                return lang.format("%.2f", value, grouping=True)
            if isinstance(value, float):
                return lang.format("%.1f", value, grouping=True)
            return str(value)

        return format_value
