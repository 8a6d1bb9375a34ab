# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain

from ..tools.history import fold


class AirbagImportCustomer(models.Model):
    """A customer of the history. PRO 008 §5.1.2."""

    _name = "airbag.import.customer"
    _description = "Imported Customer"
    _inherit = ["airbag.import.base"]
    _import_template = "clientes.xlsx"

    # === FIELDS === #
    record_id = fields.Many2one(comodel_name="res.partner", string="Customer")
    name = fields.Char(string="Customer Name")
    is_person = fields.Boolean(string="Is a Person", help="Empty: a company.")
    vat = fields.Char(string="Tax ID")
    email = fields.Char()
    phone = fields.Char()
    street = fields.Char(string="Address")
    city = fields.Char()
    salesperson = fields.Char(help="Login, e-mail or name.")
    specific_needs = fields.Text()
    special_requirements = fields.Text()

    # === BUSINESS METHODS === #
    def _prepare_records(self, vals_list, problems):
        self._check_required(vals_list, problems, "name")
        self._check_new(vals_list, problems)
        users = self._match_users(vals_list, problems, "salesperson")
        company = self.env.company
        return [
            {
                "company_id": company.id,
                "country_id": company.country_id.id,
                "is_company": not vals.get("is_person"),
                "lang": company._get_lang(),
                "user_id": user and user.id,
            }
            | {
                fname: vals.get(fname) or False
                for fname in (
                    "name",
                    "vat",
                    "email",
                    "phone",
                    "street",
                    "city",
                    "specific_needs",
                    "special_requirements",
                )
            }
            for vals, user in zip(vals_list, users, strict=True)
        ]

    def _check_new(self, vals_list, problems):
        """Note the customers that are here already: their history is theirs."""
        own = self._get_corrected()
        for fname in ("vat", "name"):
            names = [vals[fname] for vals in vals_list if vals.get(fname)]
            partners = self.env["res.partner"].sudo()
            partners = partners.search(
                self._get_own_domain()
                & self._get_folded_domain(fname, names)
                & Domain("parent_id", "=", False)
                & Domain("id", "not in", own.ids)
            )
            here = {fold(partner[fname]) for partner in partners}
            seen = set()
            for vals, noted in zip(vals_list, problems, strict=True):
                value = fold(vals.get(fname))
                if value and value in here | seen:
                    text = self.env._(
                        "There already is a customer “%(name)s”: leave the row out, "
                        "and name the customer so in the other files.",
                        name=vals[fname],
                    )
                    noted.append((fname, text))
                seen.add(value)
