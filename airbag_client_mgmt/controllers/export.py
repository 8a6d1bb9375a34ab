# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.web.controllers.export import ExcelExport

from ..tools.blank_float import BlankFloat


class BlankExcelExport(ExcelExport):
    """Averages in exported groups leave out what nobody said, as those of lists do.

    Odoo divides by all rows of the group: a survey without answer would count as
    an answer of 0, and the exported register would not say what the screen says.
    """

    def from_group_data(self, fields, columns_headers, groups):
        names = [
            name
            for name in groups._export_field_names
            if isinstance(groups._model._fields.get(name), BlankFloat)
            and groups._model._fields[name].aggregator == "avg"
        ]
        if names:
            _average_what_was_said(groups, names)
        return super().from_group_data(fields, columns_headers, groups)


def _average_what_was_said(node, names):
    """Put the averages on a group and on those in it; return their values.

    :return: {name of a field: values that are not blank}
    """
    averages = node.aggregated_values  # Odoo's own, computed before the children's
    said = {}
    for name in names:
        column = node._export_field_names.index(name)
        said[name] = [row[column] for row in node.data if row[column] != ""]
    for child in node.children.values():
        for name, values in _average_what_was_said(child, names).items():
            said[name] += values
    for name, values in said.items():
        averages[name] = sum(values) / len(values) if values else ""
    return said
