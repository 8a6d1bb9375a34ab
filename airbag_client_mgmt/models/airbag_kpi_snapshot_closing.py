# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.months import iter_months, last_closed_month, last_day

_logger = logging.getLogger(__name__)

#: Months closed when a company begins; afterwards none is left out, however long ago.
MONTHS_AT_START = 12


class AirbagKpiSnapshot(models.Model):
    """The scheduled action that closes the months of the indicators."""

    _inherit = "airbag.kpi.snapshot"

    # === BUSINESS METHODS === #
    @api.model
    def _cron_kpi_snapshots(self):
        """Close the months that are over, those missed before as well.

        A company and month are done together, in one transaction: all indicators
        or none. Two servers never do the same one twice: the company is taken, and
        the database holds one row for each indicator, company and month.
        """
        to_close = self._get_months_to_close()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(to_close))
        for (company, month), kpis in to_close.items():
            try:
                # Another server that has the company does its months.
                if company.try_lock_for_update(allow_referencing=True):
                    self._close_month(company, month, kpis)
                    # What the database refuses must come to light within this month.
                    self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # the other server has it
            except Exception:  # one company must not stop the others
                self.env.cr.rollback()
                _logger.exception("Closing %s of company %s", month, company.id)
            # Also what failed counts as seen: it is tried again tomorrow.
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_months_to_close(self):
        """Return ``{(company, first day of the month): indicators}``, oldest first.

        An indicator begins with the month of the company's first fact, at most
        a year ago, and from then on no month is left out: one without data is
        closed too, and says so.
        """
        kpis = self.env["airbag.kpi"].sudo().search([])  # pylint: disable=no-search-all
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        closed = {
            (company, kpi): set(months)
            for company, kpi, months in self.sudo()._read_group(
                [], ["company_id", "kpi_id"], ["month:array_agg"]
            )
        }
        first_days = self._get_first_days(
            companies.filtered(
                lambda company: any((company, kpi) not in closed for kpi in kpis)
            )
        )
        to_close = {}
        for company in companies:
            today = company._get_service_today()
            last = last_closed_month(today, company.kpi_closing_days)
            earliest = last - relativedelta(months=MONTHS_AT_START - 1)
            for kpi in kpis:
                done = closed.get((company, kpi), set())
                first_day = min(done, default=None) or (
                    company in first_days and max(first_days[company], earliest)
                )
                for month in iter_months(first_day, last) if first_day else ():
                    if month not in done:
                        to_close.setdefault((company, month), kpis.browse())
                        to_close[company, month] |= kpi
        return dict(
            sorted(to_close.items(), key=lambda item: (item[0][1], item[0][0].id))
        )

    @api.model
    def _get_first_days(self, companies):
        """Return ``{company: day of its first fact}``, of those that have any."""
        if not companies:
            return {}
        rows = (
            self.env["airbag.kpi.report"]
            .sudo()
            ._read_group(
                [("company_id", "in", companies.ids)], ["company_id"], ["date:min"]
            )
        )
        return dict(rows)

    @api.model
    def _close_month(self, company, month, kpis):
        """Freeze a month of indicators, those left out that are frozen already.

        :param date month: its first day
        :return: the new snapshots
        """
        domain = [("company_id", "=", company.id), ("month", "=", month)]
        kpis -= self.sudo().search(domain).kpi_id
        snapshots = self.sudo().create(
            self._prepare_closing_values(company, month, kpis)
        )
        snapshots._ask_for_analysis()
        return snapshots

    @api.model
    def _prepare_closing_values(self, company, month, kpis):
        """Return the values of the snapshots: figures, target and words of today."""
        rows = (
            self.env["airbag.kpi.report"]
            .sudo()
            ._read_group(
                [
                    ("kpi_id", "in", kpis.ids),
                    ("company_id", "=", company.id),
                    ("date", ">=", month),
                    ("date", "<=", last_day(month)),
                ],
                ["kpi_id"],
                ["value:avg", "numerator:sum", "denominator:sum", "pending:sum"],
            )
        )
        facts = {kpi.id: figures for kpi, *figures in rows}
        # Worded and aimed at as the company does.
        kpis = kpis.with_company(company).with_context(lang=company._get_lang())
        now = fields.Datetime.now()
        vals_list = []
        for kpi in kpis:
            value, numerator, denominator, pending = facts.get(kpi.id, (None, 0, 0, 0))
            vals_list.append(
                {
                    "kpi_id": kpi.id,
                    "company_id": company.id,
                    "month": month,
                    "name": kpi.name,
                    "frozen_on": now,
                    "numerator": numerator,
                    "denominator": denominator,
                    "pending": pending,
                    "value": value,
                    "target": kpi.target,
                    "unit": kpi.unit,
                    "direction": kpi.direction,
                    "formula": kpi.formula,
                    "user_id": kpi.user_id.id,
                    "status": kpi._get_status_of(value, kpi.target, kpi.direction),
                }
            )
        return vals_list
