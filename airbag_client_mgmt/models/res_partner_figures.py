# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat
from ..tools.figures import BANDS

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
