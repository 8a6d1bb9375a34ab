# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

#: In the context of who writes history; no outside client can send this object.
IMPORT = object()
#: The past has no chatter of today, and nobody is written to about it.
QUIET = {
    "import_file": True,
    "mail_activity_quick_update": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


class AirbagImportMark(models.AbstractModel):
    """A record that may come from the history a company kept before.

    Marked for good: who reads a figure can tell what was recorded here from what
    was brought along. Written by :class:`airbag.import.base` only.
    """

    _name = "airbag.import.mark"
    _description = "Mark of an Imported Record"

    # === FIELDS === #
    imported_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When it was imported from the history kept before; empty for what was "
        "recorded here.",
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("imported_on") for vals in vals_list):
            self._check_imports()
        return super().create(vals_list)

    def write(self, vals):
        if "imported_on" in vals:
            self._check_imports()
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _is_importing(self):
        """Tell whether the records are written by the import of history."""
        return self.env.su and self.env.context.get("history_import") is IMPORT

    def _check_imports(self):
        """:raise AccessError: for anything but the import of history."""
        if not self._is_importing():
            raise AccessError(
                self.env._("What was imported is marked by the import, not by hand.")
            )
