# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import formatLang

#: Records named of each list; the rest is counted.
NAMES_SHOWN = 15
#: Months beside each other in one table.
MONTHS_IN_ROW = 12


class AirbagAuditFile(models.TransientModel):
    """The sections of the audit file: the matrix and the indicators. PRO 008 §5, §7.

    Each figure is read from the very fields and facts that the windows show.
    """

    _inherit = "airbag.audit.file"

    # === BUSINESS METHODS === #
    def _get_audit_sections(self):
        return [
            *super()._get_audit_sections(),
            self._get_matrix_section(),
            self._get_missing_section(),
            self._get_kpi_section(),
        ]

    def _get_steps(self):
        return self.env["airbag.procedure.step"].search([("section", "!=", False)])

    def _get_matrix_section(self):
        return self._prepare_section(
            10,
            self.env._("Matrix of the Procedure"),
            "audit_matrix",
            sections=[
                (self._get_label(steps[0], "section"), steps)
                for steps in self._get_steps().grouped("section").values()
            ],
        )

    def _get_missing_section(self):
        """Name the records that lack evidence, step by step."""
        steps = self._get_steps()
        period = steps._get_period()
        rows = []
        for step in steps.filtered("missing_count"):
            names = step._get_missing_names(period, NAMES_SHOWN)
            rows.append((step, names, step.missing_count - len(names)))
        return self._prepare_section(
            20, self.env._("Records without Evidence"), "audit_missing", rows=rows
        )

    def _get_kpi_section(self):
        """Give each indicator its value in the period, and month by month."""
        period = self._get_steps()._get_period()
        domain = Domain("date", ">=", period.first) & Domain("date", "<=", period.last)
        facts = self.env["airbag.kpi.report"]
        sums = ["numerator:sum", "denominator:sum", "pending:sum", "value:avg"]
        totals = {
            kpi: figures
            for kpi, *figures in facts._read_group(domain, ["kpi_id"], sums)
        }
        months = defaultdict(list)
        for kpi, month, *figures in facts._read_group(
            domain, ["kpi_id", "date:month"], sums, order="date:month"
        ):
            months[kpi].append((f"{month:%m/%y}", *figures))
        kpis = self.env["airbag.kpi"].search([("active", "=", True)])
        return self._prepare_section(
            30,
            self.env._("Indicators"),
            "audit_kpis",
            rows=[
                {
                    "kpi": kpi,
                    "figures": self._format_figures(kpi, totals.get(kpi)),
                    "months": [
                        [
                            (label, *self._format_figures(kpi, figures))
                            for label, *figures in months[kpi][start:stop]
                        ]
                        for start, stop in self._get_month_rows(months[kpi])
                    ],
                }
                for kpi in kpis
            ],
        )

    def _get_month_rows(self, months):
        """Return where the rows of months begin and end: as many as a page is wide."""
        return [
            (start, start + MONTHS_IN_ROW)
            for start in range(0, len(months), MONTHS_IN_ROW)
        ]

    def _format_figures(self, kpi, figures):
        """Return value, numerator ÷ denominator and pending, as texts.

        A value without data is blank.
        """
        numerator, denominator, pending, value = figures or (0, 0, 0, None)
        if not denominator:
            return ("—", "", f"{pending:.0f}")
        digits = 0 if numerator == int(numerator) else 1
        quotient = " ÷ ".join(
            (
                formatLang(self.env, numerator, digits=digits),
                formatLang(self.env, denominator, digits=0),
            )
        )
        return (kpi._format(value), quotient, f"{pending:.0f}")

    def _format_coverage(self, record):
        """Return the coverage of a step or of an evidence; blank without data."""
        if not record.expected_count:
            return "—"
        return f"{formatLang(self.env, record.coverage, digits=1)} %"

    def _get_label(self, record, fname):
        """Return what a selection of a record is called, in the report's language."""
        return self._get_labels(record, fname).get(record[fname], "")

    def _get_labels(self, model, fname):
        return dict(model._fields[fname]._description_selection(self.env))
