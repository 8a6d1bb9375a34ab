# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.plates import plate_key, show_plate
from ..tools.vin import has_valid_check_digit, is_valid_vin


class AirbagVehicle(models.Model):
    """A customer's vehicle: what an airbag was fitted to (traceability).

    Created by whoever meets it first: salesperson, planner or technician.
    PRO 008 §5.3.3.
    """

    _name = "airbag.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread"]
    _order = "license_plate, id"
    _rec_name = "license_plate"
    _rec_names_search = ["license_plate", "vin", "make", "model"]
    _check_company_auto = True

    # === FIELDS === #
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    license_plate = fields.Char(required=True, tracking=True)
    plate_key = fields.Char(
        compute="_compute_plate_key",
        store=True,
        precompute=True,
        help="The plate without blanks and dashes: ABC-123 and abc 123 are the same.",
    )
    vin = fields.Char(
        string="VIN",
        tracking=True,
        copy=False,
        help="Vehicle identification number (chassis).",
    )
    make = fields.Char()
    model = fields.Char()
    year = fields.Integer(aggregator=None)
    intervention_ids = fields.One2many(
        comodel_name="airbag.intervention", inverse_name="vehicle_id"
    )

    _plate_key_uniq = models.UniqueIndex(
        "(plate_key, company_id)",
        "This license plate is already registered.",
    )
    _vin_uniq = models.UniqueIndex(
        "(vin, company_id) WHERE vin IS NOT NULL",
        "This VIN is already registered for another vehicle.",
    )

    # === COMPUTE METHODS === #
    @api.depends("license_plate", "make", "model")
    def _compute_display_name(self):
        for vehicle in self:
            parts = [vehicle.license_plate, vehicle.make, vehicle.model]
            vehicle.display_name = " ".join(part for part in parts if part)

    @api.model
    def _search_display_name(self, operator, value):
        """Find a plate however it is written."""
        domain = super()._search_display_name(operator, value)
        if isinstance(value, str) and (key := plate_key(value)):
            by_key = Domain("plate_key", operator, key)
            negative = operator in Domain.NEGATIVE_OPERATORS
            return by_key & domain if negative else by_key | domain
        return domain

    @api.depends("license_plate")
    def _compute_plate_key(self):
        for vehicle in self:
            vehicle.plate_key = plate_key(vehicle.license_plate or "")

    # === CONSTRAINTS === #
    @api.constrains("license_plate")
    def _check_license_plate(self):
        for vehicle in self:
            if not vehicle.plate_key:
                vehicle._refuse_plate(vehicle.license_plate)

    @api.constrains("vin")
    def _check_vin(self):
        for vehicle in self.filtered("vin"):
            if not is_valid_vin(vehicle.vin):
                raise ValidationError(
                    self.env._(
                        "The VIN %(vin)s is not valid: it has 17 letters and digits, "
                        "never I, O nor Q.",
                        vin=vehicle.vin,
                    )
                )
            if not has_valid_check_digit(vehicle.vin):
                raise ValidationError(
                    self.env._(
                        "The VIN %(vin)s is not valid: its ninth character, which "
                        "checks the others, does not agree. Read it again.",
                        vin=vehicle.vin,
                    )
                )

    @api.constrains("year", "company_id")
    def _check_year(self):
        for vehicle in self.filtered("year"):
            latest = vehicle.company_id._get_service_today().year + 1
            if not 1950 <= vehicle.year <= latest:
                raise ValidationError(
                    self.env._(
                        "The year of a vehicle must be between 1950 and %(latest)s.",
                        latest=latest,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalize_identifiers(vals) for vals in vals_list]
        self._check_registered_once(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        vals = self._normalize_identifiers(vals)
        self._check_registered_once([vals])
        return super().write(vals)

    @api.model
    def name_create(self, name):
        """Register a vehicle by its plate alone, but not by its make.

        :raise ValidationError: for a word without digits; the form opens then
        """
        if not any(character.isdigit() for character in name):
            self._refuse_plate(name)
        return super().name_create(name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        visits = self.env["airbag.intervention"].sudo().with_context(active_test=False)
        visited = visits.search([("vehicle_id", "in", self.ids)], limit=1).vehicle_id
        if visited:
            raise UserError(
                self.env._(
                    "%(vehicle)s has visits, and its history is evidence: archive it "
                    "instead of deleting it.",
                    vehicle=visited.display_name,
                )
            )

    # === BUSINESS METHODS === #
    @api.model
    def _refuse_plate(self, plate):
        """:raise ValidationError: always"""
        raise ValidationError(
            self.env._(
                "“%(plate)s” is no license plate: write its letters and numbers.",
                plate=plate,
            )
        )

    @api.model
    def _normalize_identifiers(self, vals):
        """Return the values with plates and VINs written one way."""
        vals = dict(vals)
        if vals.get("license_plate"):
            vals["license_plate"] = show_plate(vals["license_plate"])
        if "vin" in vals:
            vals["vin"] = plate_key(vals["vin"] or "") or False
        return vals

    def _check_registered_once(self, vals_list):
        """Name the vehicle that is there already, archived ones too.

        Before the values are written: the unique indexes, which hold whatever other
        servers do meanwhile, could only say that there is one.

        :raise ValidationError: if a plate or a VIN is registered
        """
        everything = self.sudo().with_context(active_test=False)
        for fname, key in (("license_plate", "plate_key"), ("vin", "vin")):
            named = [vals for vals in vals_list if vals.get(fname)]
            texts = {plate_key(vals[fname]): vals for vals in named}
            if not texts:
                continue
            for other in everything.search([(key, "in", list(texts))]) - self:
                company = texts[other[key]].get("company_id")
                companies = self.company_id.ids or [self.env.company.id]
                if other.company_id.id in ([company] if company else companies):
                    raise ValidationError(
                        self.env._(
                            "%(value)s is already registered: %(vehicle)s "
                            "(%(customer)s). If it is archived, unarchive it; if it "
                            "was sold, change its customer.",
                            value=texts[other[key]][fname],
                            vehicle=other.display_name,
                            customer=other.partner_id.display_name,
                        )
                    )
