# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api, models
from odoo.tools import format_date, format_datetime, formatLang

from .airbag_import_mark import QUIET


class AirbagImportBase(models.AbstractModel):
    """A row that is imported again, corrected: what its record may follow."""

    _inherit = "airbag.import.base"

    # === BUSINESS METHODS === #
    def _follow(self, vals_list):
        """Correct the records with other versions of their rows; those that are right.

        :param vals_list: what each row says now; columns left out stay
        :return: what is wrong in each: [[(column, reason)]]
        """
        examined = self._examine_corrections(vals_list)
        right = [
            (row, changed, values)
            for row, (changed, values, problems) in zip(self, examined, strict=True)
            if changed and not problems
        ]
        self._log_corrections(right)
        for row, changed, values in right:
            env = row.with_company(row.company_id)._get_history_env()
            row._correct_record(row.record_id.with_env(env), values, changed)
            row._keep_correction(changed)
        return [problems for _changed, _values, problems in examined]

    def _examine_corrections(self, vals_list):
        """Return what other versions of rows change, and why they may not.

        :return: [({column: new value}, values of the record, [(column, reason)])]
        """
        existing = self.record_id.sudo().exists()
        changes, problems, values = {}, {}, {}
        for row, vals in zip(self, vals_list, strict=True):
            changes[row] = changed = row._get_changes(self._clean(vals))
            refusal = changed and row._get_correction_refusal(changed, existing)
            problems[row] = [(next(iter(changed)), refusal)] if refusal else []
        open_rows = self.filtered(lambda row: changes[row] and not problems[row])
        for rows in open_rows.grouped("company_id").values():
            found = rows._examine_again([changes[row] for row in rows])
            for row, made, noted in zip(rows, *found, strict=True):
                values[row], problems[row] = made, noted
        return [(changes[row], values.get(row), problems[row]) for row in self]

    def _examine_again(self, changes):
        """Return what rows would make with some other columns, and what is wrong.

        :param changes: {column: new value} of each row
        """
        columns = self._get_column_names()
        rows = self.with_company(self.company_id)
        return rows.with_context(import_corrected=self.ids)._examine(
            [
                {fname: row[fname] for fname in columns} | changed
                for row, changed in zip(self, changes, strict=True)
            ]
        )

    def _is_untouched(self, record):
        """Tell whether nobody has worked on the record since its row was imported.

        The scheduled actions write to it as well. If they were the last to do so, it
        is untouched as long as all that the row says of it still holds.
        """
        if record.write_date <= self.followed_on:
            return True
        if record.write_uid.id != SUPERUSER_ID:
            return False
        [values], [problems] = self._examine_again([{}])
        return not problems and all(
            record._fields[fname].convert_to_cache(value, record)
            == record._fields[fname].convert_to_cache(record[fname], record)
            for fname, value in values.items()
            if not isinstance(value, list)
        )

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

    def _get_correction_refusal(self, changed, existing):
        """Return why the record may not follow its row any more, or False.

        :param existing: the records that have not been deleted
        """
        record = self.record_id.sudo()
        if "external_id" in changed:
            return self.env._("The external ID of a row cannot change.")
        if not record & existing:
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

    def _correct_record(self, record, values, changed):
        """Write to the record what its corrected row says. Hook of each kind.

        :param values: those of the whole record
        :param changed: {column: new value}
        """
        record.write(values)

    def _log_corrections(self, corrected):
        """Note on each record which columns of its row were corrected, and how.

        :param corrected: [(row, {column: new value}, values of the record)]
        """
        records = self.record_id.browse(row.record_id.id for row, *_rest in corrected)
        records.sudo().with_context(**QUIET)._message_log_batch(
            {
                row.record_id.id: self.env._(
                    "Row %(id)s was imported again, corrected. %(changes)s",
                    id=row.external_id,
                    changes=row._format_changes(changed),
                )
                for row, changed, _values in corrected
            }
        )

    def _format_changes(self, changed):
        """Return which columns are corrected, and how, as people read them."""
        labels = self.fields_get(list(changed), ["string"])
        texts = []
        for fname, value in changed.items():
            before, after = (
                self._format_column(fname, each) for each in (self[fname], value)
            )
            texts.append(f"{labels[fname]['string']}: {before} → {after}")
        return "; ".join(texts)

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
