# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from collections import Counter

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..tools.history import fold
from .airbag_import_mark import IMPORT, QUIET

_logger = logging.getLogger(__name__)


class Problems(list):
    """What is wrong in the rows of one file, noted in the context of its import.

    Equal to no other list: Odoo shares one environment among equal contexts, and the
    problems of one file would be noted as those of another.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class AirbagImportBase(models.AbstractModel):
    """A row of the history a company kept before; makes the record it speaks of.

    Uploaded by the QMS responsible with Odoo's own import, from the templates of
    ``static/import``. The row stays as evidence of what was uploaded, by whom and
    when. Its external id tells it for good: the same row again changes nothing, a
    corrected one corrects its record, unless somebody has worked on that since.

    Each kind of row says what it makes in :meth:`_prepare_records`. The rights are
    those on the row's model; what follows is written as the system, in the company
    of the user alone.
    """

    _name = "airbag.import.base"
    _description = "Row of the Imported History"
    _order = "id desc"
    _rec_name = "external_id"
    _rec_names_search = ["external_id", "record_id"]
    #: File of ``static/import`` offered in the import screen.
    _import_template = ""

    # === FIELDS === #
    external_id = fields.Char(
        string="External ID",
        help="What tells the row for good, such as its number in the former system: "
        "importing it again changes nothing.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    record_id = fields.Many2one(
        comodel_name="res.partner",  # each kind of row has its own
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    followed_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the record was last written by the import.",
    )
    file_checksum = fields.Char(readonly=True, copy=False)

    _external_id_uniq = models.UniqueIndex(
        "(company_id, LOWER(external_id))", "This external ID is already imported."
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Make the records of the rows too.

        :raise UserError: naming all that is wrong in the rows
        """
        # The records are made before the rows: whoever may not is told first.
        self.check_access("create")
        vals_list = [self._clean(vals) for vals in vals_list]
        prepared, problems = self._examine(vals_list)
        self._refuse(problems)
        return super().create(self._make_records(vals_list, prepared))

    def write(self, vals):
        """Correct the record with its row; nothing if the row says the same.

        Which record a row speaks of, only the system says.

        :raise UserError: naming all that is wrong, or who has worked on it since
        """
        self.check_access("write")
        columns = self._get_column_names()
        stamps = {fname: value for fname, value in vals.items() if fname not in columns}
        if stamps and self.env.su:
            super().write(stamps)
        for row in self:
            changed, values, problems = row._examine_correction(vals)
            self._refuse([problems])
            if changed:
                row._correct(changed, values)
                super(AirbagImportBase, row).write(
                    {
                        **changed,
                        "file_checksum": self.env.context.get("import_checksum"),
                        "followed_on": self.env.cr.now(),
                    }
                )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if self.filtered("record_id"):
            raise UserError(
                self.env._(
                    "An imported row is evidence of where its record comes from: it "
                    "cannot be deleted."
                )
            )

    # === IMPORT === #
    @api.model
    def get_import_templates(self):
        """Return the file offered in the import screen. Called by the web client."""
        path = f"/airbag_client_mgmt/static/import/{self._import_template}"
        return [{"label": self.env._("Template with two examples"), "template": path}]

    @api.model
    def load(self, fields, data):
        """Import rows; all the wrong ones are named at once, and none is written.

        Called by ``base_import``. Odoo's external id is ours here: five files may
        number their rows alike.
        """
        given = "external_id" in fields
        fields = [
            ("" if given else "external_id") if name == "id" else name
            for name in fields
        ]
        kept = [index for index, name in enumerate(fields) if name]
        data = [[line[index] for index in kept] for line in data]
        problems = Problems()
        # Days and hours of the file are those of the company.
        model = self.with_context(
            import_problems=problems, tz=self.env.company._get_service_tz()
        )
        savepoint = self.env.cr.savepoint()
        result = super(AirbagImportBase, model).load([fields[i] for i in kept], data)
        if problems:
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
            result["ids"] = False
            result["messages"] += problems
        savepoint.close(rollback=False)
        return result

    @api.model
    def _load_records(self, data_list, update=False):
        """Record the right rows in one batch, and note what is wrong in the others."""
        noted = self.env.context.get("import_problems")
        if noted is None:
            return super()._load_records(data_list, update)
        before = len(noted)
        try:
            return self._load_rows(data_list, noted)
        except Exception:
            # Odoo tries one row after the other then; each is noted anew.
            _logger.debug("Imported rows one by one", exc_info=True)
            del noted[before:]
            raise

    def _load_rows(self, data_list, noted):
        """Record rows that Odoo has read, and return those that are right."""
        vals_list = [self._clean(data["values"]) for data in data_list]
        known = self._get_known([vals.get("external_id") for vals in vals_list])
        rows = self.browse()
        wrong, fresh = {}, []
        for index, vals in enumerate(vals_list):
            row = known.get(fold(vals.get("external_id")))
            if not row:
                fresh.append(index)
                continue
            changed, _values, wrong[index] = row._examine_correction(vals)
            if changed and not wrong[index]:
                row.write(vals)
            if not wrong[index]:
                rows |= row
        _prepared, problems = self._examine([vals_list[index] for index in fresh])
        wrong.update(zip(fresh, problems, strict=True))
        if right := [vals_list[index] for index in fresh if not wrong[index]]:
            rows |= self.create(right)
        for index, found in sorted(wrong.items()):
            noted += [
                self._prepare_message(data_list[index], fname, text)
                for fname, text in found
            ]
        return rows

    @api.model
    def _prepare_message(self, data, fname, text):
        """Return what the import screen is told of a wrong row.

        It shows equal texts once, and not where: each says its row.

        :param data: the row, as Odoo read it
        """
        # The first row of the file has the headers; this part may not be the first.
        row = data["info"]["rows"]["from"] + 2 + self.env.context.get("import_skip", 0)
        external_id = data["values"].get("external_id")
        return {
            **data["info"],
            "type": "error",
            "field": fname,
            "names_row": True,
            "message": self.env._(
                "Row %(row)s (%(id)s): %(reason)s",
                row=row,
                id=external_id or "?",
                reason=text,
            ),
        }

    def _get_known(self, external_ids):
        """Return the rows of the company that have these external ids, by them."""
        rows = self.search(self._get_external_id_domain(external_ids))
        return {fold(row.external_id): row for row in rows}

    @api.model
    def _get_external_id_domain(self, external_ids) -> Domain:
        """Return the rows of the company with these external ids, capitals aside."""
        return Domain("company_id", "=", self.env.company.id) & self._get_folded_domain(
            "external_id", external_ids
        )

    @api.model
    def _get_folded_domain(self, fname, texts) -> Domain:
        """Return where a field says one of these texts, in capitals or not."""
        keys = {" ".join(text.split()).lower() for text in texts if text}
        if not keys:
            return Domain.FALSE
        return Domain.custom(
            to_sql=lambda records, alias, query: SQL(
                "LOWER(%s) IN %s",
                records._field_to_sql(alias, fname, query),
                tuple(keys),
            )
        )

    # === BUSINESS METHODS === #
    @api.model
    def _clean(self, vals):
        """Return the values of a row, its texts without spare blanks."""
        vals = {
            fname: (value.strip() or False) if isinstance(value, str) else value
            for fname, value in vals.items()
        }
        if external_id := vals.get("external_id"):
            vals["external_id"] = " ".join(external_id.split())
        return vals

    @api.model
    def _refuse(self, problems):
        """:raise UserError: if there is any problem."""
        texts = [text for found in problems for _fname, text in found]
        if texts:
            raise UserError("\n".join(texts))

    def _examine(self, vals_list):
        """Return what each row would make, and what is wrong in it.

        :return: ([values of the record], [[(column, reason)]])
        """
        problems = [[] for _vals in vals_list]
        ids = Counter(fold(vals.get("external_id")) for vals in vals_list)
        for vals, found in zip(vals_list, problems, strict=True):
            name = vals.get("external_id")
            if not name:
                text = self.env._("The row has no external ID.")
                found.append(("external_id", text))
            elif ids[fold(name)] > 1:
                text = self.env._(
                    "The external ID %(id)s is in the file twice.", id=name
                )
                found.append(("external_id", text))
        prepared = self._prepare_records(vals_list, problems) if vals_list else []
        return prepared, problems

    @api.model
    def _prepare_records(self, vals_list, problems):
        """Return the values of the record of each row; hook of each kind of row.

        :param vals_list: the rows, as ``create`` gets them
        :param problems: [[(column, reason)]]; what is wrong in a row is added
        """
        raise NotImplementedError

    def _make_records(self, vals_list, prepared):
        """Create the records; return the values of the rows that keep their origin."""
        now = self.env.cr.now()
        records = self._create_records(
            [{**values, "imported_on": now} for values in prepared]
        )
        records._message_log_batch(
            {
                record.id: self.env._(
                    "Imported from the history kept before, row %(id)s.",
                    id=vals["external_id"],
                )
                for record, vals in zip(records, vals_list, strict=True)
            }
        )
        stamps = {
            "company_id": self.env.company.id,
            "file_checksum": self.env.context.get("import_checksum"),
            "followed_on": now,
        }
        return [
            {**vals, **stamps, "record_id": record.id}
            for vals, record in zip(vals_list, records, strict=True)
        ]

    def _create_records(self, values_list):
        """Create what the rows speak of, silently. Extended by some kinds of row."""
        return self._get_history_model().create(values_list)

    def _get_history_model(self):
        """Return the model of the records, as the import writes them."""
        return self.env[self._fields["record_id"].comodel_name].with_env(
            self._get_history_env()
        )

    def _get_history_env(self):
        """Return the environment of the import: the system's, in one company.

        Of the user's context only the language stays: a default of the window that
        was open is no part of the history.
        """
        return self.env(
            su=True,
            context={
                "lang": self.env.lang,
                "tz": self.env.company._get_service_tz(),
                "allowed_company_ids": self.env.company.ids,
                "history_import": IMPORT,
                **QUIET,
            },
        )

    # === CORRECTIONS === #
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
        before = {fname: self._format_column(fname) for fname in changed}
        lines = [
            f"{labels[fname]['string']}: {before[fname] or '—'} → {value or '—'}"
            for fname, value in changed.items()
        ]
        self.record_id.sudo().with_context(**QUIET)._message_log(
            body=self.env._(
                "Row %(id)s was imported again, corrected. %(changes)s",
                id=self.external_id,
                changes="; ".join(lines),
            )
        )

    def _format_column(self, fname):
        return str(self[fname] or "")
