# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.vin import is_valid_vin


class AirbagVehicle(models.Model):
    """A customer's vehicle: what an airbag was fitted to (traceability).

    Created by whoever meets it first: salesperson, planner or technician.
    PRO 008 §5.3.3.
    """

    _name = "airbag.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread"]
    _order = "license_plate, id"
    _rec_names_search = ["license_plate", "vin"]
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
    vin = fields.Char(string="VIN", help="Vehicle identification number (chassis).")
    make = fields.Char()
    model = fields.Char()
    year = fields.Integer()
    intervention_ids = fields.One2many(
        comodel_name="airbag.intervention", inverse_name="vehicle_id"
    )

    _license_plate_uniq = models.UniqueIndex(
        "(license_plate, company_id)",
        "This license plate is already registered.",
    )

    # === COMPUTE METHODS === #
    @api.depends("license_plate", "make", "model")
    def _compute_display_name(self):
        for vehicle in self:
            parts = [vehicle.license_plate, vehicle.make, vehicle.model]
            vehicle.display_name = " ".join(part for part in parts if part)

    # === CONSTRAINTS === #
    @api.constrains("vin")
    def _check_vin(self):
        for vehicle in self.filtered("vin"):
            if not is_valid_vin(vehicle.vin):
                raise ValidationError(
                    self.env._(
                        "The VIN %(vin)s is not valid: check its 17 characters "
                        "(letters I, O and Q are never used).",
                        vin=vehicle.vin,
                    )
                )

    @api.constrains("year")
    def _check_year(self):
        latest = fields.Date.today().year + 1
        for vehicle in self.filtered("year"):
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
        for vals in vals_list:
            self._normalize_identifiers(vals)
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        self._normalize_identifiers(vals)
        return super().write(vals)

    @api.model
    def _normalize_identifiers(self, vals):
        """Write plates and VINs one way, so that a search finds them."""
        for name in ("license_plate", "vin"):
            if vals.get(name):
                vals[name] = "".join(vals[name].split()).upper()
