# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class AirbagKpiReport(models.Model):
    """The facts of the indicators, one row each. PRO 008 §7.

    ``numerator`` ÷ ``denominator`` of any group is its value; a group without
    data has none. What each indicator counts:

    * *satisfaction*: a survey answered by the customer of a visit; satisfied or
      not; on the day of the service. An answer that leaves out the question that
      decides says neither, and is left out.
    * *resolution*: a complaint or claim resolved; its working hours; on the local
      day of its last resolution. Queries and requests are no incidents.
    * *retention*: a contract with a last day that has been decided: renewed, lost,
      or ended before its term, which is not renewed. On its last day, also when it
      was renewed earlier. Undecided and open-ended contracts are left out. A
      customer counts once in any group, as renewed if one of its contracts was:
      the sums of this indicator are of customers, not of rows.

    ``pending`` shows apart what is still to be decided, and is in no value: surveys
    not answered, incidents not resolved (on the day they came), renewals due.
    """

    _name = "airbag.kpi.report"
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
        help="Technician of the visit, who resolved the incident, or salesperson.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", string="Area", readonly=True
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
    value = fields.Float(
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
        help="The survey, ticket or contract the fact comes from.",
    )
    res_model = fields.Char(readonly=True)
    factor = fields.Float(readonly=True, aggregator=None)
    counts_customers = fields.Boolean(readonly=True)

    _depends = {
        "airbag.intervention": ["partner_id", "treatment_id", "user_id"],
        "airbag.kpi": ["code", "unit"],
        "helpdesk.ticket": [
            "company_id",
            "intervention_id",
            "kind",
            "partner_id",
            "received_on",
            "resolution_hours",
            "resolved_on",
            "stage_id",
            "team_id",
            "user_id",
        ],
        "res.partner": ["commercial_partner_id"],
        "sale.order": [
            "company_id",
            "contract_end",
            "is_service_contract",
            "partner_id",
            "renewal_state",
            "state",
            "terminated_on",
            "user_id",
        ],
        "survey.user_input": [
            "company_id",
            "contact_state",
            "intervention_id",
            "is_satisfied",
            "satisfaction_score",
            "service_date",
            "state",
            "test_entry",
        ],
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT fact.id, fact.res_model, fact.res_id, kpi.id AS kpi_id, fact.date,
                   fact.company_id, partner.commercial_partner_id AS partner_id,
                   fact.user_id, fact.team_id, fact.treatment_id,
                   fact.numerator, fact.denominator, fact.pending,
                   fact.counts_customers,
                   CASE kpi.unit WHEN 'percent' THEN 100.0 ELSE 1.0 END AS factor,
                   CASE kpi.unit WHEN 'percent' THEN 100.0 ELSE 1.0 END
                       * fact.numerator / NULLIF(fact.denominator, 0) AS value
              FROM (%s) fact
              JOIN airbag_kpi kpi ON kpi.code = fact.code
              LEFT JOIN res_partner partner ON partner.id = fact.partner_id
            """,
            SQL(" UNION ALL ").join(self._get_fact_queries()),
        )

    # === BUSINESS METHODS === #
    def _get_fact_queries(self) -> list[SQL]:
        """Return the query of each indicator; hook for more of them.

        Each gives the same columns, its code, and an id no other can give.
        """
        return [
            self._query_satisfaction(),
            self._query_resolution(),
            self._query_retention(),
        ]

    def _query_satisfaction(self) -> SQL:
        return SQL(
            """
            SELECT 4 * answer.id AS id, 'survey.user_input' AS res_model,
                   answer.id AS res_id, 'satisfaction' AS code,
                   answer.service_date AS date, answer.company_id,
                   visit.partner_id, visit.user_id, NULL::integer AS team_id,
                   visit.treatment_id,
                   CASE WHEN answer.is_satisfied THEN 1.0 ELSE 0.0 END AS numerator,
                   CASE answer.state WHEN 'done' THEN 1.0 ELSE 0.0 END AS denominator,
                   CASE answer.state WHEN 'done' THEN 0.0 ELSE 1.0 END AS pending,
                   false AS counts_customers
              FROM survey_user_input answer
              JOIN airbag_intervention visit ON visit.id = answer.intervention_id
             WHERE answer.test_entry IS NOT TRUE
               AND (answer.state = 'done' AND answer.satisfaction_score > 0
                    OR answer.state != 'done' AND answer.contact_state != 'waived')
            """
        )

    def _query_resolution(self) -> SQL:
        return SQL(
            """
            SELECT 4 * ticket.id + 1, 'helpdesk.ticket', ticket.id, 'resolution',
                   (COALESCE(ticket.resolved_on, ticket.received_on)
                       AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date,
                   ticket.company_id, ticket.partner_id, ticket.user_id,
                   ticket.team_id, visit.treatment_id,
                   CASE WHEN ticket.resolved_on IS NULL THEN 0.0
                        ELSE ticket.resolution_hours END,
                   CASE WHEN ticket.resolved_on IS NULL THEN 0.0 ELSE 1.0 END,
                   CASE WHEN ticket.resolved_on IS NULL THEN 1.0 ELSE 0.0 END,
                   false
              FROM helpdesk_ticket ticket
              JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
              JOIN res_company company ON company.id = ticket.company_id
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
              LEFT JOIN airbag_intervention visit
                ON visit.id = ticket.intervention_id
             WHERE (ticket.resolved_on IS NOT NULL OR stage.closed IS NOT TRUE)
               AND ticket.kind IN ('complaint', 'claim')
            """
        )

    def _query_retention(self) -> SQL:
        return SQL(
            """
            SELECT 4 * contract.id + 2, 'sale.order', contract.id, 'retention',
                   COALESCE(contract.terminated_on, contract.contract_end),
                   contract.company_id, contract.partner_id, contract.user_id,
                   NULL::integer, NULL::integer,
                   CASE WHEN contract.renewal_state = 'renewed'
                         AND contract.terminated_on IS NULL
                        THEN 1.0 ELSE 0.0 END,
                   CASE WHEN contract.renewal_state IN ('renewed', 'lost')
                        THEN 1.0 ELSE 0.0 END,
                   CASE WHEN contract.renewal_state IN ('renewed', 'lost')
                        THEN 0.0 ELSE 1.0 END,
                   true
              FROM sale_order contract
             WHERE contract.is_service_contract
               AND contract.state = 'sale'
               AND contract.contract_end IS NOT NULL
               AND contract.renewal_state != 'not_due'
            """
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """Sum facts, or count customers once, and divide the sums."""
        if aggregate_spec in ("numerator:sum", "denominator:sum", "pending:sum"):
            return self._sql_sum(aggregate_spec.removesuffix(":sum"), query)
        if aggregate_spec != "value:avg":
            return super()._read_group_select(aggregate_spec, query)
        kpi = self._field_to_sql(self._table, "kpi_id", query)
        return SQL(
            # Figures of different indicators have no common value.
            "CASE WHEN MIN(%(kpi)s) = MAX(%(kpi)s) THEN"
            " MAX(%(factor)s) * %(numerator)s / NULLIF(%(denominator)s, 0) END",
            kpi=kpi,
            factor=self._field_to_sql(self._table, "factor", query),
            numerator=self._sql_sum("numerator", query),
            denominator=self._sql_sum("denominator", query),
        )

    def _sql_sum(self, fname, query) -> SQL:
        """Return the sum of the facts of a group, customers counted once."""
        return SQL(
            "(COALESCE(SUM(%(fact)s) FILTER (WHERE NOT %(by_customer)s), 0)"
            " + COUNT(DISTINCT %(customer)s)"
            " FILTER (WHERE %(by_customer)s AND %(fact)s > 0))",
            fact=self._field_to_sql(self._table, fname, query),
            by_customer=self._field_to_sql(self._table, "counts_customers", query),
            customer=self._field_to_sql(self._table, "partner_id", query),
        )
