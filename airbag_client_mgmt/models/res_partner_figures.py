# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat
from ..tools.figures import BANDS
from ..tools.renewals import OPEN_STATES

COMMERCIAL = "sales_team.group_sale_salesman"
CARE = "helpdesk_mgmt.group_helpdesk_user_own"
MANAGEMENT = "airbag_client_mgmt.group_quality_reviewer"
PLANNING = "airbag_client_mgmt.group_planner"
#: Who sees a figure: who reads the register it counts.
READ_VISITS = READ_SURVEYS = f"{COMMERCIAL},{CARE},{MANAGEMENT},{PLANNING}"
READ_TICKETS = f"{COMMERCIAL},{CARE},{MANAGEMENT}"
READ_ORDERS = f"{COMMERCIAL},{MANAGEMENT},{PLANNING}"

#: Figure -> what it is counted from. A figure of the same source costs no more.
FIGURES = {
    "visit_done_count": "visits",
    "visit_upcoming_count": "visits",
    "last_visit_on": "visits",
    "satisfaction_rate": "answers",
    "satisfaction_answer_count": "answers",
    "satisfaction_band": "answers",
    "open_complaint_count": "complaints",
    "overdue_complaint_count": "complaints",
    "has_open_complaint": "complaints",
    "contract_active_count": "contracts",
    "contract_ending_count": "contracts",
    "contract_due_count": "contracts",
    "last_contact_on": "contacts",
}
COMPARISONS = {">": SQL(">"), ">=": SQL(">="), "<": SQL("<"), "<=": SQL("<=")}


def figure(kind, fname, **kwargs):
    """Return a field counted by the database, which can compare and sort by it."""
    return kind(
        compute=f"_compute_{FIGURES[fname]}",
        search=lambda partners, operator, value: partners._search_figure(
            fname, operator, value
        ),
        **kwargs,
    )


class ResPartner(models.Model):
    """How a customer is doing: visits, satisfaction, complaints, contracts. §7, §9.

    Nothing is stored: a figure that follows what each user may read, company by
    company, and the calendar cannot be. The database counts each register once for a
    whole list, and the same way to filter, sort and group. A figure counts the rows
    its user may read, so that neither a list nor a filter tells more than the
    registers do. A contact has the figures of its customer company.
    """

    _inherit = "res.partner"

    # === FIELDS === #
    visit_done_count = figure(
        fields.Integer, "visit_done_count", string="Visits Done", groups=READ_VISITS
    )
    visit_upcoming_count = figure(
        fields.Integer,
        "visit_upcoming_count",
        string="Upcoming Visits",
        groups=READ_VISITS,
        help="From today on, planned or still to be confirmed.",
    )
    last_visit_on = figure(
        fields.Date, "last_visit_on", string="Last Visit", groups=READ_VISITS
    )
    satisfaction_rate = figure(
        BlankFloat,
        "satisfaction_rate",
        string="Satisfaction (%)",
        digits=(16, 1),
        aggregator="avg",
        groups=READ_SURVEYS,
        help="Satisfied ÷ answered, of the services of the last twelve months that "
        "you may see. Blank without an answer.",
    )
    satisfaction_answer_count = figure(
        fields.Integer,
        "satisfaction_answer_count",
        string="Surveys Answered",
        groups=READ_SURVEYS,
        help="About services of the last twelve months.",
    )
    satisfaction_band = figure(
        fields.Selection,
        "satisfaction_band",
        selection=[
            ("high", "Satisfied (80 % or more)"),
            ("medium", "In between (60 % to 80 %)"),
            ("low", "Dissatisfied (less than 60 %)"),
        ],
        string="Satisfaction",
        groups=READ_SURVEYS,
    )
    open_complaint_count = figure(
        fields.Integer,
        "open_complaint_count",
        string="Open Complaints",
        groups=READ_TICKETS,
        help="Complaints and claims not resolved yet, of those that you may see.",
    )
    overdue_complaint_count = figure(
        fields.Integer,
        "overdue_complaint_count",
        string="Overdue Complaints",
        groups=READ_TICKETS,
    )
    has_open_complaint = figure(
        fields.Boolean,
        "has_open_complaint",
        string="Has Open Complaints",
        groups=READ_TICKETS,
    )
    contract_active_count = figure(
        fields.Integer,
        "contract_active_count",
        string="Active Contracts",
        groups=READ_ORDERS,
        help="Contracts in force, of those that you may see.",
    )
    contract_ending_count = figure(
        fields.Integer,
        "contract_ending_count",
        string="Contracts Ending",
        groups=READ_ORDERS,
        help="Contracts whose renewal is to be decided.",
    )
    contract_due_count = figure(
        fields.Integer,
        "contract_due_count",
        string="Contracts Ending Without Contact",
        groups=READ_ORDERS,
        help="The customer was not asked about the renewal yet.",
    )
    last_contact_on = figure(
        fields.Date,
        "last_contact_on",
        string="Last Contact",
        groups=READ_VISITS,
        help="Last visit, contact about a survey or a renewal, complaint or request "
        "received, or good practices sent.",
    )

    # === COMPUTE METHODS === #
    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_visits(self):
        self._assign_figures("visits")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_answers(self):
        self._assign_figures("answers")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_complaints(self):
        self._assign_figures("complaints")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_contracts(self):
        self._assign_figures("contracts")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_contacts(self):
        self._assign_figures("contacts")

    def _assign_figures(self, source):
        """Count one source for all these partners, in one query."""
        names = [fname for fname, other in FIGURES.items() if other == source]
        customers = self.commercial_partner_id._origin
        found = {}
        if customers:
            query = SQL(
                "SELECT counted.customer_id, %s FROM (%s) counted",
                SQL(", ").join(self._sql_figure("counted", fname) for fname in names),
                self._query_source(source, customers),
            )
            found = {row[0]: row[1:] for row in self.env.execute_query(query)}
        for partner in self:
            values = found.get(partner.commercial_partner_id._origin.id)
            for place, fname in enumerate(names):
                empty = 0 if fname.endswith("_count") else False
                value = values[place] if values else empty
                partner[fname] = empty if value is None else value

    def _search_figure(self, fname, operator, value):
        """Compare a figure in the database. Called by the ORM."""
        if operator != "in" and operator not in COMPARISONS:
            return NotImplemented

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, fname, query)
            if operator != "in":
                return SQL("(%s %s %s) IS TRUE", column, COMPARISONS[operator], value)
            if fname.endswith("_count"):
                return SQL("%s IN %s", column, tuple(int(each) for each in value))
            if fname.startswith("has_"):
                return SQL("%s IN %s", column, tuple(bool(each) for each in value))
            known = tuple(each for each in value if each is not False)
            missing = SQL("%s IS NULL", column) if False in value else SQL("FALSE")
            if not known:
                return missing
            return SQL("(COALESCE(%s IN %s, FALSE) OR %s)", column, known, missing)

        return Domain.custom(to_sql=to_sql)

    # === BUSINESS METHODS === #
    def _field_to_sql(self, alias, field_expr, query=None) -> SQL:
        if field_expr not in FIGURES:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        counted = self._join_source(alias, FIGURES[field_expr], query)
        return self._sql_figure(counted, field_expr)

    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """The satisfaction of a group is that of its answers, not of its customers."""
        if aggregate_spec != "satisfaction_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields["satisfaction_rate"], "read")
        counted = self._join_source(self._table, "answers", query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            SQL.identifier(counted, "satisfied_count"),
            SQL.identifier(counted, "satisfaction_answer_count"),
        )

    def _join_source(self, alias, source, query):
        """Join what was counted for each customer company; return its alias."""
        counted = query.make_alias(alias, f"figures_{source}")
        if counted not in query._joins:
            customer = self._fields["commercial_partner_id"]
            query.add_join(
                "LEFT JOIN",
                counted,
                SQL("(%s)", self._query_source(source)),
                SQL(
                    "%s = %s",
                    SQL.identifier(counted, "customer_id"),
                    SQL.identifier(alias, "commercial_partner_id", to_flush=customer),
                ),
            )
        return counted

    def _sql_figure(self, counted, fname) -> SQL:
        """Return a figure from the columns that its source counted."""
        if fname.endswith("_count"):
            return SQL("COALESCE(%s, 0)", SQL.identifier(counted, fname))
        if fname == "has_open_complaint":
            return SQL("(%s > 0)", self._sql_figure(counted, "open_complaint_count"))
        if fname == "satisfaction_rate":
            return SQL(
                "100.0 * %s / NULLIF(%s, 0)",
                SQL.identifier(counted, "satisfied_count"),
                SQL.identifier(counted, "satisfaction_answer_count"),
            )
        if fname == "satisfaction_band":
            rate = self._sql_figure(counted, "satisfaction_rate")
            return SQL(
                "CASE %s END",
                SQL(" ").join(
                    SQL("WHEN %s >= %s THEN %s", rate, lowest, name)
                    for name, lowest in BANDS
                ),
            )
        return SQL.identifier(counted, fname)

    # --- what is counted ---
    def _query_source(self, source, customers=None) -> SQL:
        """Return the query of a source: a row for each customer company.

        :param customers: customer companies; by default all
        """
        return getattr(self, f"_query_{source}")(customers)

    def _query_visits(self, customers) -> SQL:
        done = Domain("state", "=", "done")
        return self._query_counts(
            "airbag.intervention",
            "partner_id",
            Domain.TRUE,
            customers,
            visit_done_count=done,
            visit_upcoming_count=self._get_upcoming_domain(),
            last_visit_on=("finished_at", done),
        )

    def _query_answers(self, customers) -> SQL:
        return self._query_counts(
            "survey.user_input",
            "customer_id",
            self._get_answered_domain(),
            customers,
            satisfaction_answer_count=Domain.TRUE,
            satisfied_count=Domain("is_satisfied", "=", True),
        )

    def _query_complaints(self, customers) -> SQL:
        return self._query_counts(
            "helpdesk.ticket",
            "partner_id",
            self._get_open_complaint_domain(),
            customers,
            open_complaint_count=Domain.TRUE,
            overdue_complaint_count=self.env["helpdesk.ticket"]._get_overdue_domain(),
        )

    def _query_contracts(self, customers) -> SQL:
        return self._query_counts(
            "sale.order",
            "partner_id",
            Domain("is_service_contract", "=", True) & Domain("state", "=", "sale"),
            customers,
            contract_active_count=Domain("contract_state", "=", "active"),
            contract_ending_count=Domain("renewal_state", "in", OPEN_STATES),
            contract_due_count=Domain("renewal_state", "=", "due"),
        )

    def _query_contacts(self, customers) -> SQL:
        parts = [
            self._query_counts(
                model, partner, domain, customers, last_contact_on=(moment, Domain.TRUE)
            )
            for model, partner, domain, moment in self._get_contact_sources()
            if self.env[model].has_access("read")
        ]
        return SQL(
            """SELECT customer_id, MAX(last_contact_on) AS last_contact_on
                 FROM (%s) contact GROUP BY customer_id""",
            SQL(" UNION ALL ").join(parts),
        )

    def _get_contact_sources(self):
        """Return where we are known to have been in contact; hook for more.

        :return: (model, field of the customer, which rows, field of the moment)
        """
        answered = Domain("outcome", "!=", "no_answer")
        reached = Domain("email_failed", "!=", True)
        done = Domain("state", "=", "done")
        obliged = Domain("intervention_id", "!=", False)
        return [
            ("airbag.intervention", "partner_id", done, "finished_at"),
            ("survey.user_input", "customer_id", obliged, "contacted_on"),
            ("helpdesk.ticket", "partner_id", Domain.TRUE, "received_on"),
            ("airbag.renewal.contact", "partner_id", answered, "contacted_on"),
            ("airbag.guide.delivery", "partner_id", reached, "date"),
        ]

    def _get_upcoming_domain(self) -> Domain:
        company = self.env.company
        midnight = company._localize_service_time(company._get_service_today(), 0)
        return Domain("state", "in", ("draft", "planned")) & Domain(
            "planned_start", ">=", midnight
        )

    def _get_answered_domain(self) -> Domain:
        """Return the answers that count, as in the satisfaction rate of the KPI."""
        since = self.env.company._get_service_today() - relativedelta(years=1)
        return (
            Domain("intervention_id", "!=", False)
            & Domain("state", "=", "done")
            & Domain("test_entry", "=", False)
            & Domain("satisfaction_score", ">", 0)
            & Domain("service_date", ">=", since)
        )

    def _get_open_complaint_domain(self) -> Domain:
        return Domain("kind", "in", ("complaint", "claim")) & Domain(
            "stage_id.closed", "=", False
        )

    def _query_counts(self, model, partner_fname, domain, customers, **counts) -> SQL:
        """Return the query of the counts of one register, by customer company.

        Of the companies the user works for, and of what the user may read there.

        :param partner_fname: the field of the customer, or of a contact of it
        :param counts: which rows each column counts; with a field before, the local
            day of the last one of them
        """
        rows = self.env[model].with_context(active_test=True)
        domain &= Domain("company_id", "in", self.env.companies.ids)
        if customers is not None:
            family = Domain("commercial_partner_id", "in", customers.ids)
            domain &= Domain(partner_fname, "any!", family)
        query = rows._search(domain)
        partner = query.make_alias(rows._table, "customer")
        query.add_join(
            "JOIN",
            partner,
            "res_partner",
            SQL(
                "%s = %s",
                SQL.identifier(partner, "id"),
                rows._field_to_sql(rows._table, partner_fname, query),
            ),
        )
        customer = SQL.identifier(
            partner,
            "commercial_partner_id",
            to_flush=self._fields["commercial_partner_id"],
        )
        columns = [
            SQL("%s AS %s", self._sql_count(rows, query, which), SQL.identifier(fname))
            for fname, which in counts.items()
        ]
        query.groupby = customer
        return query.select(SQL("%s AS customer_id", customer), *columns)

    def _sql_count(self, rows, query, which) -> SQL:
        moment, domain = which if isinstance(which, tuple) else (None, which)
        domain = domain.optimize_full(rows)
        condition = domain._to_sql(rows, rows._table, query)
        if not moment:
            return SQL("COUNT(*) FILTER (WHERE %s)", condition)
        return SQL(
            "(MAX(%s) FILTER (WHERE %s) AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            rows._field_to_sql(rows._table, moment, query),
            condition,
            self.env.company._get_service_tz(),
        )
