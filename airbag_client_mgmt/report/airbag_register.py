# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools.register import Table


class AirbagRegister(models.AbstractModel):
    """What the three registers of PRO 008 §6 have in common.

    A register is read with the rights of who asks for it, and put together for the
    printed form and the spreadsheet alike. Called by ``airbag.register.print`` and
    by whatever else shows a register of a period.
    """

    _name = "airbag.register"
    _description = "Register"

    # === THE REGISTER: to be defined by each === #
    @api.model
    def _get_model(self):
        """Return the records of the register, with the rights of the user."""
        raise NotImplementedError

    @api.model
    def _get_domain(self, company):
        """Return what belongs into the register of a company."""
        raise NotImplementedError

    @api.model
    def _get_period_domain(self, company, start, end):
        """Return what belongs into a period, its first and last local day included."""
        raise NotImplementedError

    @api.model
    def _get_open_domain(self):
        """Return what somebody still has to do something about."""
        raise NotImplementedError

    @api.model
    def _get_order(self):
        raise NotImplementedError

    @api.model
    def _get_columns(self):
        """Return the columns; a test keeps their widths within the page."""
        raise NotImplementedError

    @api.model
    def _get_row(self, record, company):
        """Return {column: value} of one record; what nobody knows is None."""
        raise NotImplementedError

    @api.model
    def _get_summaries(self, records):
        """Return the tables at the end; shares are of their own group."""
        raise NotImplementedError

    # === BUSINESS METHODS === #
    @api.model
    def _search_rows(self, company, start=None, end=None, only_open=False, ids=None):
        """Return the records of the register that the user may read.

        :param start, end: local days of the company; or ``ids``, the rows chosen
        """
        domain = Domain(self._get_domain(company))
        if ids is not None:
            domain &= Domain("id", "in", ids)
        if start and end:
            domain &= Domain(self._get_period_domain(company, start, end))
        if only_open:
            domain &= Domain(self._get_open_domain())
        # The register has no gaps: what was archived is in it.
        model = self._get_model().sudo(False).with_context(active_test=False)
        return model.search(domain, order=self._get_order())

    @api.model
    def _get_table(self, records, company):
        """Return the register of the records, numbered, with totals and summaries."""
        # Who may read a row may read the names in it: those of its list.
        records = records.sudo()
        columns = self._get_columns()
        rows = []
        for number, record in enumerate(records, 1):
            rows.append({"no": number, **self._get_row(record, company)})
        totals = {
            column.name: sum(row[column.name] or 0 for row in rows)
            for column in columns
            if column.total and self._has_total(column, records)
        }
        return Table(columns, rows, totals, self._get_summaries(records))

    @api.model
    def _has_total(self, column, records):
        """Hook: whether the values of a column may be added."""
        return True

    @api.model
    def _get_moment_domain(self, fname, company, start, end):
        """Return the domain of a moment within local days of the company."""
        return [
            (fname, ">=", company._localize_service_time(start, 0)),
            (fname, "<", company._localize_service_time(end + timedelta(days=1), 0)),
        ]

    @api.model
    def _get_label(self, record, fname):
        """Return what the user reads for a selection; None when empty."""
        value = record[fname]
        return value and self._get_labels(record, fname).get(value) or None

    @api.model
    def _get_labels(self, record, fname):
        """Return {value: label} of a selection, in the user's language."""
        return dict(record._fields[fname]._description_selection(self.env))

    @api.model
    def _get_day(self, moment, company):
        """Return the local day of a moment; None when there is none."""
        return company._get_service_date(moment) if moment else None

    @api.model
    def _get_yes_no(self, value):
        """Return a fact in a word; None while it is not decided."""
        if value is None:
            return None
        return self.env._("Yes") if value else self.env._("No")
