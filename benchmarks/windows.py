"""What management opens each day, on the benchmark's history. Runs in Odoo's shell.

For each card of the dashboard and each window: how long the server takes, in how many
queries, and how much of the largest tables one of them reads in a scan. What somebody
opens each morning may not read a table from end to end.
"""

import ast
import json
import time
from datetime import date, timedelta

from lxml import etree

from odoo import modules
from odoo.fields import Domain
from odoo.tools import SQL

from benchmarks import page

#: The tables that grow with the work.
GROWING = (
    "airbag_intervention",
    "helpdesk_ticket",
    "sale_order",
    "survey_user_input",
    "survey_user_input_line",
)
#: Up to so many the web client counts the records of a list.
COUNTED = 10_001
#: What the dashboard opens with.
DAYS = 90
MARKS = "windows"

cr = env.cr  # noqa: F821
manager = env["res.users"].search([("login", "=", "bench_manager_0")])  # noqa: F821
companies = env["res.company"].search([])  # noqa: F821
desk = env(  # noqa: F821
    user=manager.id,
    context={
        "allowed_company_ids": companies.ids,
        "lang": "es_419",
        "tz": "America/Bogota",
    },
)


class Log:
    """The queries of a call."""

    def __init__(self):
        self.queries = []
        self._execute = type(cr).execute

    def __enter__(self):
        def note(cursor, query, *args, **kwargs):
            self.queries.append((query, args))
            return self._execute(cursor, query, *args, **kwargs)

        type(cr).execute = note
        return self

    def __exit__(self, *error):
        type(cr).execute = self._execute


def iter_nodes(plan):
    """Give every step of a plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from iter_nodes(child)


def read_shares(queries):
    """Return ``{table: percentage of its rows that one scan reads}``, the largest."""
    shares = {}
    explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
    for query, args in queries:
        text = query.code if isinstance(query, SQL) else query
        if not text.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        if isinstance(query, SQL):
            cr.execute(SQL("%s%s", SQL(explain), query))
        else:
            cr.execute(explain + query, *args)
        for node in iter_nodes(cr.fetchone()[0][0]["Plan"]):
            table = node.get("Relation Name")
            if table in GROWING:
                rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                share = 100 * rows * node["Actual Loops"] / max(sizes[table], 1)
                shares[table] = max(shares.get(table, 0), share)
    return shares


def measure(name, call):
    """Return one row of the table: the second call is measured, the first warms up."""
    desk.invalidate_all()
    call()
    desk.invalidate_all()
    begin = time.perf_counter()
    with Log() as log:
        call()
    seconds = time.perf_counter() - begin
    read = ", ".join(
        f"{table} {share:.0f} %"
        for table, share in sorted(read_shares(log.queries).items())
        if share >= 1
    )
    return f"| {name} | {seconds * 1000:,.0f} ms | {len(log.queries)} | {read or '–'} |"


def get_domain(source):
    """Return the domain of a pivot or list with the period it opens with."""
    matching = source["fieldMatching"].get("period")
    if not matching:
        return source["domain"]
    last = date.today() + timedelta(days=DAYS * matching.get("offset", 0))
    first = last - timedelta(days=DAYS)
    return [
        *source["domain"],
        (matching["chain"], ">", str(first)),
        (matching["chain"], "<=", str(last)),
    ]


def open_pivot(pivot):
    """Ask the server for what a pivot of the dashboard asks for."""
    groups = [
        ":".join(filter(None, (group["fieldName"], group.get("granularity"))))
        for group in (*pivot["rows"], *pivot["columns"])
    ]
    measures = [
        measure["id"] for measure in pivot["measures"] if "computedBy" not in measure
    ]
    sets = [groups[:length] for length in range(len(groups) + 1)]
    return desk[pivot["model"]].formatted_read_grouping_sets(
        get_domain(pivot), sets, measures
    )


def open_list(source):
    """Ask the server for what a list of the dashboard asks for."""
    order = ", ".join(
        f"{by['name']} {'asc' if by['asc'] else 'desc'}" for by in source["orderBy"]
    )
    columns = {name: {} for name in source["columns"]}
    return desk[source["model"]].web_search_read(
        get_domain(source), columns, limit=10, order=order
    )


def open_window(xmlid, kind="list", limit=80):
    """Read the first page of a window as it opens: its columns, its own filters."""
    action = env.ref(f"airbag_client_mgmt.{xmlid}")  # noqa: F821
    model = desk[action.res_model]
    view_id = next((id_ for id_, name in action.views if name == kind), False)
    view = model.get_view(view_id, kind)
    columns = {name: {} for name in view["models"][action.res_model]}
    order = etree.fromstring(view["arch"]).get("default_order")
    domain = Domain(ast.literal_eval(action.domain or "[]"))
    filters = list(iter_filters(model, action))
    if filters:
        domain &= Domain.OR(filters)
    page_read = model.web_search_read(
        domain, columns, limit=limit, order=order, count_limit=COUNTED
    )
    assert page_read["records"], f"nothing in {xmlid}"
    return page_read


def iter_filters(model, action):
    """Give the domains of the filters that a window opens with."""
    view = model.get_view(action.search_view_id.id, "search")
    search = etree.fromstring(view["arch"])
    for name, value in ast.literal_eval(action.context or "{}").items():
        for node in search.iterfind(
            f".//filter[@name='{name.removeprefix('search_default_')}']"
        ):
            if value and node.get("domain"):
                yield Domain(ast.literal_eval(node.get("domain")))


def iter_calls():
    """Give what is measured, each with its name."""
    path = modules.get_module_path("airbag_client_mgmt")
    with open(f"{path}/data/files/client_mgmt_dashboard.json") as source:
        dashboard = json.load(source)
    for pivot in dashboard["pivots"].values():
        yield f"Dashboard: {pivot['name']}", lambda pivot=pivot: open_pivot(pivot)
    for source in dashboard["lists"].values():
        yield (
            f"Dashboard: list of {source['name'].lower()}",
            lambda source=source: open_list(source),
        )
    yield "Cards of the indicators", lambda: open_window("airbag_kpi_action", "kanban")
    for name, xmlid in (
        ("Procedure matrix, this year", "airbag_procedure_step_action"),
        ("Customers", "res_partner_action_customers"),
        ("Customers at risk", "res_partner_action_at_risk"),
        ("Register of contracts", "action_register_contract"),
        ("Register of satisfaction", "survey_user_input_action_register"),
        ("Register of complaints", "action_register_complaint"),
    ):
        yield name, lambda xmlid=xmlid: open_window(xmlid)


sizes = {}
for table in GROWING:
    cr.execute(f"SELECT COUNT(*) FROM {table}")
    sizes[table] = cr.fetchone()[0]
lines = [
    "| window | server | queries | most read in a scan, of each large table |",
    "| --- | ---: | ---: | --- |",
]
for name, call in iter_calls():
    lines.append(measure(name, call))
    print(lines[-1], flush=True)
page.note(MARKS, lines)
