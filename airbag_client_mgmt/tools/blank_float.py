# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.tools import float_repr, float_round


class BlankFloat(fields.Float):
    """A number that may be missing: NULL in the database, never a false 0.

    The column of ``fields.Float`` holds 0 for what nobody said, which then takes
    part in averages, minimums, exports and lists. Here it is ``False`` in Python,
    blank on screen and in exports, and no aggregate counts it.
    """

    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        digits = self.get_digits(record.env)
        if not digits:
            return float(value)
        rounded = float_round(float(value), precision_digits=digits[1])
        return float_repr(rounded, precision_digits=digits[1])

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False or value is None else value
