# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import date

from odoo import api, models

from ..tools.history import fold

_logger = logging.getLogger(__name__)


class Problems(list):
    """What is wrong in the rows of one file, noted in the context of its import.

    Equal to no other list: Odoo shares one environment among equal contexts, and the
    problems of one file would be noted as those of another.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__


class AirbagImportBase(models.AbstractModel):
    """The import screen: all the wrong rows are named at once, and none is written."""

    _inherit = "airbag.import.base"

    # === BUSINESS METHODS === #
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
        fields = [fields[index] for index in kept]
        data = self._read_cells(fields, [[line[i] for i in kept] for line in data])
        problems = Problems()
        # Days and hours of the file are those of the company.
        model = self.with_context(
            import_problems=problems, tz=self.env.company._get_service_tz()
        )
        savepoint = self.env.cr.savepoint()
        result = super(AirbagImportBase, model).load(fields, data)
        messages = result["messages"]
        self._name_rows(messages, fields, data)
        if problems:
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
            result["ids"] = False
            # A cell that Odoo could not read is not missing as well.
            told = {
                (message["rows"]["from"], message.get("field"))
                for message in messages
                if "rows" in message
            }
            messages += [
                problem
                for problem in problems
                if (problem["rows"]["from"], problem["field"]) not in told
            ]
        savepoint.close(rollback=False)
        return result

    @api.model
    def _read_cells(self, fields, data):
        """Return the cells as text, but for days in the columns of days.

        A spreadsheet makes a date of some numbers and codes.
        """
        moments = [
            name in self._fields and self._fields[name].type in ("date", "datetime")
            for name in fields
        ]
        return [
            [
                str(cell) if isinstance(cell, date) and not moment else cell
                for cell, moment in zip(line, moments, strict=True)
            ]
            for line in data
        ]

    @api.model
    def _name_rows(self, messages, fields, data):
        """Have what Odoo itself says of a row name it; it tells equal texts once.

        :param fields: the columns of the file
        :param data: its cells
        """
        place = fields.index("external_id") if "external_id" in fields else None
        for message in messages:
            if rows := message.get("rows"):
                external_id = place is not None and data[rows["from"]][place]
                text = message["message"]
                message |= self._prepare_row_name(rows, external_id, text)

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
        wrong, fresh, again = dict(enumerate(self._check_ids(vals_list))), [], {}
        for index, vals in enumerate(vals_list):
            row = known.get(fold(vals.get("external_id")))
            if not row:
                fresh.append(index)
            elif not wrong[index]:
                again[index] = row.id
        rows = self.browse(again.values())
        problems = rows._follow([vals_list[index] for index in again])
        wrong.update(zip(again, problems, strict=True))
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

        :param data: the row, as Odoo read it
        """
        rows, external_id = data["info"]["rows"], data["values"].get("external_id")
        return {
            **data["info"],
            "type": "error",
            "field": fname,
            **self._prepare_row_name(rows, external_id, text),
        }

    @api.model
    def _prepare_row_name(self, rows, external_id, text):
        """Return what makes a message name its row, as the file counts them.

        :param rows: its place in this part of the file
        """
        # The first row of the file has the headers; this part may not be the first.
        row = rows["from"] + 2 + self.env.context.get("import_skip", 0)
        return {
            "names_row": True,
            # Shown where the file has no such column.
            "record": row,
            "message": self.env._(
                "Row %(row)s (%(id)s): %(reason)s",
                row=row,
                id=external_id or "?",
                reason=text,
            ),
        }
