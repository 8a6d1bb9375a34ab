# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.periods import Period, named_period, span
from .airbag_procedure_step import PERIOD_FILTERS


class AirbagProcedureStep(models.Model):
    """The period of the figures, and the records of it. PRO 008 §5.

    Kept in the context, so that lists, forms and windows show the same days.
    """

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_period(self) -> Period:
        """Return the period in the context, by default the present year.

        Filters come first, so that they change the days a window was opened with;
        several of them are one period from the first to the last of their days, and
        of two in one another the shorter is meant.

        :raise UserError: for days that are none, or in the wrong order.
        """
        context = self.env.context
        today = self.env.company._get_service_today()
        names = [name for key, name in PERIOD_FILTERS.items() if context.get(key)]
        if names:
            return span(named_period(name, today) for name in names)
        if not (context.get("procedure_from") or context.get("procedure_to")):
            return named_period("this_year", today)
        try:
            first = fields.Date.to_date(context.get("procedure_from"))
            last = fields.Date.to_date(context.get("procedure_to"))
        except (TypeError, ValueError):
            first = last = None
        self._check_period(first, last)
        return Period(first, last)

    @api.model
    def _check_period(self, first, last):
        """:raise UserError: saying which of two days to correct."""
        if not first or not last:
            raise UserError(
                self.env._("Choose the first and the last day of the period.")
            )
        if first > last:
            raise UserError(
                self.env._(
                    "The period ends on %(last)s, before it begins on %(first)s: "
                    "correct one of the days.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )

    @api.model
    def _get_period_context(self):
        """Return the context with which another window shows the same period."""
        period = self._get_period()
        return {
            "procedure_from": fields.Date.to_string(period.first),
            "procedure_to": fields.Date.to_string(period.last),
        }

    @api.model
    def _format_period(self, period):
        """Return a period as the user reads dates."""
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, period.first),
            last=format_date(self.env, period.last),
        )

    # Parts of domains, for the files of the sections
    @api.model
    def _in_companies(self) -> Domain:
        """Return the records of the companies in view."""
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _on_days(self, fname, period) -> Domain:
        """Return the records with a date in the period."""
        return Domain(fname, ">=", period.first) & Domain(fname, "<=", period.last)

    @api.model
    def _by_company(self, get_domain, shared=False) -> Domain:
        """Return a domain that depends on the company, one part for each time zone.

        :param get_domain: called with a company whose local days are meant
        :param shared: whether records of no company count in the present one
        """
        zones = {}
        for company in self.env.companies:
            zones.setdefault(company._get_service_tz(), []).append(company)
        parts = []
        for companies in zones.values():
            ids = [company.id for company in companies]
            if shared and self.env.company in companies:
                ids.append(False)
            parts.append(Domain("company_id", "in", ids) & get_domain(companies[0]))
        return Domain.OR(parts)

    @api.model
    def _at_moments(self, fname, period, shared=False) -> Domain:
        """Return the records with a moment in the local days of the period."""

        def get_domain(company):
            start = company._localize_service_time(period.first, 0)
            next_day = period.last + timedelta(days=1)
            stop = company._localize_service_time(next_day, 0)
            return Domain(fname, ">=", start) & Domain(fname, "<", stop)

        return self._by_company(get_domain, shared)

    @api.model
    def _before_today(self, fname) -> Domain:
        """Return the records with a moment before today, where the company works."""

        def get_domain(company):
            today = company._get_service_today()
            return Domain(fname, "<", company._localize_service_time(today, 0))

        return self._by_company(get_domain)

    @api.model
    def _not_later(self, fname, deadline) -> Domain:
        """Return the records with a day or moment up to another of theirs.

        Those without one of them are not late, either.
        """

        def to_sql(model, alias, query):
            return SQL(
                "COALESCE(%s <= %s, TRUE)",
                model._field_to_sql(alias, fname, query),
                model._field_to_sql(alias, deadline, query),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _recorded_here(self, ended=None) -> Domain:
        """Return the records that are no history imported from elsewhere.

        What was over when it was imported has its evidence where it was kept before.

        :param ended: day or moment on which a record was over; an imported record
            is history whatever its dates when this is left out
        """
        here = Domain("imported_on", "=", False)
        if ended:
            here |= Domain(ended, "=", False) | ~self._not_later(ended, "imported_on")
        return here
