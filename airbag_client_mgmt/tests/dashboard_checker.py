# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import re

from odoo.fields import Domain

#: Functions of the spreadsheet that the file may use; another shows as #NAME?.
FUNCTIONS = {
    *("ABS", "AND", "DATE", "EDATE", "IF", "IFERROR", "ISERROR", "MONTH", "NOW"),
    *("OR", "ROUND", "ROUNDDOWN", "SUM", "TEXT", "TODAY", "YEAR", "_t"),
    *("ODOO.LIST", "PIVOT.HEADER", "PIVOT.VALUE"),
}
#: Data sources that a filter does not reach, and why.
UNFILTERED = {
    ("pivot 3", "period"): "the trend is that of the last twelve months",
    ("pivot 8", "period"): "what is overdue is so today",
    ("pivot 9", "period"): "what is to be renewed is so today",
    ("list 1", "period"): "what is overdue is so today",
    ("list 2", "period"): "what is to be renewed is so today",
}
DATE_TYPES = ("date", "datetime")
TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")|(?P<function>[A-Za-z_][\w.]*)\('
    r"|(?P<range>(?:\w+!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    r"|(?P<other>\S)"
)


class DashboardChecker:
    """Says what would show as an error, or as a wrong figure, in a dashboard file.

    Odoo checks the fields of pivots, lists and charts when tests run; not the paths
    of the filters, nor what the formulas name. :meth:`check` returns a sentence for
    each problem, which begins with where it is.
    """

    def __init__(self, env, data, groups=()):
        self.env, self.data = env, data
        self.groups = groups
        self.problems = []
        self.pivots = data.get("pivots", {})
        self.lists = data.get("lists", {})
        self.filters = {item["id"]: item for item in data.get("globalFilters", [])}
        self.sheets = {sheet["name"]: sheet for sheet in data["sheets"]}

    def check(self):
        if self.data.get("version") != "18.5.10":
            self._report("file", "its version is not that of Odoo 19")
        for item in self.filters.values():
            self._check_filter(item)
        for key, pivot in self.pivots.items():
            self._check_pivot(f"pivot {key}", pivot)
        for key, spreadsheet_list in self.lists.items():
            self._check_list(f"list {key}", spreadsheet_list)
        for sheet in self.data["sheets"]:
            self._check_sheet(sheet)
        self._check_menus()
        return self.problems

    def _report(self, where, what):
        self.problems.append(f"{where}: {what}")

    # --- fields ---
    def _get_field(self, where, model, path):
        """Return the field at the end of a path, or None after reporting it."""
        field = None
        for name in path.split("."):
            if model is None or name not in self.env[model]._fields:
                return self._report(where, f"there is no field {name} in {path}")
            field = self.env[model]._fields[name]
            model = field.comodel_name if field.relational else None
        return field

    def _check_domain(self, where, model, domain):
        for condition in Domain(domain).iter_conditions():
            if not self._get_field(where, model, condition.field_expr):
                return
        self.env[model].search_count(domain, limit=1)

    def _check_filter(self, item):
        if item["type"] == "relation" and item["modelName"] not in self.env:
            self._report(f"filter {item['id']}", f"no model {item['modelName']}")

    def _check_matching(self, where, model, matching):
        for key in self.filters.keys() - matching.keys():
            if (where, key) not in UNFILTERED:
                self._report(where, f"the filter {key} does not reach it")
        for key, match in matching.items():
            if key not in self.filters:
                self._report(where, f"there is no filter {key}")
                continue
            field = self._get_field(where, model, match["chain"])
            if field:
                self._check_match(where, self.filters[key], match, field)

    def _check_match(self, where, item, match, field):
        if match["type"] != field.type:
            self._report(where, f"{match['chain']} is a {field.type}")
        if item["type"] == "date":
            if field.type not in DATE_TYPES:
                self._report(where, f"{match['chain']} is no date")
        elif field.comodel_name != item["modelName"]:
            self._report(where, f"{match['chain']} is no {item['modelName']}")

    # --- sources ---
    def _check_pivot(self, where, pivot):
        model = pivot["model"]
        if model not in self.env:
            return self._report(where, f"there is no model {model}")
        count = len(self.problems)
        self._check_domain(where, model, pivot["domain"])
        self._check_matching(where, model, pivot.get("fieldMatching", {}))
        for dimension in (*pivot["rows"], *pivot["columns"]):
            self._check_dimension(where, model, dimension)
        ids = [measure["id"] for measure in pivot["measures"]]
        for measure in pivot["measures"]:
            if measure["fieldName"] != "__count":
                self._get_field(where, model, measure["fieldName"])
        sort = pivot.get("sortedColumn")
        if sort and sort["measure"] not in ids:
            self._report(where, f"it is sorted by {sort['measure']}, no measure of it")
        if len(self.problems) == count:
            self._read_pivot(where, pivot)

    def _check_dimension(self, where, model, dimension):
        field = self._get_field(where, model, dimension["fieldName"])
        if not field:
            return
        is_date, granularity = field.type in DATE_TYPES, dimension.get("granularity")
        if is_date != bool(granularity):
            self._report(where, f"{dimension['fieldName']}: granularity {granularity}")
        elif not self._is_groupable(model, self._get_spec(dimension)):
            self._report(where, f"{dimension['fieldName']} does not group")

    def _is_groupable(self, model, spec):
        records = self.env[model]
        try:
            records._read_group([], [spec], ["__count"], limit=1)
        except ValueError:
            return False
        return True

    @staticmethod
    def _get_spec(dimension):
        granularity = dimension.get("granularity")
        name = dimension["fieldName"]
        return f"{name}:{granularity}" if granularity else name

    def _read_pivot(self, where, pivot):
        """Ask the database what the dashboard asks: measures that do not add up."""
        specs = [
            "__count"
            if measure["fieldName"] == "__count"
            else f"{measure['fieldName']}:{measure.get('aggregator')}"
            for measure in pivot["measures"]
        ]
        groups = [self._get_spec(item) for item in (*pivot["rows"], *pivot["columns"])]
        try:
            self.env[pivot["model"]].formatted_read_grouping_sets(
                pivot["domain"], [[], groups] if groups else [[]], specs
            )
        except ValueError as error:
            self._report(where, str(error))

    def _check_list(self, where, spreadsheet_list):
        model = spreadsheet_list["model"]
        if model not in self.env:
            return self._report(where, f"there is no model {model}")
        self._check_domain(where, model, spreadsheet_list["domain"])
        self._check_matching(where, model, spreadsheet_list.get("fieldMatching", {}))
        for path in spreadsheet_list["columns"]:
            self._get_field(where, model, path)
        for order in spreadsheet_list["orderBy"]:
            field = self._get_field(where, model, order["name"])
            if field and not (field.store and field.column_type):
                self._report(where, f"{order['name']} does not sort")

    # --- sheets ---
    def _check_sheet(self, sheet):
        for kind in ("styles", "formats", "borders"):
            for zone, key in sheet.get(kind, {}).items():
                if str(key) not in self.data.get(kind, {}):
                    self._report(f"{sheet['name']}!{zone}", f"no {kind} {key}")
        for address, content in sheet["cells"].items():
            where = f"{sheet['name']}!{address}"
            self._check_size(where, sheet, address)
            if content.startswith("="):
                self._check_formula(where, sheet, content[1:])
            elif content.startswith("["):
                self._check_link(where, content)
        for rule in sheet.get("conditionalFormats", []):
            for value in rule["rule"].get("values", []):
                where = f"{sheet['name']}, rule {rule['id']}"
                self._check_formula(where, sheet, value.removeprefix("="))
        for figure in sheet["figures"]:
            self._check_figure(f"figure {figure['id']}", sheet, figure["data"])

    def _check_size(self, where, sheet, address):
        letters, row = re.match(r"([A-Z]+)(\d+)", address).groups()
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        if int(row) > sheet["rowNumber"] or column > sheet["colNumber"]:
            self._report(where, "it is off the sheet")

    def _check_figure(self, where, sheet, chart):
        if chart["type"].startswith("odoo_"):
            return self._check_odoo_chart(where, chart)
        ranges = [item["dataRange"] for item in chart.get("dataSets", [])]
        for key in ("labelRange", "keyValue", "baseline"):
            if chart.get(key):
                ranges.append(chart[key])
        if not ranges:
            self._report(where, "it shows nothing")
        for item in ranges:
            self._check_range(where, sheet, item)

    def _check_odoo_chart(self, where, chart):
        meta, search = chart["metaData"], chart["searchParams"]
        model = meta["resModel"]
        self._check_domain(where, model, search["domain"])
        self._check_matching(where, model, chart.get("fieldMatching", {}))
        for spec in meta["groupBy"]:
            name, _sep, granularity = spec.partition(":")
            self._check_dimension(
                where, model, {"fieldName": name, "granularity": granularity}
            )
        if meta["measure"] != "__count":
            self._get_field(where, model, meta["measure"])

    def _check_range(self, where, sheet, reference):
        """A reference names a sheet there is, and cells that hold something."""
        name, _sep, zone = reference.replace("$", "").rpartition("!")
        if name and name not in self.sheets:
            return self._report(where, f"there is no sheet {name}")
        cells = (self.sheets[name] if name else sheet)["cells"]
        corners = zone.split(":")
        for corner in (corners[0], corners[-1]):
            if corner not in cells:
                self._report(where, f"{reference} is empty")

    # --- formulas ---
    def _check_formula(self, where, sheet, formula):
        """Check each reference and each call, the inner ones first."""
        calls = [("", [[]])]
        for match in TOKEN.finditer(formula):
            kind, token = match.lastgroup, match.group()
            if kind in ("function", "open"):
                calls.append((match.group("function"), [[]]))
                continue
            if kind == "comma":
                calls[-1][1].append([])
                continue
            if kind == "close":
                if len(calls) == 1:
                    break
                self._check_call(where, *calls.pop())
                token = None
            elif kind == "range":
                self._check_range(where, sheet, token)
            calls[-1][1][-1].append(token)
        else:
            if len(calls) == 1:
                return
        self._report(where, "its brackets do not match")

    def _check_call(self, where, name, arguments):
        if name is None:  # brackets only
            return
        if name not in FUNCTIONS:
            return self._report(where, f"there is no function {name}")
        # What is calculated is not known here: None.
        values = [self._get_literal(tokens) for tokens in arguments]
        if name == "ODOO.LIST":
            self._check_list_call(where, *values)
        elif name == "PIVOT.VALUE":
            self._check_pivot_call(where, values[0], values[2:], values[1])
        elif name == "PIVOT.HEADER":
            self._check_pivot_call(where, values[0], values[1:])

    @staticmethod
    def _get_literal(tokens):
        """Return the text or number that an argument is, or None."""
        if len(tokens) == 1 and tokens[0] and re.match(r'["\d]', tokens[0]):
            return tokens[0].strip('"')
        return None

    def _check_list_call(self, where, key, position, path):
        if key not in self.lists:
            return self._report(where, f"there is no list {key}")
        if path not in self.lists[key]["columns"] or not int(position or 1):
            self._report(where, f"the list {key} has no column {path}")

    def _check_pivot_call(self, where, key, arguments, measure=None):
        if key not in self.pivots:
            return self._report(where, f"there is no pivot {key}")
        pivot = self.pivots[key]
        if measure and measure not in [item["id"] for item in pivot["measures"]]:
            self._report(where, f"the pivot {key} has no measure {measure}")
        names, values = arguments[::2], arguments[1::2]
        rows = [self._get_spec(item) for item in pivot["rows"]]
        columns = [self._get_spec(item) for item in pivot["columns"]]
        given = [(name or "").removeprefix("#") for name in names]
        kept = [name for name in given if name in rows]
        expected = rows[: len(kept)] + columns[: len(given) - len(kept)]
        if given != expected or len(names) != len(values):
            return self._report(where, f"the pivot {key} is not by {', '.join(given)}")
        for name, value in zip(names, values, strict=True):
            if value is not None and not name.startswith("#"):
                self._check_value(where, pivot["model"], name, value)

    def _check_value(self, where, model, spec, value):
        """The value of a group is one that the field can have."""
        field = self._get_field(where, model, spec.partition(":")[0])
        if field.type == "selection":
            if value not in field.get_values(self.env):
                self._report(where, f"{value} is no {spec}")
        elif field.name == "code" and not self.env[field.model_name].search_count(
            [("code", "=", value)]
        ):
            self._report(where, f"there is no {spec} {value}")

    # --- links ---
    def _check_link(self, where, content):
        url = re.fullmatch(r"\[.+?\]\((.+)\)", content).group(1)
        if url.startswith("odoo://ir_menu_xml_id/"):
            menu = self._get_menu(where, url.removeprefix("odoo://ir_menu_xml_id/"))
            for group in self.groups if menu else ():
                if not self._is_visible(menu, group):
                    self._report(where, f"{group.name} has no menu {menu.name}")
        elif url.startswith("odoo://view/"):
            action = json.loads(url.removeprefix("odoo://view/"))["action"]
            window = self.env.ref(action["xmlId"], raise_if_not_found=False)
            if not window or window.res_model != action["modelName"]:
                return self._report(where, f"{action['xmlId']} is no window of it")
            self._check_domain(where, action["modelName"], action["domain"])
        else:
            self._report(where, f"{url} leads nowhere")

    def _is_visible(self, menu, group):
        """Return whether who has the group alone sees the menu and what it is in."""
        groups = group | group.all_implied_ids
        while menu:
            if menu.group_ids and not menu.group_ids & groups:
                return False
            menu = menu.parent_id
        return True

    def _get_menu(self, where, xmlid):
        menu = self.env.ref(xmlid, raise_if_not_found=False)
        if not menu or not menu.action:
            return self._report(where, f"there is no menu {xmlid} that opens something")
        return menu

    def _check_menus(self):
        figures = {
            figure["id"] for sheet in self.data["sheets"] for figure in sheet["figures"]
        }
        menus = self.data.get("chartOdooMenusReferences", {})
        for key, xmlid in menus.items():
            if key not in figures:
                self._report(f"figure {key}", "there is none, though it has a menu")
            self._get_menu(f"figure {key}", xmlid)
        for key in figures - menus.keys():
            self._report(f"figure {key}", "a click on it opens nothing")
