# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hashlib import sha256

from odoo import models


class BaseImport(models.TransientModel):
    """Tells which file a row of the history comes from."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Let the rows know their file and place in it. Called by RPC."""
        wizard = self
        if (self.res_model or "").startswith("airbag.import."):
            checksum = sha256(self.file or b"").hexdigest()
            wizard = self.with_context(
                import_checksum=checksum, import_skip=options.get("skip") or 0
            )
        return super(BaseImport, wizard).execute_import(
            fields, columns, options, dryrun=dryrun
        )
