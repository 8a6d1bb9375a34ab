# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api, models
from odoo.tools import format_date, format_datetime, formatLang

from .airbag_import_mark import QUIET


class AirbagImportBase(models.AbstractModel):
    """A row that is imported again, corrected: what its record may follow."""

    _inherit = "airbag.import.base"

    # === BUSINESS METHODS === #
    def _examine_correction(self, vals):
        """Return what another version of a row changes, and why it may not.

        :return: ({column: new value}, values of the record, [(column, reason)])
        """
        self.ensure_one()
        changed = self._get_changes(self._clean(vals))
        if not changed:
            return {}, {}, []
        if refusal := self._get_correction_refusal(changed):
            return changed, {}, [(next(iter(changed)), refusal)]
        values, problems = self._examine_again(changed)
        return changed, values, problems

    def _examine_again(self, changed):
        """Return what the row would make with these columns, and what is wrong."""
        whole = {fname: self[fname] for fname in self._get_column_names()}
        row = self.with_company(self.company_id)
        row = row.with_context(import_corrected=self.id)
        [values], [problems] = row._examine([whole | changed])
        return values, problems

    def _is_untouched(self, record):
        """Tell whether nobody has worked on the record since its row was imported.

        The scheduled actions write to it as well. If they were the last to do so, it
        is untouched as long as all that the row says of it still holds.
        """
        if record.write_date <= self.followed_on:
            return True
        if record.write_uid.id != SUPERUSER_ID:
            return False
        values, problems = self._examine_again({})
        return not problems and all(
            record._fields[fname].convert_to_cache(value, record)
            == record._fields[fname].convert_to_cache(record[fname], record)
            for fname, value in values.items()
            if not isinstance(value, list)
        )

    def _correct(self, changed, values):
        """Write to the record what its corrected row says, and note it there."""
        self._log_correction(changed)
        record = self.record_id.with_env(
            self.with_company(self.company_id)._get_history_env()
        )
        self._correct_record(record, values)

    @api.model
    def _get_column_names(self):
        """Return the names of the fields that the file fills."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and not field.readonly
        ]

    def _get_changes(self, vals):
        """Return the columns that say something else than before."""
        columns = self._get_column_names()
        return {
            fname: value
            for fname, value in vals.items()
            if fname in columns
            and self._fields[fname].convert_to_cache(value, self, validate=False)
            != self._fields[fname].convert_to_cache(self[fname], self, validate=False)
        }

    def _get_correction_refusal(self, changed):
        """Return why the record may not follow its row any more, or False."""
        record = self.record_id.sudo()
        if "external_id" in changed:
            return self.env._("The external ID of a row cannot change.")
        if not record.exists():
            return self.env._(
                "%(id)s was imported before, and its record deleted since.",
                id=self.external_id,
            )
        checksum = self.env.context.get("import_checksum")
        if checksum and checksum == self.file_checksum:
            # Odoo sends a long file in parts: the first of the two is written.
            return self.env._(
                "%(id)s was imported from this same file with other values: it is in "
                "the file twice, or its columns were matched in another way.",
                id=self.external_id,
            )
        if not self._is_untouched(record):
            return self.env._(
                "%(record)s was changed here by %(user)s on %(date)s, after it was "
                "imported: correct it there.",
                record=record.display_name,
                user=record.write_uid.name,
                date=format_datetime(self.env, record.write_date, dt_format="short"),
            )
        return False

    def _correct_record(self, record, values):
        """Write to the record what its corrected row says. Hook of each kind."""
        record.write(values)

    def _log_correction(self, changed):
        """Note on the record which columns of its row were corrected, and how."""
        labels = self.fields_get(list(changed), ["string"])
        lines = []
        for fname, value in changed.items():
            before, after = (
                self._format_column(fname, each) for each in (self[fname], value)
            )
            lines.append(f"{labels[fname]['string']}: {before} → {after}")
        self.record_id.sudo().with_context(**QUIET)._message_log(
            body=self.env._(
                "Row %(id)s was imported again, corrected. %(changes)s",
                id=self.external_id,
                changes="; ".join(lines),
            )
        )

    def _format_column(self, fname, value):
        """Return what a column says as people read it; a dash if it is empty."""
        field = self._fields[fname]
        value = field.convert_to_record(field.convert_to_cache(value, self), self)
        if not value:
            return "—"
        match field.type:
            case "boolean":
                return "✓"
            case "date":
                return format_date(self.env, value)
            case "datetime":
                zone = self.company_id._get_service_tz()
                return format_datetime(self.env, value, tz=zone, dt_format="short")
            case "float":
                return formatLang(self.env, value)
            case "selection":
                return dict(field._description_selection(self.env)).get(value, value)
            case _:
                return str(value)
