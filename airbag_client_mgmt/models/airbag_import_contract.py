# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Command, Domain

from ..tools.history import fold
from ..tools.recurrence import last_day
from .airbag_import_base_match import FIRST_YEAR
from .sale_order_line import VISIT_UNITS

#: What is longer than a century was mistyped; the same limit has the contract.
MAX_MONTHS = 1200
#: What is more was mistyped, and would not be kept to the cent.
MAX_AMOUNT = 10**13


class AirbagImportContract(models.Model):
    """A contract of the history: confirmed as it was, without what follows today.

    No e-mail, and no visit before the day of the import. One that is in force goes
    on living: its next visits are planned, its renewal is announced. PRO 008 §5.2.3.
    """

    _name = "airbag.import.contract"
    _description = "Imported Contract"
    _inherit = ["airbag.import.base"]
    _import_template = "contratos.xlsx"

    # === FIELDS === #
    record_id = fields.Many2one(comodel_name="sale.order", string="Contract")
    number = fields.Char(string="Contract Number", help="Empty: the next number.")
    customer = fields.Char(help="External ID, tax ID, reference or name.")
    salesperson = fields.Char(help="Login, e-mail or name.")
    signed_on = fields.Date()
    signed_by = fields.Char()
    contract_start = fields.Date(string="First Day")
    contract_months = fields.Integer(
        string="Duration in Months", help="Empty: the contract is open-ended."
    )
    service = fields.Char(help="Internal reference or name of the product.")
    amount = fields.Float(string="Value", help="Of the whole contract, without taxes.")
    visit_interval = fields.Integer(
        string="Visit Every", help="Empty: no periodic visits."
    )
    visit_interval_unit = fields.Selection(selection=VISIT_UNITS, string="Visit Unit")
    service_conditions = fields.Text(string="Conditions")
    terminated_on = fields.Date()
    termination_reason = fields.Char()
    renews = fields.Char(
        string="Renews the Contract", help="External ID or number of the one before."
    )
    lost_reason = fields.Char(string="Reason not Renewed")

    # === BUSINESS METHODS === #
    def _prepare_records(self, vals_list, problems):
        self._check_required(
            vals_list, problems, "customer", "contract_start", "service"
        )
        self._check_numbers_free(vals_list, problems, "number", "sale.order")
        self._check_past(vals_list, problems, "signed_on", "terminated_on")
        self._check_terms(vals_list, problems)
        columns = zip(
            vals_list,
            problems,
            self._match_customers(vals_list, problems),
            self._match_users(vals_list, problems, "salesperson"),
            self._match_services(vals_list, problems),
            self._match_reasons(vals_list, problems, "termination_reason"),
            self._match_reasons(vals_list, problems, "lost_reason"),
            self._match_renewed(vals_list, problems),
            strict=True,
        )
        return [
            {} if noted else self._prepare_contract_values(vals, *found)
            for vals, noted, *found in columns
        ]

    def _prepare_contract_values(
        self, vals, customer, user, product, ended, lost, renewed
    ):
        """Return the values of the contract of one row that is right."""
        company = self.env.company
        start = fields.Date.to_date(vals["contract_start"])
        signed = fields.Date.to_date(vals.get("signed_on"))
        # Without its day, it was signed by the first one, or by now.
        signed = signed or min(start, company._get_service_today())
        values = {
            "company_id": company.id,
            "partner_id": customer.id,
            "user_id": user and user.id,
            "state": "sale",
            "is_service_contract": True,
            "date_order": company._localize_service_time(signed, 12),
            "signed_by": vals.get("signed_by") or False,
            "signed_on": vals.get("signed_on")
            and company._localize_service_time(signed, 12),
            "contract_start": start,
            "contract_duration": vals.get("contract_months") or 0,
            "contract_duration_unit": "month",
            "is_open_ended": not vals.get("contract_months"),
            "service_conditions": vals.get("service_conditions") or False,
            "terminated_on": vals.get("terminated_on") or False,
            "termination_reason_id": ended and ended.id,
            "renewal_lost_reason_id": lost and lost.id,
            # The row of the one before may be in the same file.
            "renewed_order_id": renewed,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": 1,
                        "price_unit": vals.get("amount") or 0,
                        "tax_ids": [Command.clear()],
                        "visit_interval": vals.get("visit_interval") or 0,
                        "visit_interval_unit": vals.get("visit_interval_unit")
                        or "month",
                    }
                )
            ],
        }
        if vals.get("number"):
            values["name"] = vals["number"]
        return values

    def _check_terms(self, vals_list, problems):
        """Note durations, intervals, values and dates that cannot be."""
        months = self.env._("A contract lasts from 1 to 1200 months.")
        interval = self.env._("Visits are every 1 to 1200 units.")
        amount = self.env._("The value of a contract is a number from 0 on.")
        limits = (
            ("contract_months", MAX_MONTHS, months),
            ("visit_interval", MAX_MONTHS, interval),
            ("amount", MAX_AMOUNT, amount),
        )
        for vals, noted in zip(vals_list, problems, strict=True):
            noted += [
                (fname, text)
                for fname, limit, text in limits
                # What is no number (NaN) is in no range either.
                if not 0 <= (vals.get(fname) or 0) <= limit
            ]
            self._check_term(vals, noted)

    def _check_term(self, vals, noted):
        """Note the days of one row that cannot be those of a contract."""
        start = fields.Date.to_date(vals.get("contract_start"))
        ended = fields.Date.to_date(vals.get("terminated_on"))
        if not start:
            return
        # It may begin next year at most; what is in force goes on, however long.
        if not FIRST_YEAR <= start.year <= fields.Date.today().year + 1:
            text = self._get_year_text("contract_start", start)
            noted.append(("contract_start", text))
            return
        months = vals.get("contract_months") or 0
        end = 0 < months <= MAX_MONTHS and last_day(start, months, "month")
        if ended and (ended < start or (end and ended > end)):
            text = self.env._(
                "The contract cannot have been terminated outside of its term."
            )
            noted.append(("terminated_on", text))

    def _match_services(self, vals_list, problems):
        """Return the product of each row: a service that makes visits."""
        names = [vals["service"] for vals in vals_list if vals.get("service")]
        found = self._match(
            "product.product",
            ("default_code", "name"),
            self._get_own_domain()
            & Domain("product_tmpl_id.treatment_id", "!=", False)
            & (
                self._get_folded_domain("default_code", names)
                | self._get_folded_domain("name", names)
            ),
        )
        return self._match_column(
            vals_list,
            problems,
            "service",
            found,
            (
                lambda name: self.env._(
                    "No product “%(name)s” has a treatment: visits are made by "
                    "services that have one.",
                    name=name,
                ),
                lambda name: self.env._(
                    "Several services are called “%(name)s”: give the internal "
                    "reference.",
                    name=name,
                ),
            ),
        )

    def _match_reasons(self, vals_list, problems, fname):
        kind = "termination" if fname == "termination_reason" else "lost"
        found = self._match(
            "airbag.contract.reason",
            ("name",),
            self._get_own_domain() & Domain("kind", "=", kind),
        )
        unknown = self._get_unknown_reason_text
        return self._match_column(vals_list, problems, fname, found, (unknown, unknown))

    def _get_unknown_reason_text(self, name):
        return self.env._(
            "“%(name)s” is no reason of this kind: see Configuration / Contract "
            "Reasons.",
            name=name,
        )

    def _match_renewed(self, vals_list, problems):
        """Return the contract each row renews: its record, or its row in this file."""
        rows = {fold(vals.get("external_id")): vals for vals in vals_list}
        fresh = {} if self._get_corrected() else rows
        others = [
            {**vals, "renews": False} if fold(vals.get("renews")) in fresh else vals
            for vals in vals_list
        ]
        result = []
        renewed = self._match_contracts(others, problems, "renews")
        signed = set()
        for vals, noted, contract in zip(vals_list, problems, renewed, strict=True):
            name = fold(vals.get("renews"))
            key = contract.id if contract else name
            if name and name == fold(vals.get("external_id")):
                noted.append(("renews", self.env._("A contract cannot renew itself.")))
            elif name and key in signed or contract and self._is_renewed(contract):
                text = self.env._(
                    "The contract “%(name)s” already has a signed renewal.",
                    name=vals["renews"],
                )
                noted.append(("renews", text))
            else:
                before = self._get_first_day(contract, rows.get(name))
                start = fields.Date.to_date(vals.get("contract_start"))
                if before and start and start <= before:
                    text = self.env._("A renewal begins after the contract it renews.")
                    noted.append(("renews", text))
            signed.add(key)
            result.append(contract.id if contract else name in fresh and name)
        return result

    def _is_renewed(self, contract):
        return contract._get_signed_renewal() - self._get_corrected().sudo()

    def _get_first_day(self, contract, vals):
        """Return the first day of a contract, as its row says if it is in the file."""
        if vals:
            return fields.Date.to_date(vals.get("contract_start"))
        return contract and contract.contract_start

    def _make_records(self, vals_list, prepared):
        """Link renewals to the contracts that come with the same file."""
        names = [values["renewed_order_id"] for values in prepared]
        prepared = [
            values | {"renewed_order_id": isinstance(name, int) and name}
            for values, name in zip(prepared, names, strict=True)
        ]
        rows = super()._make_records(vals_list, prepared)
        ids = {fold(row["external_id"]): row["record_id"] for row in rows}
        orders = self._get_history_model().browse(ids.values())
        for order, name in zip(orders, names, strict=True):
            if name in ids:
                order.renewed_order_id = ids[name]
        orders._follow_history()
        renewed = orders.renewed_order_id
        renewed._forget_lost_reason()
        # It was the import that has just written to them.
        before = self.sudo().search([("record_id", "in", renewed.ids)])
        before.write({"followed_on": self.env.cr.now()})
        return rows

    def _correct_record(self, record, values, changed):
        """Write the terms; what makes it a contract stays."""
        values = dict(values)
        for fname in ("company_id", "is_service_contract", "state"):
            del values[fname]
        [[_command, _id, line]] = values.pop("order_line")
        record.order_line.filtered(lambda row: not row.display_type)[:1].write(line)
        record.write(values)
        record._follow_history()
