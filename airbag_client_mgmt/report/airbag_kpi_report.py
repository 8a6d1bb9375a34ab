# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
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


class AirbagKpiReport(models.Model):
    """The facts of the indicators, one row each. PRO 008 §7.

    ``numerator`` ÷ ``denominator`` of any group is its value; a group without data
    has none. ``pending`` shows apart what is still to be decided, and is in no
    value. What each indicator counts, and on which day, is in its ``formula``
    (``data/airbag_kpi_data.xml``).

    The indicator is a constant in the query of its facts, so that the database
    reads only the registers of the indicators asked for.

    The facts of each register are in a file of its own, as are the search, which
    says what is asked for, and the sums of the groups.
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
        "airbag.kpi": ["code", "team_id", "unit"],
        "res.company": ["partner_id", "resource_calendar_id"],
        "res.partner": ["commercial_partner_id", "tz", "user_id"],
        "resource.calendar": ["tz"],
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
        """Return the queries of the facts, by code; each register adds its own."""
        return {}

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

    def _sql_today(self) -> SQL:
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
