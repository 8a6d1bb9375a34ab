# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.history import fold

#: A day before it was mistyped.
FIRST_YEAR = 1970


class AirbagImportBase(models.AbstractModel):
    """What the words of a row stand for here; each kind read once for all rows."""

    _inherit = "airbag.import.base"

    # === BUSINESS METHODS === #
    def _match(self, model, fnames, domain=()):
        """Return {name: records} of a small table of settings."""
        records = self.env[model].sudo().with_context(active_test=False).search(domain)
        found = defaultdict(records.browse)
        for record in records:
            for key in {fold(record[fname]) for fname in fnames} - {""}:
                found[key] |= record
        return found

    def _match_column(self, vals_list, problems, fname, found, texts):
        """Return the record that a column names in each row; False if it is empty.

        :param found: {name: records}
        :param texts: (function of the name unknown, and of the name of several)
        """
        unknown, several = texts
        result = []
        for vals, noted in zip(vals_list, problems, strict=True):
            name = vals.get(fname)
            records = found.get(fold(name)) if name else None
            if name and not records:
                noted.append((fname, unknown(name)))
            elif name and len(records) > 1:
                noted.append((fname, several(name)))
            result.append(records if name and records and len(records) == 1 else False)
        return result

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

    def _get_corrected(self):
        """Return the records whose rows are examined again: they are not others."""
        return self.browse(self.env.context.get("import_corrected", [])).record_id

    def _get_own_domain(self):
        """Return what belongs to the company of the import, or to all."""
        return Domain("company_id", "in", (False, self.env.company.id))

    def _match_users(self, vals_list, problems, fname):
        """Return who each row names: by login, e-mail or name; also who left."""
        found = self._match(
            "res.users",
            ("login", "email", "name"),
            [("share", "=", False), ("company_ids", "in", self.env.company.ids)],
        )
        return self._match_column(
            vals_list,
            problems,
            fname,
            found,
            (
                lambda name: self.env._("No user is called “%(name)s”.", name=name),
                lambda name: self.env._(
                    "Several users are called “%(name)s”: give the login.", name=name
                ),
            ),
        )

    def _match_customers(self, vals_list, problems, fname="customer"):
        """Return the customer of each row: external id, tax id, reference or name."""
        names = {vals[fname] for vals in vals_list if vals.get(fname)}
        imported = self._get_rows_by_id("airbag.import.customer", names)
        partners = self.env["res.partner"].sudo()
        by_name = Domain.OR(
            self._get_folded_domain(key, names) for key in ("vat", "ref", "name")
        )
        found, elsewhere = defaultdict(partners.browse), set()
        for partner in partners.search(by_name):
            own = not partner.company_id or partner.company_id == self.env.company
            for key in {fold(partner[k]) for k in ("vat", "ref", "name")} - {""}:
                if own:
                    found[key] |= partner
                else:
                    elsewhere.add(key)
        found.update(imported)

        def unknown(name):
            if fold(name) in elsewhere:
                return self.env._(
                    "The customer “%(name)s” belongs to another company.", name=name
                )
            return self.env._("There is no customer “%(name)s”.", name=name)

        return self._match_column(
            vals_list,
            problems,
            fname,
            found,
            (
                unknown,
                lambda name: self.env._(
                    "Several customers are called “%(name)s”: give the external ID or "
                    "the tax ID.",
                    name=name,
                ),
            ),
        )

    def _get_rows_by_id(self, model, names):
        """Return {external id: record} of rows imported before."""
        rows = self.env[model].sudo()
        rows = rows.search(
            self._get_external_id_domain(names) & Domain("record_id", "!=", False)
        )
        return {fold(row.external_id): row.record_id for row in rows}

    def _match_documents(self, vals_list, problems, fname, model, target, unknown):
        """Return the document each row names: by external id, else by its number."""
        names = {vals[fname] for vals in vals_list if vals.get(fname)}
        documents = self.env[target].sudo().with_context(active_test=False)
        documents = documents.search(
            Domain("company_id", "=", self.env.company.id)
            & self._get_folded_domain("name", names)
        )
        found = dict(documents.grouped(lambda document: fold(document.name)))
        found |= self._get_rows_by_id(model, names)
        return self._match_column(
            vals_list,
            problems,
            fname,
            found,
            (
                unknown,
                lambda name: self.env._(
                    "“%(name)s” stands for several documents: give the external ID.",
                    name=name,
                ),
            ),
        )

    def _match_contracts(self, vals_list, problems, fname="contract"):
        return self._match_documents(
            vals_list,
            problems,
            fname,
            "airbag.import.contract",
            "sale.order",
            lambda name: self.env._("There is no contract “%(name)s”.", name=name),
        )

    def _match_interventions(self, vals_list, problems, fname="intervention"):
        return self._match_documents(
            vals_list,
            problems,
            fname,
            "airbag.import.intervention",
            "airbag.intervention",
            lambda name: self.env._("There is no intervention “%(name)s”.", name=name),
        )

    def _check_required(self, vals_list, problems, *fnames):
        """Note the columns without which a row says nothing."""
        labels = self.fields_get(fnames, ["string"])
        for vals, noted in zip(vals_list, problems, strict=True):
            noted += [
                (
                    fname,
                    self.env._(
                        "%(column)s is missing.", column=labels[fname]["string"]
                    ),
                )
                for fname in fnames
                if not vals.get(fname)
            ]

    def _check_numbers_free(self, vals_list, problems, fname, target, key="name"):
        """Note the numbers that another document has already."""
        names = [vals[fname] for vals in vals_list if vals.get(fname)]
        documents = self.env[target].sudo().with_context(active_test=False)
        taken = documents.search(
            Domain("company_id", "=", self.env.company.id)
            & self._get_folded_domain(key, names)
            & Domain("id", "not in", self._get_corrected().ids)
        )
        taken = {fold(document[key]) for document in taken}
        seen = set()
        for vals, noted in zip(vals_list, problems, strict=True):
            number = fold(vals.get(fname))
            if number and (number in taken or number in seen):
                text = self.env._(
                    "There already is one with the number %(number)s.",
                    number=vals[fname],
                )
                noted.append((fname, text))
            seen.add(number)

    def _check_past(self, vals_list, problems, *fnames):
        """Note moments that have not come, and years that were mistyped."""
        now = fields.Datetime.now()
        today = self.env.company._get_service_today()
        for vals, noted in zip(vals_list, problems, strict=True):
            for fname in fnames:
                field = self._fields[fname]
                moment = (
                    field.to_datetime(vals.get(fname))
                    if (field.type == "datetime")
                    else field.to_date(vals.get(fname))
                )
                if not moment:
                    continue
                if moment > (now if field.type == "datetime" else today):
                    label = self.fields_get([fname], ["string"])[fname]["string"]
                    text = self.env._("%(column)s is in the future.", column=label)
                    noted.append((fname, text))
                elif moment.year < FIRST_YEAR:
                    noted.append((fname, self._get_year_text(fname, moment)))

    def _get_year_text(self, fname, moment):
        return self.env._(
            "%(column)s is in the year %(year)s: correct it.",
            column=self.fields_get([fname], ["string"])[fname]["string"],
            year=moment.year,
        )
