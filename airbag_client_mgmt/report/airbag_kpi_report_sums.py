# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

from .airbag_kpi_report import BY_CUSTOMER

#: What is summed by indicator only.
SUMS = {"numerator:sum", "denominator:sum", "pending:sum"}


class AirbagKpiReport(models.Model):
    """The figures of a group of facts, right at every grouping. PRO 008 §7."""

    _inherit = "airbag.kpi.report"

    # === BUSINESS METHODS === #
    @api.model
    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """Sum facts, or count customers once, and divide the sums.

        Different indicators have neither a common value nor a common sum: hours and
        customers do not add up.
        """
        if aggregate_spec in SUMS:
            figure = self._sql_sum(aggregate_spec.removesuffix(":sum"), query)
        elif aggregate_spec == "value:avg":
            figure = SQL(
                "%(factor)s * %(numerator)s / NULLIF(%(denominator)s, 0)",
                factor=self._sql_factor(query),
                numerator=self._sql_sum("numerator", query),
                denominator=self._sql_sum("denominator", query),
            )
        else:
            return super()._read_group_select(aggregate_spec, query)
        if len(query.fact_kpi_ids or ()) == 1:
            return figure
        kpi = self._field_to_sql(self._table, "kpi_id", query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", kpi, kpi, figure)

    def _sql_factor(self, query) -> SQL:
        """Return the factor of a group, which of one indicator is known beforehand."""
        if len(query.fact_kpi_ids or ()) == 1:
            for code in self._get_codes(query.fact_kpi_ids):
                return SQL("%s::float8", self.env["airbag.kpi"]._get_constants(code)[1])
        return SQL("MAX(%s)", self._field_to_sql(self._table, "factor", query))

    def _sql_sum(self, fname, query) -> SQL:
        """Return the sum of the facts of a group, customers counted once."""
        kpis = self.env["airbag.kpi"]
        by_customer = {kpis._get_constants(code)[0] for code in BY_CUSTOMER}
        confined = query.fact_kpi_ids
        fact = self._field_to_sql(self._table, fname, query)
        if confined is not None and not confined & by_customer:
            return SQL("COALESCE(SUM(%s), 0)", fact)
        customer = self._field_to_sql(self._table, "partner_id", query)
        counted = SQL(
            "%s AND %s > 0",
            self._field_to_sql(self._table, "counts_customers", query),
            fact,
        )
        if confined is not None and confined <= by_customer:
            return SQL(
                "(COUNT(DISTINCT %s) FILTER (WHERE %s))::float8", customer, counted
            )
        # COUNT(DISTINCT) would have the database sort the facts of all indicators.
        return SQL(
            """(COALESCE(SUM(%(fact)s) FILTER (WHERE NOT %(counts)s), 0)
                + (SELECT COUNT(DISTINCT customer)
                     FROM unnest(ARRAY_AGG(%(customer)s) FILTER (WHERE %(counted)s))
                       AS customer))""",
            fact=fact,
            counts=self._field_to_sql(self._table, "counts_customers", query),
            customer=customer,
            counted=counted,
        )
