# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL


class AirbagKpiReport(models.Model):
    """The facts of the contracts that end. PRO 008 §5.5.3, §7."""

    _inherit = "airbag.kpi.report"

    _depends = {
        "sale.order": [
            "company_id",
            "contract_end",
            "is_service_contract",
            "partner_id",
            "renewal_first_contacted_on",
            "renewal_state",
            "replaced_on",
            "state",
            "terminated_on",
            "user_id",
        ],
    }

    # === FACTS === #
    def _get_fact_queries(self):
        return {
            **super()._get_fact_queries(),
            "retention": [self._query_retention()],
            "renewal_contact": [self._query_renewal_contact()],
        }

    def _query_contracts(self, code, tables: SQL, where: SQL, **columns: SQL) -> SQL:
        """Return facts of signed contracts that have a last day."""
        return self._query_facts(
            code,
            SQL("sale_order contract %s", tables),
            SQL(
                "contract.is_service_contract AND contract.state = 'sale'"
                " AND contract.contract_end IS NOT NULL AND %s",
                where,
            ),
            **{
                "res_model": SQL("'sale.order'::varchar"),
                "res_id": SQL("contract.id"),
                "company_id": SQL("contract.company_id"),
                "partner_id": SQL("contract.partner_id"),
                "user_id": SQL("contract.user_id"),
                "salesperson_id": SQL("contract.user_id"),
                **columns,
            },
        )

    def _query_retention(self) -> SQL:
        return self._query_contracts(
            "retention",
            SQL(),
            SQL("contract.renewal_state != 'not_due'"),
            date=SQL("COALESCE(contract.terminated_on, contract.contract_end)"),
            **self._sql_share(
                SQL(
                    "contract.renewal_state = 'renewed'"
                    " AND contract.terminated_on IS NULL"
                ),
                SQL("contract.renewal_state IN ('renewed', 'lost')"),
            ),
        )

    def _query_renewal_contact(self) -> SQL:
        decided = SQL(
            "(contract.renewal_state IN ('renewed', 'lost')"
            " OR contract.contract_end < company.today)"
        )
        return self._query_contracts(
            "renewal_contact",
            SQL(
                "JOIN %s company ON company.id = contract.company_id", self._sql_today()
            ),
            SQL(
                "contract.renewal_state IS NOT NULL AND contract.terminated_on IS NULL"
                " AND contract.replaced_on IS NULL"
                " AND (%s OR contract.renewal_state != 'not_due')",
                decided,
            ),
            date=SQL("contract.contract_end"),
            **self._sql_share(
                SQL(
                    "%s AND contract.renewal_first_contacted_on"
                    " <= contract.contract_end",
                    decided,
                ),
                decided,
            ),
        )
