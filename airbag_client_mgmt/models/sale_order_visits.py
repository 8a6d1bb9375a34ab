# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat

#: What the database counts for an order.
VISIT_COUNTS = (
    "visits_promised",
    "visits_due",
    "visits_done",
    "visits_planned",
    "visits_to_plan",
    "visits_missed",
)


def count_field(fname, string, **kwargs):
    """Return the field of one of the counts, which the database can compare."""
    return fields.Integer(
        string=string,
        compute="_compute_visits",
        search=lambda orders, operator, value: orders._search_visits(
            fname, operator, value
        ),
        compute_sudo=True,
        **kwargs,
    )


class SaleOrder(models.Model):
    """Promised, planned, done and missed: the visits of each contract.

    For planners and management. Each version of a contract counts its own
    visits: those that went on under an amendment are the amendment's. Counted by
    the database, so that lists can be filtered, sorted and summed by them.
    PRO 008 §5.3.1.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    visits_promised = count_field(
        "visits_promised",
        "Promised Visits",
        help="Visits that the lines of the contract promise for its term; while it "
        "is open-ended, those created so far.",
    )
    visits_due = count_field(
        "visits_due",
        "Due Visits",
        help="Visits promised that are done, or whose day has passed.",
    )
    visits_done = count_field(
        "visits_done",
        "Promised Visits Done",
        help="Visits promised by the contract that were given and documented.",
    )
    visits_planned = count_field(
        "visits_planned",
        "Planned Visits",
        help="Visits promised that are in the technicians' agenda, still to come or "
        "in progress.",
    )
    visits_to_plan = count_field(
        "visits_to_plan",
        "Visits to Plan",
        help="Visits promised that come within the planning horizon and that nobody "
        "has planned yet.",
    )
    visits_missed = count_field(
        "visits_missed",
        "Missed Visits",
        help="Visits promised whose day has passed and that were not given.",
    )
    visit_compliance = BlankFloat(
        compute="_compute_visits",
        compute_sudo=True,
        digits=(16, 1),
        aggregator="avg",
        help="Percentage done of the visits due. It says nothing while none is due.",
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "is_service_contract",
        "state",
        "contract_state",
        "order_line.promised_visit_count",
        "intervention_ids.state",
        "intervention_ids.planned_start",
    )
    def _compute_visits(self):
        query = self.browse(self.ids)._as_query(ordered=False)
        columns = [
            self._field_to_sql(self._table, fname, query)
            for fname in ("id", *VISIT_COUNTS)
        ]
        rows = self.env.execute_query(query.select(*columns))
        counts = {row[0]: row[1:] for row in rows}
        nothing = (0,) * len(VISIT_COUNTS)
        for order in self:
            values = counts.get(order._origin.id, nothing)
            order.update(dict(zip(VISIT_COUNTS, values, strict=True)))
            due, done = order.visits_due, order.visits_done
            order.visit_compliance = 100 * done / due if due else False

    def _search_visits(self, fname, operator, value):
        """Compare one of the counts in the database. Called by the ORM."""
        comparison = {
            "in": SQL("IN"),
            ">": SQL(">"),
            ">=": SQL(">="),
            "<": SQL("<"),
            "<=": SQL("<="),
        }.get(operator)
        if not comparison:
            return NotImplemented
        if operator == "in":
            value = tuple(value)

        def to_sql(model, alias, query):
            count = model._field_to_sql(alias, fname, query)
            return SQL("%s %s %s", count, comparison, value)

        return Domain.custom(to_sql=to_sql)

    # === BUSINESS METHODS === #
    def _field_to_sql(self, alias, field_expr, query=None) -> SQL:
        if field_expr == "visits_promised":
            return self._sql_visits_promised(alias, query)
        if field_expr in VISIT_COUNTS:
            return self._sql_visit_count(alias, self._get_visit_domain(field_expr))
        if field_expr == "visit_compliance":
            return self._sql_visit_compliance(
                self._field_to_sql(alias, "visits_done", query),
                self._field_to_sql(alias, "visits_due", query),
            )
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """The compliance of a group is that of its visits, not of its contracts."""
        if aggregate_spec != "visit_compliance:avg":
            return super()._read_group_select(aggregate_spec, query)
        return self._sql_visit_compliance(
            self._read_group_select("visits_done:sum", query),
            self._read_group_select("visits_due:sum", query),
        )

    @api.model
    def _get_visit_domain(self, fname) -> Domain:
        """Return which visits one of the counts is about."""
        visits = self.env["airbag.intervention"]
        if fname == "visits_missed":
            return visits._get_missed_domain()
        promised, done = visits._get_promised_domain(), Domain("state", "=", "done")
        if fname == "visits_done":
            return promised & done
        passed = visits._get_passed_domain()
        in_progress = Domain("state", "=", "in_progress")
        return (
            promised
            & {
                "visits_due": done | passed,
                "visits_planned": in_progress
                | (Domain("state", "=", "planned") & ~passed),
                "visits_to_plan": Domain("state", "=", "draft") & ~passed,
            }[fname]
        )

    def _sql_visit_count(self, alias, domain) -> SQL:
        """Return how many visits of the order meet the domain, archived or not."""
        # Who may see the contract may know how its visits went.
        visits = self.env["airbag.intervention"].sudo().with_context(active_test=False)
        query = visits._search(domain)
        return self._sql_of_order(alias, visits, query, SQL("COUNT(*)"))

    def _sql_visits_promised(self, alias, query) -> SQL:
        """Return how many visits the term promises, or were created without one."""
        lines = self.env["sale.order.line"].sudo()
        lines_query = lines._search([])
        count = lines._field_to_sql(lines._table, "promised_visit_count", lines_query)
        visits = self.env["airbag.intervention"]
        created = visits._get_promised_domain() & (
            Domain("state", "!=", "cancelled") | visits._get_passed_domain()
        )
        return SQL(
            "CASE WHEN COALESCE(%s, %s) IS NULL THEN %s ELSE %s END",
            self._field_to_sql(alias, "contract_end", query),
            self._field_to_sql(alias, "replaced_on", query),
            self._sql_visit_count(alias, created),
            self._sql_of_order(
                alias, lines, lines_query, SQL("COALESCE(SUM(%s), 0)", count)
            ),
        )

    def _sql_of_order(self, alias, model, query, aggregate: SQL) -> SQL:
        """Return an aggregate of those rows of a query that belong to the order."""
        # PostgreSQL guesses that counting is dear and compiles each query first: of
        # 5,000 contracts that alone takes 3 s for a column, where counting takes
        # 0.5 s. Until the end of the transaction it does not.
        cr = self.env.cr
        if not cr.cache.get("visits_without_jit"):
            cr.execute("SET LOCAL jit TO off")
            cr.cache["visits_without_jit"] = True
        order = model._field_to_sql(model._table, "order_id", query)
        query.add_where(SQL("%s = %s", order, SQL.identifier(alias, "id")))
        return SQL("(%s)", query.select(aggregate))

    @api.model
    def _sql_visit_compliance(self, done: SQL, due: SQL) -> SQL:
        """Return the percentage done of the visits due; nothing without any."""
        return SQL("100.0 * %s / NULLIF(%s, 0)", done, due)
