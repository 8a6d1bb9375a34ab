# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import functools
import json
import operator
from copy import deepcopy

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open

from .dashboard_checker import UNFILTERED, DashboardChecker

FILE = "airbag_client_mgmt/data/files/client_mgmt_dashboard.json"
GROUPS = (
    "airbag_client_mgmt.group_quality_reviewer",
    "sales_team.group_sale_manager",
    "helpdesk_mgmt.group_helpdesk_manager",
)


def _reach(data, keys):
    """Return what the file has at these keys, one within the other."""
    return functools.reduce(operator.getitem, keys, data)


def _set(*path):
    """Return a change of the file: the last of the arguments, at the others."""
    *keys, last, value = path
    return lambda data: operator.setitem(_reach(data, keys), last, value)


def _set_cell(address, content, sheet=0):
    """Return a change of the file: what a cell holds."""
    return _set("sheets", sheet, "cells", address, content)


def _delete(*path):
    """Return a change of the file: what is at these keys is missing."""
    *keys, last = path
    return lambda data: operator.delitem(_reach(data, keys), last)


PIVOT, LIST, CARD = ("pivots", "1"), ("lists", "1"), ("sheets", 0, "figures", 0)
#: What may go wrong in the file, and a part of the sentence that says so.
MUTATIONS = {
    "version": (_set("version", "19.0"), "file: its version"),
    "model": (_set(*PIVOT, "model", "airbag.kpis"), "pivot 1: there is no model"),
    "domain": (
        _set(*PIVOT, "domain", [["kpi_id.cod", "=", "retention"]]),
        "pivot 1: there is no field cod",
    ),
    "measure": (
        _set(*PIVOT, "measures", 0, "fieldName", "valeu"),
        "pivot 1: there is no field valeu",
    ),
    "aggregator": (
        _set(*PIVOT, "measures", 0, "aggregator", "median"),
        "pivot 1: ",
    ),
    "row": (
        _set(*PIVOT, "rows", 0, "fieldName", "kpi_id.codes"),
        "pivot 1: there is no field codes",
    ),
    "row that does not group": (
        _set(*PIVOT, "rows", 0, "fieldName", "target"),
        "pivot 1: target does not group",
    ),
    "column without granularity": (
        _delete("pivots", "3", "columns", 0, "granularity"),
        "pivot 3: date: granularity None",
    ),
    "sort": (
        _set("pivots", "4", "sortedColumn", "measure", "score"),
        "pivot 4: it is sorted by score",
    ),
    "filter left out": (
        _delete(*PIVOT, "fieldMatching", "treatment"),
        "pivot 1: the filter treatment does not reach it",
    ),
    "unknown filter": (
        _set(*PIVOT, "fieldMatching", "team", {"chain": "team_id", "type": "many2one"}),
        "pivot 1: there is no filter team",
    ),
    "chain": (
        _set(*LIST, "fieldMatching", "treatment", "chain", "intervention.treatment_id"),
        "list 1: there is no field intervention",
    ),
    "chain to another model": (
        _set(*PIVOT, "fieldMatching", "company", "chain", "partner_id"),
        "pivot 1: partner_id is no res.company",
    ),
    "type of the chain": (
        _set("pivots", "6", "fieldMatching", "period", "type", "datetime"),
        "pivot 6: incident_date is a date",
    ),
    "date that is none": (
        _set(*PIVOT, "fieldMatching", "period", {"chain": "value", "type": "float"}),
        "pivot 1: value is no date",
    ),
    "column of a list": (
        _set(*LIST, "columns", 0, "customer_id"),
        "list 1: there is no field customer_id",
    ),
    "order of a list": (
        _set(*LIST, "orderBy", 0, "name", "is_overdue"),
        "list 1: is_overdue does not sort",
    ),
    "list of a formula": (
        _set_cell("A23", '=IFERROR(ODOO.LIST(7,1,"number"),"")'),
        "Dashboard!A23: there is no list 7",
    ),
    "field of a formula": (
        _set_cell("A23", '=IFERROR(ODOO.LIST(1,1,"stage_id"),"")'),
        "Dashboard!A23: the list 1 has no column stage_id",
    ),
    "pivot of a formula": (
        _set_cell("D21", '=PIVOT.VALUE(88,"__count")'),
        "Dashboard!D21: there is no pivot 88",
    ),
    "measure of a formula": (
        _set_cell("D21", '=PIVOT.VALUE(8,"number")'),
        "Dashboard!D21: the pivot 8 has no measure number",
    ),
    "group of a formula": (
        _set_cell("A31", '=PIVOT.HEADER(4,"#team_id",1)'),
        "Dashboard!A31: the pivot 4 is not by team_id",
    ),
    "value of a formula": (
        _set_cell("B39", '=PIVOT.VALUE(6,"__count","#category_id",1,"kind","grudge")'),
        "Dashboard!B39: grudge is no kind",
    ),
    "indicator of a formula": (
        _set_cell(
            "B13", '=PIVOT.VALUE(3,"value:avg","kpi_id.code","joy","date:month",A13)', 1
        ),
        "Data!B13: there is no kpi_id.code joy",
    ),
    "function": (
        _set_cell("D21", '=SIGN(PIVOT.VALUE(8,"__count"))'),
        "Dashboard!D21: there is no function SIGN",
    ),
    "brackets": (
        _set_cell("D21", '=IFERROR(PIVOT.VALUE(8,"__count"),""'),
        "Dashboard!D21: its brackets",
    ),
    "empty cell": (_set_cell("C2", "=IF(Z99=1,1,0)", 1), "Data!C2: Z99 is empty"),
    "cell off the sheet": (_set_cell("Z9", "1"), "Dashboard!Z9: it is off the sheet"),
    "sheet": (
        _set(*CARD, "data", "keyValue", "Figures!C2"),
        "figure card_satisfaction: there is no sheet Figures",
    ),
    "cell of a card": (
        _set(*CARD, "data", "baseline", "Data!L99"),
        "figure card_satisfaction: Data!L99 is empty",
    ),
    "style": (_set("sheets", 0, "styles", "A21", 99), "Dashboard!A21: no styles 99"),
    "menu of a figure": (
        _set("chartOdooMenusReferences", "card_satisfaction", "airbag.menu_none"),
        "figure card_satisfaction: there is no menu airbag.menu_none",
    ),
    "figure without menu": (
        _delete("chartOdooMenusReferences", "card_retention"),
        "figure card_retention: a click on it opens nothing",
    ),
    "menu of a link": (
        _set_cell("A29", "[Areas](odoo://ir_menu_xml_id/airbag_client_mgmt.menu_root)"),
        "Dashboard!A29: there is no menu airbag_client_mgmt.menu_root that opens",
    ),
    "menu of other roles": (
        _set_cell(
            "A29", "[Due](odoo://ir_menu_xml_id/airbag_client_mgmt.menu_renewals)"
        ),
        "Dashboard!A29: ",
    ),
}


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    """What the dashboard names is there, and who may see it sees it. PRO 008 §7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open(FILE) as file:
            cls.data = json.load(file)
        cls.groups = [cls.env.ref(xmlid) for xmlid in GROUPS]
        cls.dashboard = cls.env.ref("airbag_client_mgmt.dashboard_client_mgmt")

    def _check(self, data):
        return DashboardChecker(self.env, data, self.groups).check()

    def test_the_file_names_nothing_that_is_not_there(self):
        self.assertEqual(self._check(self.data), [])

    def test_whatever_is_wrong_in_the_file_is_reported(self):
        for name, (change, sentence) in MUTATIONS.items():
            data = deepcopy(self.data)
            change(data)
            with self.subTest(name):
                problems = self._check(data)
                self.assertTrue(
                    any(problem.startswith(sentence) for problem in problems), problems
                )

    def test_each_exception_to_the_filters_is_one(self):
        sources = {
            f"{kind} {key}": item.get("fieldMatching", {})
            for kind in ("pivot", "list")
            for key, item in self.data[f"{kind}s"].items()
        }
        for source, key in UNFILTERED:
            self.assertNotIn(key, sources[source], f"{key} does reach {source}")

    def test_the_previous_period_is_asked_as_the_present_one(self):
        present, previous = self.data["pivots"]["1"], self.data["pivots"]["2"]
        for key in ("model", "domain", "rows", "columns"):
            self.assertEqual(present[key], previous[key])
        offsets = [
            pivot["fieldMatching"].pop("period")["offset"]
            for pivot in deepcopy([present, previous])
        ]
        self.assertEqual(offsets, [0, -1])

    def test_the_dashboard_is_of_management_and_the_managers(self):
        for number, group in enumerate(GROUPS):
            user = new_test_user(
                self.env, login=f"manager_{number}", groups=f"base.group_user,{group}"
            )
            with self.subTest(group):
                self.assertTrue(self.dashboard.with_user(user).name)
                self._read_as(user)
        salesman = new_test_user(
            self.env,
            login="salesman",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        with self.assertRaises(AccessError):
            self.dashboard.with_user(salesman).read(["name"])

    def _read_as(self, user):
        """Read what the dashboard reads; only contracts may be closed to a role."""
        for pivot in self.data["pivots"].values():
            records = self.env[pivot["model"]].with_user(user)
            if pivot["model"] == "sale.order" and not records.has_access("read"):
                continue
            self.assertTrue(
                records.formatted_read_group(pivot["domain"], [], ["__count"])
            )
        for item in self.data["lists"].values():
            records = self.env[item["model"]].with_user(user)
            if item["model"] != "sale.order" or records.has_access("read"):
                records.search(item["domain"], limit=5).read(item["columns"])
