# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from .airbag_kpi_report import WANTED


class AirbagKpiReport(models.Model):
    """Only the registers of the indicators that are asked for are read.

    That is why every condition on ``kpi_id`` is brought to plain ids.
    """

    _inherit = "airbag.kpi.report"

    # === BUSINESS METHODS === #
    @api.model
    def _search(self, domain, *args, **kwargs):
        """Read only the registers of the indicators that the domain is confined to.

        Their condition is met by leaving out the others, not by comparing each fact:
        the database cannot tell how many facts pass, and sorts them to group them.
        """
        domain = Domain(domain).map_conditions(self._resolve_kpis)
        kpi_ids, others = self._split_domain(domain)
        reports = self
        if kpi_ids is not None:
            domain = others if self._get_codes(kpi_ids) else Domain.FALSE
            reports = self.with_context(**{WANTED: tuple(kpi_ids)})
        query = super(AirbagKpiReport, reports)._search(domain, *args, **kwargs)
        # What the sums of the groups may leave out: see ``_sql_sum``.
        query.fact_kpi_ids = kpi_ids
        return query

    @api.model
    def _resolve_kpis(self, condition) -> Domain:
        """Return a condition on the indicator as one on its id.

        Indicators are few and their facts many: the database can leave out a
        register only if it knows the ids beforehand.
        """
        path, operator = condition.field_expr, condition.operator
        if path != "kpi_id" and not path.startswith("kpi_id."):
            return condition
        value = condition.value
        kpis = self.env["airbag.kpi"].with_context(active_test=False)
        if path != "kpi_id":
            domain = Domain(path.removeprefix("kpi_id."), operator, value)
        elif operator in ("any", "not any"):
            domain = ~Domain(value) if operator == "not any" else Domain(value)
        elif operator.endswith("like"):
            domain = Domain("display_name", operator, value)
        else:
            domain = Domain("id", operator, value)
        return Domain("kpi_id", "in", kpis.search(domain).ids)

    @api.model
    def _split_domain(self, domain):
        """Return the ids of the indicators a domain is confined to, and the rest.

        None for the ids where it is confined to none.
        """
        parts = domain.children if getattr(domain, "OPERATOR", "") == "&" else [domain]
        confined = [
            part
            for part in parts
            if getattr(part, "field_expr", "") == "kpi_id" and part.operator == "in"
        ]
        if not confined:
            return None, domain
        kpi_ids = set.intersection(*(set(part.value) for part in confined))
        return kpi_ids, Domain.AND(part for part in parts if part not in confined)
