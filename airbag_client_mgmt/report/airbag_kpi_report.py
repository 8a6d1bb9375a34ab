# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat

#: Columns of each fact, in their order, and what a fact has that names none.
COLUMNS = {
    "id": SQL("NULL::bigint"),
    "res_model": SQL("NULL::varchar"),
    "res_id": SQL("NULL::integer"),
    "kpi_id": SQL("NULL::integer"),
    "date": SQL("NULL::date"),
    "company_id": SQL("NULL::integer"),
    "partner_id": SQL("NULL::integer"),
    "user_id": SQL("NULL::integer"),
    "technician_id": SQL("NULL::integer"),
    "salesperson_id": SQL("NULL::integer"),
    "team_id": SQL("NULL::integer"),
    "treatment_id": SQL("NULL::integer"),
    "numerator": SQL("0::float8"),
    "denominator": SQL("0::float8"),
    "pending": SQL("0::float8"),
    "factor": SQL("1::float8"),
    "counts_customers": SQL("false"),
}
#: The number of each indicator in the ids of its facts, which no other can give.
SOURCES = (
    "satisfaction",
    "contact",
    "response",
    "resolution",
    "resolution_in_time",
    "retention",
    "renewal_contact",
    "visits",
)
#: Key of the context with the ids of the indicators whose facts are read; none: all.
WANTED = "airbag_kpi_facts"
#: Ids of the facts of one record are so far apart: room for more indicators.
ID_STEP = 32
#: Indicators whose sums are of customers, each counted once.
BY_CUSTOMER = {"retention"}
#: What is summed by indicator only.
SUMS = {"numerator:sum", "denominator:sum", "pending:sum"}


class AirbagKpiReport(models.Model):
    """The facts of the indicators, one row each. PRO 008 §7.

    ``numerator`` ÷ ``denominator`` of any group is its value; a group without data
    has none. ``pending`` shows apart what is still to be decided, and is in no
    value. What each indicator counts, and on which day, is in its ``formula``
    (``data/airbag_kpi_data.xml``).

    The indicator is a constant in the query of its facts, so that the database
    reads only the registers of the indicators asked for; that is why every
    condition on ``kpi_id`` is brought to plain ids.
    """

    _name = "airbag.kpi.report"
    _inherit = "airbag.group.order"
    _description = "Indicators Analysis"
    _auto = False
    _rec_name = "kpi_id"
    _order = "date desc, id desc"

    # === FIELDS === #
    kpi_id = fields.Many2one(
        comodel_name="airbag.kpi", string="Indicator", readonly=True
    )
    date = fields.Date(readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        readonly=True,
        help="Technician of the visit, who contacted the customer, who resolved the "
        "incident, or salesperson.",
    )
    technician_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="Responsible technician of the visit; none for contracts.",
    )
    salesperson_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="Of the contract; without contract, of the customer.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Area",
        readonly=True,
        help="The area that attended the incident; for what is no incident, the area "
        "accountable for the indicator.",
    )
    treatment_id = fields.Many2one(comodel_name="airbag.treatment", readonly=True)
    numerator = fields.Float(readonly=True, aggregator="sum", digits=(16, 1))
    denominator = fields.Float(readonly=True, aggregator="sum", digits=(16, 0))
    pending = fields.Float(
        readonly=True,
        aggregator="sum",
        digits=(16, 0),
        help="Not answered, not resolved or not decided yet: in no value.",
    )
    value = BlankFloat(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Numerator ÷ denominator: a percentage (0–100) or working hours.",
    )
    res_id = fields.Many2oneReference(
        string="Record",
        model_field="res_model",
        readonly=True,
        aggregator=None,
        help="The survey, ticket, contract or visit the fact comes from.",
    )
    res_model = fields.Char(readonly=True)
    factor = fields.Float(readonly=True, aggregator=None)
    counts_customers = fields.Boolean(readonly=True)

    _depends = {
        "airbag.intervention": [
            "company_id",
            "order_id",
            "order_line_id",
            "partner_id",
            "planned_start",
            "promised_date",
            "state",
            "treatment_id",
            "user_id",
            "visit_number",
        ],
        "airbag.kpi": ["code", "team_id", "unit"],
        "airbag.ticket.pause": ["start", "stop", "ticket_id"],
        "helpdesk.ticket": [
            "commitment_date",
            "company_id",
            "incident_date",
            "intervention_id",
            "kind",
            "order_id",
            "partner_id",
            "resolution_deadline",
            "resolution_hours",
            "resolved_on",
            "stage_id",
            "team_id",
            "user_id",
        ],
        "res.company": ["resource_calendar_id"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "sale.order": [
            "company_id",
            "contract_end",
            "contract_state",
            "is_service_contract",
            "partner_id",
            "renewal_first_contacted_on",
            "renewal_state",
            "replaced_on",
            "state",
            "terminated_on",
            "user_id",
        ],
        "survey.user_input": [
            "company_id",
            "contact_state",
            "contact_timing",
            "contact_user_id",
            "customer_id",
            "intervention_id",
            "is_satisfied",
            "salesperson_id",
            "satisfaction_score",
            "service_date",
            "state",
            "technician_id",
            "test_entry",
            "treatment_id",
        ],
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT fact.id, fact.res_model, fact.res_id, fact.kpi_id, fact.date,
                   fact.company_id, partner.commercial_partner_id AS partner_id,
                   fact.user_id, fact.technician_id,
                   COALESCE(fact.salesperson_id, partner.user_id) AS salesperson_id,
                   fact.team_id, fact.treatment_id,
                   fact.numerator, fact.denominator, fact.pending,
                   fact.factor, fact.counts_customers,
                   fact.factor * fact.numerator / NULLIF(fact.denominator, 0) AS value
              FROM (%s) fact
              LEFT JOIN res_partner partner ON partner.id = fact.partner_id
            """,
            SQL(" UNION ALL ").join(self._get_wanted_queries()),
        )

    # === FACTS === #
    def _get_wanted_queries(self) -> list[SQL]:
        """Return the queries of the indicators asked for: see ``_search``."""
        queries = self._get_fact_queries()
        codes = self._get_codes(self.env.context.get(WANTED))
        return [query for code in codes or queries for query in queries[code]]

    def _get_codes(self, kpi_ids=None):
        """Return the codes of the facts of these indicators, or of all there are."""
        constants = self.env["airbag.kpi"]._get_constants
        ids = {code: constants(code)[0] for code in self._get_fact_queries()}
        return [
            code
            for code, kpi_id in ids.items()
            if kpi_id and (kpi_ids is None or kpi_id in kpi_ids)
        ]

    def _get_fact_queries(self) -> dict:
        """Return the queries of the facts, by code; hook for more of them."""
        return {
            "satisfaction": [self._query_satisfaction()],
            "contact": [self._query_contact()],
            "response": [self._query_response()],
            "resolution": [self._query_resolved(), self._query_unresolved()],
            "resolution_in_time": [
                self._query_resolved_in_time(),
                self._query_unresolved_in_time(),
            ],
            "retention": [self._query_retention()],
            "renewal_contact": [self._query_renewal_contact()],
            "visits": [self._query_visits()],
        }

    def _query_facts(self, code, tables: SQL, where: SQL, **columns: SQL) -> SQL:
        """Return a query of facts of one indicator; its columns have their order.

        :param str code: of the indicator
        :param columns: what differs from :data:`COLUMNS`; ``res_id`` gives the id
        """
        kpi_id, factor, team_id = self.env["airbag.kpi"]._get_constants(code)
        values = {
            **COLUMNS,
            "id": SQL(
                "%s * %s::bigint + %s",
                ID_STEP,
                columns["res_id"],
                SOURCES.index(code),
            ),
            "kpi_id": SQL("%s::integer", kpi_id),
            "factor": SQL("%s::float8", factor),
            "team_id": SQL("%s::integer", team_id),
            "counts_customers": SQL("true" if code in BY_CUSTOMER else "false"),
            **columns,
        }
        return SQL(
            "SELECT %s FROM %s WHERE %s",
            SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in values.items()
            ),
            tables,
            where,
        )

    def _sql_share(self, part: SQL, whole: SQL) -> dict:
        """Return the figures of a fact that is counted, or else pending."""
        return {
            "numerator": SQL("CASE WHEN %s THEN 1 ELSE 0 END::float8", part),
            "denominator": SQL("CASE WHEN %s THEN 1 ELSE 0 END::float8", whole),
            "pending": SQL("CASE WHEN %s THEN 0 ELSE 1 END::float8", whole),
        }

    # --- the satisfaction register ---
    def _query_answers(self, code, where: SQL, **columns: SQL) -> SQL:
        return self._query_facts(
            code,
            SQL("survey_user_input answer"),
            SQL(
                "answer.intervention_id IS NOT NULL AND answer.test_entry IS NOT TRUE"
                " AND (%s)",
                where,
            ),
            **{
                "res_model": SQL("'survey.user_input'::varchar"),
                "res_id": SQL("answer.id"),
                "date": SQL("answer.service_date"),
                "company_id": SQL("answer.company_id"),
                "partner_id": SQL("answer.customer_id"),
                "user_id": SQL("answer.technician_id"),
                "technician_id": SQL("answer.technician_id"),
                "salesperson_id": SQL("answer.salesperson_id"),
                "treatment_id": SQL("answer.treatment_id"),
                **columns,
            },
        )

    def _query_satisfaction(self) -> SQL:
        answered = SQL("answer.state = 'done'")
        return self._query_answers(
            "satisfaction",
            SQL(
                "answer.state = 'done' AND answer.satisfaction_score > 0"
                " OR answer.state != 'done' AND answer.contact_state != 'waived'"
            ),
            **self._sql_share(SQL("%s AND answer.is_satisfied", answered), answered),
        )

    def _query_contact(self) -> SQL:
        return self._query_answers(
            "contact",
            SQL(
                "answer.contact_timing IS NOT NULL OR answer.contact_state = 'pending'"
            ),
            user_id=SQL("COALESCE(answer.contact_user_id, answer.salesperson_id)"),
            **self._sql_share(
                SQL("answer.contact_timing = 'in_time'"),
                SQL("answer.contact_timing IS NOT NULL"),
            ),
        )

    def _query_response(self) -> SQL:
        answered = SQL("answer.state = 'done'")
        return self._query_answers(
            "response",
            SQL("%s OR answer.contact_state != 'waived'", answered),
            user_id=SQL("COALESCE(answer.contact_user_id, answer.salesperson_id)"),
            **self._sql_share(
                answered,
                SQL(
                    "%s OR answer.contact_state IN ('contacted', 'answered')", answered
                ),
            ),
        )

    # --- the register of complaints ---
    def _query_tickets(self, code, tables: SQL, where: SQL, **columns: SQL) -> SQL:
        """Return facts of complaints and claims; queries and requests are none."""
        return self._query_facts(
            code,
            SQL(
                """helpdesk_ticket ticket
                LEFT JOIN airbag_intervention visit ON visit.id = ticket.intervention_id
                LEFT JOIN sale_order contract
                  ON contract.id = COALESCE(ticket.order_id, visit.order_id)
                %s""",
                tables,
            ),
            SQL("ticket.kind IN ('complaint', 'claim') AND %s", where),
            **{
                "res_model": SQL("'helpdesk.ticket'::varchar"),
                "res_id": SQL("ticket.id"),
                "date": SQL("ticket.incident_date"),
                "company_id": SQL("ticket.company_id"),
                "partner_id": SQL("ticket.partner_id"),
                "user_id": SQL("ticket.user_id"),
                "technician_id": SQL("visit.user_id"),
                "salesperson_id": SQL("contract.user_id"),
                "team_id": SQL("ticket.team_id"),
                "treatment_id": SQL("visit.treatment_id"),
                **columns,
            },
        )

    def _query_resolved(self) -> SQL:
        return self._query_tickets(
            "resolution",
            SQL(),
            SQL("ticket.resolved_on IS NOT NULL"),
            numerator=SQL("ticket.resolution_hours"),
            denominator=SQL("1::float8"),
        )

    def _query_unresolved(self) -> SQL:
        return self._query_tickets(
            "resolution",
            SQL("JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id"),
            SQL("ticket.resolved_on IS NULL AND stage.closed IS NOT TRUE"),
            pending=SQL("1::float8"),
        )

    def _query_resolved_in_time(self) -> SQL:
        return self._query_tickets(
            "resolution_in_time",
            SQL(),
            SQL(
                "ticket.resolved_on IS NOT NULL"
                " AND ticket.resolution_deadline IS NOT NULL"
            ),
            date=SQL("ticket.commitment_date"),
            **self._sql_share(
                SQL("ticket.resolved_on <= ticket.resolution_deadline"), SQL("true")
            ),
        )

    def _query_unresolved_in_time(self) -> SQL:
        """Who was late stays late; who waits for the customer since before is not."""
        late = SQL(
            """(ticket.resolution_deadline < %s AND NOT EXISTS (
                SELECT 1
                  FROM airbag_ticket_pause pause
                 WHERE pause.ticket_id = ticket.id
                   AND pause.stop IS NULL
                   AND pause.start <= ticket.resolution_deadline
            ))""",
            fields.Datetime.now(),
        )
        return self._query_tickets(
            "resolution_in_time",
            SQL(
                """JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
                CROSS JOIN LATERAL (SELECT %s AS is_late) clock""",
                late,
            ),
            SQL(
                "ticket.resolved_on IS NULL AND ticket.resolution_deadline IS NOT NULL"
                " AND stage.closed IS NOT TRUE"
            ),
            date=SQL(
                "CASE WHEN clock.is_late THEN ticket.commitment_date"
                " ELSE ticket.incident_date END"
            ),
            **self._sql_share(SQL("false"), SQL("clock.is_late")),
        )

    # --- contracts ---
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
            SQL("JOIN %s company ON company.id = contract.company_id", self._today()),
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

    # --- visits ---
    def _query_visits(self) -> SQL:
        """Promised, due and missed are as on the contract (``visits_due``)."""
        due = SQL("(visit.state = 'done' OR %s)", self._sql_visit_passed())
        return self._query_facts(
            "visits",
            SQL(
                """airbag_intervention visit
                JOIN sale_order contract ON contract.id = visit.order_id
                JOIN %s company ON company.id = visit.company_id""",
                self._today(),
            ),
            SQL(
                "visit.order_line_id IS NOT NULL AND visit.visit_number > 0"
                " AND contract.is_service_contract AND contract.state = 'sale'"
                " AND (visit.state != 'cancelled' OR %s)",
                due,
            ),
            res_model=SQL("'airbag.intervention'::varchar"),
            res_id=SQL("visit.id"),
            date=SQL("visit.promised_date"),
            company_id=SQL("visit.company_id"),
            partner_id=SQL("visit.partner_id"),
            user_id=SQL("visit.user_id"),
            technician_id=SQL("visit.user_id"),
            salesperson_id=SQL("contract.user_id"),
            treatment_id=SQL("visit.treatment_id"),
            **self._sql_share(SQL("visit.state = 'done'"), due),
        )

    def _sql_visit_passed(self) -> SQL:
        """Return whether a visit had its day while its contract held."""
        return SQL(
            """CASE WHEN visit.planned_start IS NULL
                THEN visit.state IN ('draft', 'planned')
                     AND contract.contract_state IN ('ended', 'terminated')
                ELSE visit.planned_start < company.today_start
                     AND (visit.planned_start AT TIME ZONE 'UTC'
                          AT TIME ZONE company.tz)::date
                      <= COALESCE(LEAST(contract.contract_end, contract.replaced_on,
                                        contract.terminated_on), 'infinity'::date)
                END"""
        )

    def _today(self) -> SQL:
        """Return the companies with the day it is there, and when it began (UTC)."""
        return SQL(
            """(
                SELECT local.id, local.tz, local.now::date AS today,
                       date_trunc('day', local.now) AT TIME ZONE local.tz
                           AT TIME ZONE 'UTC' AS today_start
                  FROM (
                        SELECT company.id, zone.tz,
                               %s::timestamp AT TIME ZONE 'UTC'
                                   AT TIME ZONE zone.tz AS now
                          FROM res_company company
                          JOIN res_partner partner ON partner.id = company.partner_id
                          LEFT JOIN resource_calendar calendar
                            ON calendar.id = company.resource_calendar_id
                         CROSS JOIN LATERAL (
                                SELECT COALESCE(calendar.tz, partner.tz, 'UTC') AS tz
                               ) zone
                       ) local
                OFFSET 0
            )""",
            fields.Datetime.now(),
        )

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
        path, operator, value = next(iter(condition))
        if path != "kpi_id" and not path.startswith("kpi_id."):
            return condition
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
                "MAX(%(factor)s) * %(numerator)s / NULLIF(%(denominator)s, 0)",
                factor=self._field_to_sql(self._table, "factor", query),
                numerator=self._sql_sum("numerator", query),
                denominator=self._sql_sum("denominator", query),
            )
        else:
            return super()._read_group_select(aggregate_spec, query)
        if len(getattr(query, "fact_kpi_ids", None) or ()) == 1:
            return figure
        kpi = self._field_to_sql(self._table, "kpi_id", query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", kpi, kpi, figure)

    def _sql_sum(self, fname, query) -> SQL:
        """Return the sum of the facts of a group, customers counted once."""
        kpis = self.env["airbag.kpi"]
        by_customer = {kpis._get_constants(code)[0] for code in BY_CUSTOMER}
        confined = getattr(query, "fact_kpi_ids", None)
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
