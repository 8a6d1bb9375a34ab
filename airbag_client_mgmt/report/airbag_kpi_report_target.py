# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat


class AirbagKpiReport(models.Model):
    """The target beside the value, for whoever shows both. PRO 008 §7.

    It is kept by indicator and company, not with the facts: a fact gives it when
    read, a group when its facts share one.
    """

    _inherit = "airbag.kpi.report"

    # === FIELDS === #
    target = BlankFloat(
        compute="_compute_target",
        aggregator="avg",
        digits=(16, 1),
        help="Target of the indicator in the company; blank for a group of several "
        "indicators, or of companies whose targets differ.",
    )

    # === COMPUTE METHODS === #
    @api.depends("kpi_id", "company_id")
    def _compute_target(self):
        for company, facts in self.grouped("company_id").items():
            for fact in facts:
                fact.target = fact.kpi_id.with_company(company).target or False

    # === BUSINESS METHODS === #
    @api.model
    def _read_group_select(self, aggregate_spec, query) -> SQL:
        if aggregate_spec != "target:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            """(
                SELECT goal.target
                  FROM (VALUES %(goals)s) AS goal (kpi_id, company_id, target)
                 WHERE goal.kpi_id = MIN(%(kpi)s) AND goal.kpi_id = MAX(%(kpi)s)
                   AND goal.company_id = CASE WHEN MIN(%(company)s) = MAX(%(company)s)
                                              THEN MIN(%(company)s) ELSE 0 END
            )""",
            goals=SQL(", ").join(
                SQL("(%s::integer, %s::integer, %s::float8)", *goal)
                for goal in self._get_targets() or [(None, None, None)]
            ),
            kpi=self._field_to_sql(self._table, "kpi_id", query),
            company=self._field_to_sql(self._table, "company_id", query),
        )

    def _get_targets(self):
        """Return (indicator, company, target); company 0 is all of the user's."""
        # Whoever reads the figures may read what they are measured against.
        kpis = self.env["airbag.kpi"].sudo().with_context(active_test=False)
        kpis = kpis.search([("code", "!=", False)])
        targets = {
            company.id: [kpi.target for kpi in kpis.with_company(company)]
            for company in self.env.companies
        }
        agreed = [
            goals[0] if len(set(goals)) == 1 else None
            for goals in zip(*targets.values(), strict=True)
        ]
        return [
            (kpi.id, company_id, goal or None)
            for company_id, goals in {**targets, 0: agreed}.items()
            for kpi, goal in zip(kpis, goals, strict=True)
        ]
