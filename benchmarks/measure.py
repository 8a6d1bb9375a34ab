"""Compare the indicators with SQL written by hand. Runs in Odoo's shell.

Both run in turn on the same connection, warm, as a manager of both companies; the
figures are compared before the times are. Times are of one machine on one day: what
counts are the ratios.
"""

import functools
import statistics
import time

from benchmarks import by_hand, page

RUNS = 7
MARKS = "figures"
MEASURES = ["numerator:sum", "denominator:sum", "value:avg"]


def clock(function):
    """Return the seconds a call takes, and what it returns."""
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


manager = env["res.users"].search([("login", "=", "bench_manager_0")])  # noqa: F821
companies = env["res.company"].search([])  # noqa: F821
report = (
    env["airbag.kpi.report"]  # noqa: F821
    .with_user(manager)
    .with_context(allowed_company_ids=companies.ids, lang="es_419")
)
cr = env.cr  # noqa: F821


def pivot(kpi, grouping):
    """Return what the pivot asks the server for."""
    env.invalidate_all()  # noqa: F821
    domain = [("kpi_id", "=", kpi.id)]
    return report.formatted_read_grouping_sets(domain, [[], [grouping]], MEASURES)


def find_query(function):
    """Return the query of the figures among those that a call makes."""
    queries, execute = [], type(cr).execute

    def note(cursor, query, *args, **kwargs):
        queries.append(query)
        return execute(cursor, query, *args, **kwargs)

    type(cr).execute = note
    try:
        function()
    finally:
        type(cr).execute = execute
    [query] = [q for q in queries if "GROUPING SETS" in getattr(q, "code", str(q))]
    return query


def run(query):
    cr.execute(query)
    return cr.fetchall()


def write_by_hand(code, grouping):
    return run(by_hand.write(code, grouping))


def as_figures(sets, grouping):
    """Return ``{group: figures}`` of a pivot, None for the total."""
    figures = {None: tuple(sets[0][0][name] for name in MEASURES)} if sets[0] else {}
    for row in sets[1]:
        key = row[grouping]
        if key:
            key = key[0]
            figures[key] = tuple(row[name] for name in MEASURES)
    return figures


def same(ours, theirs):
    """Compare the figures of two sides; blank is blank, 0 is 0."""
    theirs = {
        row[0].isoformat() if hasattr(row[0], "isoformat") else row[0]: row[1:]
        for row in theirs
    }
    assert ours.keys() == theirs.keys(), set(ours) ^ set(theirs)
    for key, figures in ours.items():
        for mine, other in zip(figures, theirs[key], strict=True):
            equal = abs((mine or 0) - float(other or 0)) < 1e-6 * max(1, abs(mine or 0))
            assert equal, (key, figures, theirs[key])


def compare(kpi, grouping):
    """Return the median seconds of the pivot and of the SQL, and the groups."""
    ours = as_figures(pivot(kpi, grouping), grouping)
    same(ours, write_by_hand(kpi.code, grouping))
    ask = lambda: pivot(kpi, grouping)  # noqa: E731
    if grouping == "partner_id":
        # Nobody opens a pivot of 50,000 customers, and to write their names takes
        # longer than to count: of that grouping the query alone is measured.
        ask = functools.partial(run, find_query(ask))
    times = [
        (
            clock(ask)[0],
            clock(lambda: write_by_hand(kpi.code, grouping))[0],
        )
        for _run in range(RUNS)
    ]
    mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    return mine, theirs, len(ours) - 1


def compare_all():
    """Return the table of the indicators, and print each row as it is known."""
    yield "| indicator | grouped by | groups | pivot | SQL by hand | ratio |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for kpi in env["airbag.kpi"].search([]):  # noqa: F821
        for grouping in ("date:month", *by_hand.INDICATORS[kpi.code].columns):
            mine, theirs, groups = compare(kpi, grouping)
            yield (
                f"| {kpi.code} | {grouping} | {groups:,} | {mine * 1000:,.0f} ms"
                f" | {theirs * 1000:,.0f} ms | {mine / theirs:.2f} |"
            )


def count_rows():
    """Return one line that says how large the database is."""
    tables = (
        "airbag_intervention",
        "survey_user_input",
        "survey_user_input_line",
        "helpdesk_ticket",
        "sale_order",
    )
    counts = []
    for table in tables:
        cr.execute(f"SELECT COUNT(*) FROM {table}")
        counts.append(f"{cr.fetchone()[0]:,} {table}")
    return f"Rows: {', '.join(counts)}. Medians of {RUNS} runs in turn, both warm."


lines = [count_rows(), ""]
for line in compare_all():
    print(line, flush=True)
    lines.append(line)
page.note(MARKS, lines)
