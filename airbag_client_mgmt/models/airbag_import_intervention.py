# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command, Domain

from ..tools.history import fold, parse_products, split_cell
from ..tools.plates import plate_key

#: What is more was mistyped.
MAX_VISITS = 10_000


class AirbagImportIntervention(models.Model):
    """A visit of the history: done, with what was recorded of it then.

    Nobody is asked about it, and no report is mailed. PRO 008 §5.3.3.
    """

    _name = "airbag.import.intervention"
    _description = "Imported Intervention"
    _inherit = ["airbag.import.base"]
    _import_template = "intervenciones.xlsx"

    # === FIELDS === #
    record_id = fields.Many2one(
        comodel_name="airbag.intervention", string="Intervention"
    )
    number = fields.Char(string="Intervention Number", help="Empty: the next number.")
    customer = fields.Char(
        help="External ID, tax ID, reference or name; empty: that of the contract."
    )
    contract = fields.Char(help="External ID or number.")
    visit_number = fields.Integer(
        aggregator=None, help="Which of the visits the contract promised; or empty."
    )
    treatment = fields.Char(help="Code or name.")
    technician = fields.Char(help="Login, e-mail or name.")
    license_plate = fields.Char(help="The vehicle is registered if it is not yet.")
    started_at = fields.Datetime(string="Service Start")
    finished_at = fields.Datetime(
        string="Service End", help="Empty: after the hours its treatment usually takes."
    )
    products_used = fields.Text(
        help="Internal reference*quantity#lot, separated by semicolons; empty: none."
    )
    findings = fields.Text()
    recommendations = fields.Text(help="Separated by semicolons; empty: none.")
    recommendations_open = fields.Boolean(
        string="Recommendations still Open",
        help="They are shown on the customer's next visit. Empty: they are closed.",
    )
    received_by = fields.Char(help="Who signed for the service.")

    # === BUSINESS METHODS === #
    def _prepare_records(self, vals_list, problems):
        self._check_required(vals_list, problems, "treatment", "started_at")
        self._check_numbers_free(vals_list, problems, "number", "airbag.intervention")
        self._check_past(vals_list, problems, "started_at", "finished_at")
        treatments = self._match_treatments(vals_list, problems)
        contracts = self._match_contracts(vals_list, problems)
        customers = self._find_customers(vals_list, problems, contracts)
        columns = zip(
            vals_list,
            problems,
            customers,
            contracts,
            self._match_lines(vals_list, problems, contracts, treatments),
            treatments,
            self._match_users(vals_list, problems, "technician"),
            self._match_vehicles(vals_list, problems, customers),
            self._match_products(vals_list, problems),
            strict=True,
        )
        return [
            self._prepare_visit_values(vals, noted, *found)
            for vals, noted, *found in columns
        ]

    def _prepare_visit_values(
        self,
        vals,
        noted,
        customer,
        contract,
        line,
        treatment,
        technician,
        vehicle,
        products,
    ):
        """Return the values of the visit of one row, or {} if something is wrong."""
        started = fields.Datetime.to_datetime(vals.get("started_at"))
        finished = fields.Datetime.to_datetime(vals.get("finished_at"))
        if started and finished and finished < started:
            text = self.env._("The intervention cannot finish before it starts.")
            noted.append(("finished_at", text))
        if noted:
            return {}
        hours = treatment.planned_hours or 1.0
        finished = finished or started + timedelta(hours=hours)
        advice = split_cell(vals.get("recommendations"))
        state = "open" if vals.get("recommendations_open") else "done"
        values = {
            "company_id": self.env.company.id,
            "partner_id": customer.id,
            "order_id": contract and contract.id,
            "order_line_id": line and line.id,
            "visit_number": line and vals["visit_number"],
            "treatment_id": treatment.id,
            "user_id": technician and technician.id,
            "vehicle_id": vehicle,
            "state": "done",
            "planned_start": started,
            "started_at": started,
            "finished_at": finished,
            "findings": vals.get("findings") or False,
            "signed_by": vals.get("received_by") or False,
            "signed_on": vals.get("received_by") and finished,
            "no_products_used": not products,
            "product_ids": [Command.create(product) for product in products],
            "no_recommendations": not advice,
            "recommendation_ids": [
                Command.create({"name": text, "state": state}) for text in advice
            ],
        }
        if finished > started:
            values["planned_end"] = finished
        if vals.get("number"):
            values["name"] = vals["number"]
        return values

    def _find_customers(self, vals_list, problems, contracts):
        """Return the customer of each row, that of its contract if none is named."""
        result = []
        named = self._match_customers(vals_list, problems)
        for vals, noted, customer, contract in zip(
            vals_list, problems, named, contracts, strict=True
        ):
            if not vals.get("customer") and not vals.get("contract"):
                text = self.env._("Give the customer, or the contract.")
                noted.append(("customer", text))
            if (
                customer
                and contract
                and (customer.commercial_partner_id != contract.commercial_partner_id)
            ):
                text = self.env._(
                    "The contract “%(contract)s” is with another customer.",
                    contract=vals["contract"],
                )
                noted.append(("contract", text))
            result.append(customer or (contract and contract.partner_id))
        return result

    def _match_treatments(self, vals_list, problems):
        found = self._match(
            "airbag.treatment", ("code", "name"), self._get_treatment_domain()
        )
        return self._match_column(
            vals_list,
            problems,
            "treatment",
            found,
            (
                lambda name: self.env._("There is no treatment “%(name)s”.", name=name),
                lambda name: self.env._(
                    "Several treatments are called “%(name)s”: give the code.",
                    name=name,
                ),
            ),
        )

    def _get_treatment_domain(self):
        treatments = self.env["airbag.treatment"]
        return self._get_own_domain() if "company_id" in treatments else []

    def _match_lines(self, vals_list, problems, contracts, treatments):
        """Return the contract line that promised the visit, where a number is given."""
        lines = []
        for vals, noted, contract, treatment in zip(
            vals_list, problems, contracts, treatments, strict=True
        ):
            line = False
            if vals.get("visit_number") and contract and treatment:
                line = contract.order_line.filtered(
                    lambda row, treatment=treatment: (
                        row.product_id.treatment_id == treatment
                    )
                )[:1]
                if not line:
                    text = self.env._(
                        "The contract “%(contract)s” promises no such treatment: leave "
                        "the number of the visit empty.",
                        contract=vals["contract"],
                    )
                    noted.append(("visit_number", text))
            elif vals.get("visit_number") and not vals.get("contract"):
                text = self.env._("Only a visit of a contract has a number.")
                noted.append(("visit_number", text))
            if not 0 <= (vals.get("visit_number") or 0) <= MAX_VISITS:
                text = self.env._("Visits are numbered from 1 on.")
                noted.append(("visit_number", text))
                line = False
            lines.append(line)
        self._check_visit_numbers(vals_list, problems, lines)
        return lines

    def _check_visit_numbers(self, vals_list, problems, lines):
        """Note the visits of a contract that are here already, or twice."""
        own = self._get_corrected()
        visits = self.env["airbag.intervention"].sudo()
        visits = visits.with_context(active_test=False).search(
            [
                ("order_line_id", "in", [line.id for line in lines if line]),
                ("visit_number", "!=", 0),
                ("id", "not in", own.ids),
            ]
        )
        taken = {(visit.order_line_id.id, visit.visit_number) for visit in visits}
        for vals, noted, line in zip(vals_list, problems, lines, strict=True):
            key = line and (line.id, vals["visit_number"])
            if line and key in taken:
                text = self.env._(
                    "The visit %(number)s of “%(contract)s” is already here.",
                    number=vals["visit_number"],
                    contract=vals["contract"],
                )
                noted.append(("visit_number", text))
            taken.add(key)

    def _match_vehicles(self, vals_list, problems, customers):
        """Return the id of each row's vehicle; the plate of one not yet registered."""
        keys = [plate_key(vals.get("license_plate") or "") for vals in vals_list]
        vehicles = self.env["airbag.vehicle"].sudo().with_context(active_test=False)
        vehicles = vehicles.search(
            [
                ("company_id", "=", self.env.company.id),
                ("plate_key", "in", [key for key in keys if key]),
            ]
        )
        found = {vehicle.plate_key: vehicle for vehicle in vehicles}
        owners = {
            key: vehicle.partner_id.commercial_partner_id
            for key, vehicle in found.items()
        }
        result = []
        for vals, noted, key, customer in zip(
            vals_list, problems, keys, customers, strict=True
        ):
            if vals.get("license_plate") and not key:
                text = self.env._(
                    "“%(plate)s” is no license plate.", plate=vals["license_plate"]
                )
                noted.append(("license_plate", text))
            elif key and customer:
                company = customer.commercial_partner_id
                if owners.setdefault(key, company) != company:
                    text = self.env._(
                        "The vehicle %(plate)s belongs to another customer.",
                        plate=vals["license_plate"],
                    )
                    noted.append(("license_plate", text))
            vehicle = found.get(key)
            result.append(vehicle.id if vehicle else key and vals["license_plate"])
        return result

    def _match_products(self, vals_list, problems):
        """Return the values of the products used of each row."""
        cells = []
        for vals, noted in zip(vals_list, problems, strict=True):
            try:
                cells.append(parse_products(vals.get("products_used")))
            except ValueError as error:
                cells.append([])
                text = self.env._(
                    "“%(entry)s” cannot be read: write reference*quantity#lot.",
                    entry=error,
                )
                noted.append(("products_used", text))
        codes = list({used.code for cell in cells for used in cell})
        found = self._match(
            "product.product",
            ("default_code", "name"),
            self._get_own_domain()
            & Domain("type", "=", "consu")
            & (
                self._get_folded_domain("default_code", codes)
                | self._get_folded_domain("name", codes)
            ),
        )
        return [
            self._prepare_products(cell, noted, found)
            for cell, noted in zip(cells, problems, strict=True)
        ]

    def _prepare_products(self, cell, noted, found):
        """Return the values of the products used of one row."""
        result, pieces = [], set()
        for used in cell:
            product = found.get(fold(used.code), self.env["product.product"])
            piece = (product, used.lot.upper())
            text = False
            if len(product) != 1:
                text = self.env._(
                    "There is no product “%(code)s”, or several.", code=used.code
                )
            elif not used.quantity:
                text = self.env._(
                    "The quantity of “%(code)s” must be greater than zero.",
                    code=used.code,
                )
            elif used.lot and product.tracking == "none":
                text = self.env._(
                    "“%(code)s” is not traced by lots: leave its lot out.",
                    code=used.code,
                )
            elif product.tracking == "serial" and (
                used.quantity != 1 or (used.lot and piece in pieces)
            ):
                text = self.env._(
                    "A serial number stands for one piece of “%(code)s”: give each "
                    "piece once, with quantity 1.",
                    code=used.code,
                )
            if text:
                noted.append(("products_used", text))
                continue
            pieces.add(piece)
            result.append(
                {
                    "product_id": product.id,
                    "quantity": used.quantity,
                    "lot_name": used.lot or False,
                }
            )
        return result

    def _create_records(self, values_list):
        return super()._create_records(self._register_vehicles(values_list))

    def _register_vehicles(self, values_list):
        """Register the vehicles of which only the plate is known."""
        new = {
            plate_key(values["vehicle_id"]): values
            for values in values_list
            if isinstance(values["vehicle_id"], str) and values["vehicle_id"]
        }
        vehicles = self.env["airbag.vehicle"].with_env(self._get_history_env())
        vehicles = vehicles.create(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": values["partner_id"],
                    "license_plate": values["vehicle_id"],
                }
                for values in new.values()
            ]
        )
        ids = dict(zip(new, vehicles.ids, strict=True))
        return [
            {**values, "vehicle_id": ids[plate_key(values["vehicle_id"])]}
            if isinstance(values["vehicle_id"], str) and values["vehicle_id"]
            else {**values, "vehicle_id": values["vehicle_id"] or False}
            for values in values_list
        ]

    def _correct_record(self, record, values, changed):
        """Write the visit anew; parts that were corrected replace those that it had."""
        [values] = self._register_vehicles([values])
        parts = {
            "product_ids": {"products_used"},
            "recommendation_ids": {"recommendations", "recommendations_open"},
        }
        for fname, columns in parts.items():
            if columns & set(changed):
                values[fname] = [Command.clear(), *values[fname]]
            else:
                del values[fname]
        # Its state is what it was: done.
        del values["state"], values["company_id"]
        record.write(values)
