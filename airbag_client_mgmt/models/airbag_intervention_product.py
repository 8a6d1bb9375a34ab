# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: A visit in one of these states has had the product fitted.
FITTED_STATES = ("in_progress", "done")


class AirbagInterventionProduct(models.Model):
    """A product used in an intervention, with its lot or serial number.

    Recorded by the technician; makes an airbag traceable to its vehicle, whichever
    of the two one starts from. PRO 008 §5.3.3.
    """

    _name = "airbag.intervention.product"
    _description = "Product Used"
    _inherit = ["airbag.intervention.part"]
    # Not by visit: its own order would flush a visit that is being moved half-way.
    _order = "id"
    _rec_name = "product_id"

    # === FIELDS === #
    product_id = fields.Many2one(
        comodel_name="product.product",
        required=True,
        index=True,
        check_company=True,
        domain="[('type', '=', 'consu')]",
    )
    tracking = fields.Selection(related="product_id.tracking")
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(
        comodel_name="uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    lot_name = fields.Char(
        string="Lot/Serial",
        compute="_compute_lot_name",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    serial_warning = fields.Char(
        compute="_compute_serial_warning",
        help="Where else the same serial number was fitted.",
    )
    # Where the product went: stored, for a recall groups and exports them.
    vehicle_id = fields.Many2one(
        related="intervention_id.vehicle_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="intervention_id.partner_id", store=True, string="Customer", index=True
    )
    treatment_id = fields.Many2one(related="intervention_id.treatment_id", store=True)
    user_id = fields.Many2one(
        related="intervention_id.user_id", store=True, string="Technician"
    )
    intervention_state = fields.Selection(
        related="intervention_id.state", store=True, string="Visit State", index=True
    )
    service_date = fields.Date(
        string="Date of the Visit",
        compute="_compute_service_date",
        store=True,
        index=True,
        help="The day the visit began, where the company works.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a product must be greater than zero."
    )
    # A recall asks for one lot of one product, among years of visits.
    _lot_idx = models.Index("(lot_name, product_id) WHERE lot_name IS NOT NULL")

    # === COMPUTE METHODS === #
    @api.depends("product_id")
    def _compute_uom_id(self):
        for row in self:
            row.uom_id = row.product_id.uom_id

    @api.depends("product_id")
    def _compute_lot_name(self):
        """A lot is one of its product: another product has another."""
        self.lot_name = False

    @api.depends("intervention_id.started_at")
    def _compute_service_date(self):
        for row in self:
            visit = row.intervention_id
            start = visit.started_at
            row.service_date = start and visit.company_id._get_service_date(start)

    @api.depends("product_id", "lot_name", "vehicle_id")
    def _compute_serial_warning(self):
        """Name the other vehicle that has the same serial number; one query.

        It may well be a part that was moved, so that nothing is refused.
        """
        elsewhere = self._get_same_serials()
        for row in self:
            same = elsewhere.get(row._get_serial_key(), self.browse())
            other = (same - same.filtered(row._is_of_same_vehicle))[:1]
            row.serial_warning = False
            if other:
                fitted_to = other.vehicle_id or other.partner_id
                row.serial_warning = self.env._(
                    "%(serial)s was already fitted to %(vehicle)s (%(visit)s).",
                    serial=other.lot_name,
                    vehicle=fitted_to.display_name,
                    visit=other.intervention_id.name,
                )

    # === CONSTRAINTS === #
    @api.constrains("product_id", "lot_name")
    def _check_lot(self):
        """Refuse a lot where there is none, and the same piece twice."""
        for row in self.filtered("lot_name"):
            if row.tracking == "none":
                raise ValidationError(
                    self.env._(
                        "%(product)s is not traced by lots: leave its lot/serial "
                        "empty, or have its Tracking changed on the product's form.",
                        product=row.product_id.display_name,
                    )
                )
            twice = row.intervention_id.product_ids.filtered(
                lambda other, row=row: (
                    other.product_id == row.product_id
                    and other.lot_name == row.lot_name
                )
            )
            if row.tracking == "serial" and len(twice) > 1:
                raise ValidationError(
                    self.env._(
                        "%(product)s with the serial number %(serial)s is recorded "
                        "twice: a serial number stands for one piece.",
                        product=row.product_id.display_name,
                        serial=row.lot_name,
                    )
                )

    @api.constrains("product_id", "quantity", "uom_id")
    def _check_quantity(self):
        """Refuse a unit of another measure, and several pieces of one serial number."""
        for row in self:
            product = row.product_id
            if not row.uom_id._has_common_reference(product.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(product)s is measured in %(right)s, which does not convert "
                        "to %(wrong)s: choose another unit.",
                        product=product.display_name,
                        right=product.uom_id.name,
                        wrong=row.uom_id.name,
                    )
                )
            if row.tracking == "serial" and row._get_quantity_in_product_uom() != 1:
                raise ValidationError(
                    self.env._(
                        "A serial number stands for one %(product)s: record each one "
                        "in its own row, with quantity 1.",
                        product=product.display_name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize_lot(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize_lot(vals))

    # === BUSINESS METHODS === #
    @api.model
    def _normalize_lot(self, vals):
        """Write lots one way, so that a search finds them."""
        if "lot_name" not in vals:
            return vals
        return {**vals, "lot_name": (vals["lot_name"] or "").strip().upper() or False}

    def _get_quantity_in_product_uom(self):
        self.ensure_one()
        return self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id)

    def _get_serial_key(self):
        """Return what tells one serial number from any other."""
        return (
            self.intervention_id.company_id._origin,
            self.product_id._origin,
            (self.lot_name or "").strip().upper(),
        )

    def _is_of_same_vehicle(self, other):
        """Tell whether two rows speak of one visit, or of one known vehicle."""
        visit, vehicle = self.intervention_id._origin, self.vehicle_id._origin
        return other.intervention_id == visit or bool(
            vehicle and other.vehicle_id == vehicle
        )

    def _get_same_serials(self):
        """Return the fitted rows by serial number, whoever fitted them.

        Read with all rights, for a technician sees only own visits: no more of the
        others is told than the plate and the number of the visit.
        """
        serials = self.filtered(lambda row: row.tracking == "serial" and row.lot_name)
        if not serials:
            return {}
        keys = [row._get_serial_key() for row in serials]
        companies, products, names = zip(*keys, strict=True)
        found = self.sudo().search(
            [
                ("lot_name", "in", list(names)),
                ("product_id", "in", [product.id for product in products]),
                ("company_id", "in", [company.id for company in companies]),
                ("intervention_state", "in", FITTED_STATES),
            ],
            order="id desc",
        )
        return found.grouped(lambda row: row._get_serial_key())

    def _get_missing_lots(self):
        """Return the sentences that name each lot still to be recorded."""
        names = {
            "lot": lambda product: self.env._(
                "Record the lot of “%(product)s”.", product=product
            ),
            "serial": lambda product: self.env._(
                "Record the serial number of “%(product)s”.", product=product
            ),
        }
        return [
            names[row.tracking](row.product_id.display_name)
            for row in self
            if row.tracking in names and not row.lot_name
        ]
