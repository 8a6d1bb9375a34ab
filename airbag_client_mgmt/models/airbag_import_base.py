# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.history import fold
from .airbag_import_mark import IMPORT, QUIET


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
        self._refuse(self._follow([vals] * len(self)))
        return True

    def _keep_correction(self, changed):
        """Write to the row itself what it says now. Called once its record follows."""
        stamps = {
            "file_checksum": self.env.context.get("import_checksum"),
            "followed_on": self.env.cr.now(),
        }
        # Our own ``write`` would have the record follow again.
        return super().write({**changed, **stamps})  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if self.filtered("record_id"):
            raise UserError(
                self.env._(
                    "An imported row is evidence of where its record comes from: it "
                    "cannot be deleted."
                )
            )

    # === BUSINESS METHODS === #
    @api.model
    def _clean(self, vals):
        """Return the values of a row, its texts without spare blanks."""
        return {
            fname: (self._clean_text(fname, value) or False)
            if isinstance(value, str)
            else value
            for fname, value in vals.items()
        }

    @api.model
    def _clean_text(self, fname, text):
        """Return a text without spare blanks; one of several lines keeps them."""
        if fname in self._fields and self._fields[fname].type == "char":
            return " ".join(text.split())
        return text.strip()

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
        problems = self._check_ids(vals_list)
        prepared = self._prepare_records(vals_list, problems) if vals_list else []
        return prepared, problems

    def _check_ids(self, vals_list):
        """Return what is wrong in the external ids of rows: [[(column, reason)]]."""
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
        return problems

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
