# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

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
