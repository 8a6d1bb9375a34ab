"""The figures of the indicators as somebody would write them by hand in SQL.

Nothing here is taken from the addon: the figures are compared as well as the time.
Each query reads only what its grouping needs.
"""

from typing import NamedTuple


class Facts(NamedTuple):
    """How to find the figures of one indicator."""

    tables: str
    where: str
    date: str
    company: str
    numerator: str
    denominator: str
    factor: int
    #: Of each grouping: the column and the tables it needs besides. Who sells is the
    #: contract's salesperson, else the customer's, as the indicators define it.
    columns: dict


def _survey(where, numerator, denominator):
    return Facts(
        tables="survey_user_input s",
        where=f"s.intervention_id IS NOT NULL AND s.test_entry IS NOT TRUE AND {where}",
        date="s.service_date",
        company="s.company_id",
        numerator=numerator,
        denominator=denominator,
        factor=100,
        columns={
            "technician_id": ("s.technician_id", ""),
            "treatment_id": ("s.treatment_id", ""),
            "salesperson_id": (
                "COALESCE(s.salesperson_id, p.user_id)",
                "LEFT JOIN res_partner p ON p.id = s.customer_id",
            ),
            "company_id": ("s.company_id", ""),
            "partner_id": (
                "p.commercial_partner_id",
                "JOIN res_partner p ON p.id = s.customer_id",
            ),
        },
    )


VISIT = "LEFT JOIN airbag_intervention v ON v.id = t.intervention_id"


def _ticket(where, date, numerator, denominator, factor):
    return Facts(
        tables="helpdesk_ticket t JOIN helpdesk_ticket_stage g ON g.id = t.stage_id",
        where=f"t.kind IN ('complaint', 'claim') AND {where}",
        date=date,
        company="t.company_id",
        numerator=numerator,
        denominator=denominator,
        factor=factor,
        columns={
            "team_id": ("t.team_id", ""),
            "company_id": ("t.company_id", ""),
            "technician_id": ("v.user_id", VISIT),
            "treatment_id": ("v.treatment_id", VISIT),
            "salesperson_id": (
                "COALESCE(c.user_id, p.user_id)",
                f"{VISIT} LEFT JOIN sale_order c"
                " ON c.id = COALESCE(t.order_id, v.order_id)"
                " LEFT JOIN res_partner p ON p.id = t.partner_id",
            ),
            "partner_id": (
                "p.commercial_partner_id",
                "JOIN res_partner p ON p.id = t.partner_id",
            ),
        },
    )


def _contract(where, date, numerator, denominator, tables=""):
    return Facts(
        tables=f"sale_order c {tables}",
        where="c.is_service_contract AND c.state = 'sale'"
        f" AND c.contract_end IS NOT NULL AND {where}",
        date=date,
        company="c.company_id",
        numerator=numerator,
        denominator=denominator,
        factor=100,
        columns={
            "salesperson_id": (
                "COALESCE(c.user_id, p.user_id)",
                "LEFT JOIN res_partner p ON p.id = c.partner_id",
            ),
            "company_id": ("c.company_id", ""),
            "partner_id": (
                "p.commercial_partner_id",
                "JOIN res_partner p ON p.id = c.partner_id",
            ),
        },
    )


def _count(condition):
    return f"COUNT(*) FILTER (WHERE {condition})"


def _customers(condition):
    return f"COUNT(DISTINCT q.commercial_partner_id) FILTER (WHERE {condition})"


TODAY = "(now() AT TIME ZONE 'America/Bogota')::date"
LATE = "(t.resolved_on IS NULL AND t.resolution_deadline < now() AT TIME ZONE 'UTC')"
DECIDED = f"(c.renewal_state IN ('renewed', 'lost') OR c.contract_end < {TODAY})"
LAST_DAY = "LEAST(c.contract_end, c.replaced_on, c.terminated_on)"
PASSED = f"""(v.planned_start < {TODAY}::timestamp + interval '5 hours'
    AND (v.planned_start AT TIME ZONE 'UTC' AT TIME ZONE 'America/Bogota')::date
        <= COALESCE({LAST_DAY}, 'infinity'))"""
DUE = f"(v.state = 'done' OR {PASSED})"

INDICATORS = {
    "satisfaction": _survey(
        "(s.state = 'done' AND s.satisfaction_score > 0"
        " OR s.state != 'done' AND s.contact_state != 'waived')",
        _count("s.state = 'done' AND s.is_satisfied"),
        _count("s.state = 'done'"),
    ),
    "resolution": _ticket(
        "(t.resolved_on IS NOT NULL OR g.closed IS NOT TRUE)",
        "t.incident_date",
        "SUM(CASE WHEN t.resolved_on IS NOT NULL THEN t.resolution_hours ELSE 0 END)",
        _count("t.resolved_on IS NOT NULL"),
        1,
    ),
    "retention": _contract(
        "c.renewal_state != 'not_due'",
        "COALESCE(c.terminated_on, c.contract_end)",
        _customers("c.renewal_state = 'renewed' AND c.terminated_on IS NULL"),
        _customers("c.renewal_state IN ('renewed', 'lost')"),
        "JOIN res_partner q ON q.id = c.partner_id",
    ),
    "contact": _survey(
        "(s.contact_timing IS NOT NULL OR s.contact_state = 'pending')",
        _count("s.contact_timing = 'in_time'"),
        _count("s.contact_timing IS NOT NULL"),
    ),
    "response": _survey(
        "(s.state = 'done' OR s.contact_state != 'waived')",
        _count("s.state = 'done'"),
        _count("s.state = 'done' OR s.contact_state IN ('contacted', 'answered')"),
    ),
    "resolution_in_time": _ticket(
        "t.resolution_deadline IS NOT NULL"
        " AND (t.resolved_on IS NOT NULL OR g.closed IS NOT TRUE)",
        f"CASE WHEN t.resolved_on IS NOT NULL OR {LATE} THEN t.commitment_date"
        " ELSE t.incident_date END",
        _count("t.resolved_on <= t.resolution_deadline"),
        _count(f"t.resolved_on IS NOT NULL OR {LATE}"),
        100,
    ),
    "visits": Facts(
        tables="airbag_intervention v JOIN sale_order c ON c.id = v.order_id",
        where="v.order_line_id IS NOT NULL AND v.visit_number > 0"
        " AND c.is_service_contract AND c.state = 'sale'"
        f" AND (v.state != 'cancelled' OR {DUE})",
        date="v.promised_date",
        company="v.company_id",
        numerator=_count("v.state = 'done'"),
        denominator=_count(DUE),
        factor=100,
        columns={
            "technician_id": ("v.user_id", ""),
            "treatment_id": ("v.treatment_id", ""),
            "company_id": ("v.company_id", ""),
            "salesperson_id": (
                "COALESCE(c.user_id, p.user_id)",
                "LEFT JOIN res_partner p ON p.id = v.partner_id",
            ),
            "partner_id": (
                "p.commercial_partner_id",
                "JOIN res_partner p ON p.id = v.partner_id",
            ),
        },
    ),
    "renewal_contact": _contract(
        "c.renewal_state IS NOT NULL AND c.terminated_on IS NULL"
        " AND c.replaced_on IS NULL"
        f" AND ({DECIDED} OR c.renewal_state != 'not_due')",
        "c.contract_end",
        _count(f"{DECIDED} AND c.renewal_first_contacted_on <= c.contract_end"),
        _count(DECIDED),
    ),
}


def write(code, grouping, after=None):
    """Return the query of an indicator's figures in one grouping, and their total.

    :param str grouping: ``date:month`` or a field of the facts
    :param after: first day wanted
    """
    facts = INDICATORS[code]
    if grouping == "date:month":
        column, more = f"date_trunc('month', {facts.date})::date", ""
    else:
        column, more = facts.columns[grouping]
    period = f"AND {facts.date} >= '{after}'" if after else ""
    numerator, denominator = facts.numerator, facts.denominator
    return f"""
        SELECT {column}, {numerator}, {denominator},
               {facts.factor}::float8 * {numerator} / NULLIF({denominator}, 0)
          FROM {facts.tables} {more}
         WHERE {facts.where} AND {facts.company} IN (1, 2) {period}
         GROUP BY GROUPING SETS ((1), ())
         ORDER BY 1
    """
