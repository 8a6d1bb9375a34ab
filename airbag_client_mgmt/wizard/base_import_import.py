# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hashlib import sha256

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

#: Put before what a cell says, unseen: no converter takes it for a date or a number.
UNREADABLE = "\u200b"


class BaseImport(models.TransientModel):
    """Tells which file a row of the history comes from, and reads all of its rows."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Let the rows know their file and place in it. Called by RPC."""
        wizard = self
        if self._is_history():
            checksum = sha256(self.file or b"").hexdigest()
            wizard = self.with_context(
                import_checksum=checksum, import_skip=options.get("skip") or 0
            )
        return super(BaseImport, wizard).execute_import(
            fields, columns, options, dryrun=dryrun
        )

    def _is_history(self):
        return (self.res_model or "").startswith("airbag.import.")

    def _parse_date_from_data(self, data, index, name, field_type, options):
        parse = super()._parse_date_from_data
        if not self._is_history():
            return parse(data, index, name, field_type, options)
        return self._parse_each(parse, data, index, name, field_type, options)

    def _parse_float_from_data(self, data, index, name, options):
        parse = super()._parse_float_from_data
        if not self._is_history():
            return parse(data, index, name, options)
        for line in data:
            # A spreadsheet makes a date of some numbers.
            line[index] = str(line[index])
        return self._parse_each(parse, data, index, name, options)

    def _parse_each(self, parse, data, index, *args):
        """Read a column; what cannot be read is left to ``load``, to name each row.

        Odoo stops at the first cell of the file that it cannot read.
        """
        for line in data:
            cell = line[index]
            try:
                parse([line], index, *args)
            except ImportValidationError:
                line[index] = f"{UNREADABLE}{cell}"
