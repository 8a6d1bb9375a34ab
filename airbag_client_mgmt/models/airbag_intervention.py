# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.texts import merge_texts

#: Who says what has to be respected on a visit.
STATED_BY = ("order_id", "partner_id", "partner_id.commercial_partner_id")


class AirbagIntervention(models.Model):
    """One visit to a customer: planned, carried out and documented.

    Created by the planning of a confirmed order, or by hand for an urgent
    visit. Life cycle: draft → planned → in progress → done; done is locked and
    only quality reopens it. PRO 008 §5.3.
    """

    _name = "airbag.intervention"
    _description = "Intervention"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "planned_start desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id.name"]

    # === FIELDS === #
    active = fields.Boolean(default=True)
    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "To plan"),
            ("planned", "Planned"),
            ("in_progress", "In progress"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )

    # Whom it is for
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact on Site",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The person who receives the service and is asked about it.",
    )
    contact_phone = fields.Char(related="contact_id.phone")
    contact_address = fields.Char(
        string="Address", compute="_compute_contact_address", compute_sudo=True
    )
    vehicle_id = fields.Many2one(
        comodel_name="airbag.vehicle",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer Company"
    )
    specific_needs = fields.Text(compute="_compute_stated_texts", compute_sudo=True)
    special_requirements = fields.Text(
        compute="_compute_stated_texts",
        compute_sudo=True,
        help="Those agreed on in the contract and those of the customer.",
    )
    requirements_acknowledged_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    requirements_acknowledged_on = fields.Datetime(readonly=True, copy=False)

    # Where it comes from
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Contract / Order",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Contract Line",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    visit_number = fields.Integer(
        copy=False, aggregator=None, help="Place of the visit in its contract line."
    )
    treatment_id = fields.Many2one(
        comodel_name="airbag.treatment",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    treatment_version = fields.Char(readonly=True, copy=False)

    # When and who
    planned_start = fields.Datetime(tracking=True, index=True, copy=False)
    planned_end = fields.Datetime(
        compute="_compute_planned_end",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    priority = fields.Selection(
        selection=[("0", "Normal"), ("1", "Urgent")], default="0", tracking=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible Technician",
        index="btree_not_null",
        tracking=True,
        copy=False,
        domain="[('all_group_ids', 'in', technician_group_id)]",
        check_company=True,
        ondelete="restrict",
    )
    technician_ids = fields.Many2many(
        comodel_name="res.users",
        relation="airbag_intervention_technician_rel",
        string="Other Technicians",
        copy=False,
        ondelete="restrict",
        domain="[('all_group_ids', 'in', technician_group_id)]",
        check_company=True,
    )
    technician_group_id = fields.Many2one(
        comodel_name="res.groups", compute="_compute_technician_group_id"
    )
    can_plan = fields.Boolean(compute="_compute_can_plan")
    is_own = fields.Boolean(compute="_compute_is_own")
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False, index=True)
    duration_hours = fields.Float(
        compute="_compute_duration_hours",
        store=True,
        help="Elapsed time from start to finish, in hours.",
    )

    # What was done
    step_ids = fields.One2many(
        comodel_name="airbag.intervention.step",
        inverse_name="intervention_id",
        copy=False,
    )
    steps_total = fields.Integer(compute="_compute_steps")
    steps_handled = fields.Integer(compute="_compute_steps")
    product_ids = fields.One2many(
        comodel_name="airbag.intervention.product",
        inverse_name="intervention_id",
        string="Products Used",
        copy=False,
    )
    no_products_used = fields.Boolean(copy=False)
    findings = fields.Text(copy=False)
    recommendation_ids = fields.One2many(
        comodel_name="airbag.recommendation",
        inverse_name="intervention_id",
        copy=False,
    )
    no_recommendations = fields.Boolean(copy=False)
    open_recommendation_ids = fields.Many2many(
        comodel_name="airbag.recommendation",
        compute="_compute_open_recommendation_ids",
        string="Open Recommendations of Earlier Visits",
    )
    photo_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="airbag_intervention_photo_rel",
        string="Photos",
        copy=False,
        ondelete="restrict",
    )
    customer_signature = fields.Image(copy=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)

    # Two rows of one contract line never stand for the same visit, whichever
    # server planned them.
    _order_line_visit_uniq = models.Constraint(
        "UNIQUE (order_line_id, visit_number)",
        "This visit of the contract line is already planned.",
    )
    _finished_after_start = models.Constraint(
        "CHECK (finished_at IS NULL OR started_at IS NULL"
        " OR finished_at >= started_at)",
        "An intervention cannot finish before it starts.",
    )
    _planned_end_after_start = models.Constraint(
        "CHECK (planned_end IS NULL OR planned_start IS NULL"
        " OR planned_end > planned_start)",
        "The planned end must be after the planned start.",
    )

    # === COMPUTE METHODS === #
    @api.depends("name", "partner_id")
    @api.depends_context("customer_first")
    def _compute_display_name(self):
        """Start with the customer where there is room for one word: the calendar."""
        customer_first = self.env.context.get("customer_first")
        for intervention in self:
            parts = [intervention.name, intervention.partner_id.name]
            if customer_first:
                parts.reverse()
            intervention.display_name = " · ".join(part for part in parts if part)

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for intervention in self:
            partner = intervention.partner_id
            contact = intervention.contact_id
            if contact.commercial_partner_id != partner.commercial_partner_id:
                intervention.contact_id = partner

    @api.depends(
        *(
            f"contact_id.{fname}"
            for fname in ("street", "street2", "city", "zip", "state_id", "country_id")
        )
    )
    def _compute_contact_address(self):
        """Where the technician is to go; the customer is named beside it."""
        for intervention in self:
            contact = intervention.contact_id
            lines = contact._display_address(without_company=True).splitlines()
            lines = [line.strip() for line in lines]
            intervention.contact_address = ", ".join(filter(None, lines))

    @api.depends("planned_start", "treatment_id")
    def _compute_planned_end(self):
        for intervention in self:
            start = intervention.planned_start
            hours = intervention.treatment_id.planned_hours or 1.0
            intervention.planned_end = start and start + timedelta(hours=hours)

    @api.depends(
        *(
            f"{origin}.{fname}"
            for origin in STATED_BY
            for fname in ("specific_needs", "special_requirements")
        )
    )
    def _compute_stated_texts(self):
        """Tell the technician all that was asked for, once (§5.1.2)."""
        for intervention in self:
            for fname in ("specific_needs", "special_requirements"):
                stated = (
                    (intervention.mapped(f"{origin}.{fname}")[:1] or [""])[0]
                    for origin in STATED_BY
                )
                intervention[fname] = merge_texts(stated)

    def _compute_technician_group_id(self):
        self.technician_group_id = self.env.ref("airbag_client_mgmt.group_technician")

    @api.depends("user_id", "technician_ids")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for intervention in self:
            intervention.is_own = self.env.user in intervention._get_staff()

    @api.depends_context("uid")
    def _compute_can_plan(self):
        self.can_plan = self.env.user.has_group("airbag_client_mgmt.group_planner")

    @api.depends("started_at", "finished_at")
    def _compute_duration_hours(self):
        for intervention in self:
            start, finish = intervention.started_at, intervention.finished_at
            elapsed = (finish - start).total_seconds() if start and finish else 0
            intervention.duration_hours = elapsed / 3600

    @api.depends("step_ids.done", "step_ids.excuse")
    def _compute_steps(self):
        for intervention in self:
            steps = intervention.step_ids
            intervention.steps_total = len(steps)
            intervention.steps_handled = len(steps.filtered("is_handled"))

    @api.depends("partner_id", "company_id", "vehicle_id")
    def _compute_open_recommendation_ids(self):
        """Open ones of the customer's earlier visits, the vehicle's first (§5.3.3)."""
        Recommendation = self.env["airbag.recommendation"]
        by_customer = Recommendation._get_open_by_customer(
            self.partner_id, self.company_id
        )
        for intervention in self:
            customer = intervention.partner_id.commercial_partner_id
            found = by_customer.get((intervention.company_id, customer), Recommendation)
            earlier = found - intervention.recommendation_ids
            intervention.open_recommendation_ids = earlier._sort_for(
                intervention.vehicle_id
            )

    # === CONSTRAINTS === #
    @api.constrains("order_line_id", "order_id")
    def _check_order_line(self):
        for intervention in self.filtered("order_line_id"):
            if intervention.order_line_id.order_id != intervention.order_id:
                raise ValidationError(
                    self.env._("The contract line must belong to the contract.")
                )

    @api.constrains("vehicle_id", "partner_id")
    def _check_vehicle_owner(self):
        for intervention in self.filtered("vehicle_id"):
            owner = intervention.vehicle_id.partner_id.commercial_partner_id
            if owner != intervention.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "The vehicle %(vehicle)s belongs to another customer.",
                        vehicle=intervention.vehicle_id.display_name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                sequence = self.env["ir.sequence"].with_company(vals.get("company_id"))
                vals["name"] = sequence.next_by_code("airbag.intervention") or "/"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        # Also one that was cancelled, or reopened, after it had begun.
        if any(intervention.started_at for intervention in self):
            raise UserError(
                self.env._(
                    "An intervention that was started is evidence of the service: "
                    "archive it instead of deleting it."
                )
            )

    # === BUSINESS METHODS === #
    def _get_staff(self):
        """Return who carried out the visit, the responsible technician first."""
        return self.user_id | self.technician_ids

    def _creation_message(self):
        return self.env._("Intervention registered")
