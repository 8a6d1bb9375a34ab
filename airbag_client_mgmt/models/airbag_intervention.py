# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: state -> states it may go to; ``done`` leaves only through quality.
TRANSITIONS = {
    "draft": {"planned", "cancelled"},
    "planned": {"draft", "in_progress", "cancelled"},
    "in_progress": {"done", "cancelled"},
    "done": {"in_progress"},
    "cancelled": {"draft"},
}
#: What may still be written once the intervention is done.
WRITABLE_WHEN_DONE = {
    "active",
    "access_token",
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}
SIGNATURE_FIELDS = {"customer_signature", "signed_by", "signed_on"}


class AirbagIntervention(models.Model):
    """One visit to a customer: planned, carried out and documented.

    Created by the planning of a confirmed order, or by hand for an urgent
    visit. Life cycle: draft → planned → in progress → done; done is locked and
    only quality reopens it. PRO 008 §5.3.
    """

    _name = "airbag.intervention"
    _description = "Intervention"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "planned_start desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True

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
        help="The person who receives the service and is asked about it.",
    )
    vehicle_id = fields.Many2one(
        comodel_name="airbag.vehicle",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer Company"
    )
    specific_needs = fields.Text(related="partner_id.specific_needs")
    special_requirements = fields.Text(related="partner_id.special_requirements")
    requirements_acknowledged_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
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
    original_planned_start = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the visit was first due, if it was moved since.",
    )
    reschedule_reason = fields.Char(tracking=True, copy=False)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible Technician",
        index="btree_not_null",
        tracking=True,
        copy=False,
        domain="[('all_group_ids', 'in', technician_group_id)]",
        check_company=True,
    )
    technician_ids = fields.Many2many(
        comodel_name="res.users",
        relation="airbag_intervention_technician_rel",
        string="Other Technicians",
        copy=False,
        domain="[('all_group_ids', 'in', technician_group_id)]",
        check_company=True,
    )
    technician_group_id = fields.Many2one(
        comodel_name="res.groups", compute="_compute_technician_group_id"
    )
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
        "CHECK (finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at)",
        "An intervention cannot finish before it starts.",
    )
    _planned_end_after_start = models.Constraint(
        "CHECK (planned_end IS NULL OR planned_start IS NULL"
        " OR planned_end > planned_start)",
        "The planned end must be after the planned start.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id")
    def _compute_contact_id(self):
        for intervention in self:
            partner = intervention.partner_id
            contact = intervention.contact_id
            if contact.commercial_partner_id != partner.commercial_partner_id:
                intervention.contact_id = partner

    @api.depends("planned_start", "treatment_id")
    def _compute_planned_end(self):
        for intervention in self:
            start = intervention.planned_start
            hours = intervention.treatment_id.planned_hours or 1.0
            intervention.planned_end = start and start + timedelta(hours=hours)

    def _compute_technician_group_id(self):
        self.technician_group_id = self.env.ref("airbag_client_mgmt.group_technician")

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

    @api.depends("partner_id")
    def _compute_open_recommendation_ids(self):
        """Recommendations of the customer's earlier visits still open (§5.3.3)."""
        by_customer = dict(
            self.env["airbag.recommendation"]._read_group(
                [
                    ("state", "=", "open"),
                    (
                        "commercial_partner_id",
                        "in",
                        self.partner_id.commercial_partner_id.ids,
                    ),
                ],
                ["commercial_partner_id"],
                ["id:recordset"],
            )
        )
        for intervention in self:
            found = by_customer.get(intervention.partner_id.commercial_partner_id)
            own = intervention.recommendation_ids
            intervention.open_recommendation_ids = found - own if found else False

    def _compute_access_url(self):
        super()._compute_access_url()
        for intervention in self:
            intervention.access_url = f"/my/interventions/{intervention.id}"

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

    def write(self, vals):
        self._check_locked(vals)
        self._check_technician_may_write(vals)
        if vals.get("customer_signature") and "signed_on" not in vals:
            vals = {**vals, "signed_on": fields.Datetime.now()}
        if "planned_start" in vals:
            self._keep_original_start(vals["planned_start"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        if any(intervention.state in ("in_progress", "done") for intervention in self):
            raise UserError(
                self.env._(
                    "An intervention that was started is evidence of the service: "
                    "archive it instead of deleting it."
                )
            )

    def _check_locked(self, vals):
        """Refuse to change what was documented. PRO 008 §5.3.3.

        :raise UserError: if a done intervention would change.
        """
        if self.env.context.get("airbag_reopen"):
            return
        changed = set(vals) - WRITABLE_WHEN_DONE
        for intervention in self.filtered(lambda record: record.state == "done"):
            if changed <= SIGNATURE_FIELDS and not intervention.customer_signature:
                continue
            if changed:
                raise UserError(
                    self.env._(
                        "The intervention %(name)s is done and can no longer be "
                        "changed. Ask the QMS responsible to reopen it.",
                        name=intervention.name,
                    )
                )

    def _keep_original_start(self, planned_start):
        """Remember when moved visits were first due."""
        for intervention in self:
            before = intervention.planned_start
            moved = before and before != fields.Datetime.to_datetime(planned_start)
            if moved and not intervention.original_planned_start:
                intervention.original_planned_start = before

    # === ACTION METHODS === #
    def action_plan(self):
        """Put dated and staffed visits in the technicians' agenda. PRO 008 §5.3.1.

        :raise UserError: if a date or the responsible technician is missing.
        """
        self._check_transition("planned")
        for intervention in self:
            if not intervention.planned_start or not intervention.user_id:
                raise UserError(
                    self.env._(
                        "To plan the intervention %(name)s, set its date and its "
                        "responsible technician.",
                        name=intervention.name,
                    )
                )
        self.write({"state": "planned"})

    def action_acknowledge_requirements(self):
        """The technician has read the customer's special requirements."""
        self.write(
            {
                "requirements_acknowledged_by": self.env.uid,
                "requirements_acknowledged_on": fields.Datetime.now(),
            }
        )

    def action_start(self):
        """Begin the work and freeze the treatment's steps. PRO 008 §5.3.2.

        :raise UserError: if the customer's special requirements have not been
            acknowledged, or the contract has been terminated before this day.
        """
        self._check_transition("in_progress")
        for intervention in self:
            if (
                intervention.special_requirements
                and not intervention.requirements_acknowledged_on
            ):
                raise UserError(
                    self.env._(
                        "Read the customer's special requirements and confirm it "
                        "with “I have read them” before you start."
                    )
                )
        self._freeze_steps()
        self.write({"state": "in_progress", "started_at": fields.Datetime.now()})

    def action_finish(self):
        """Close a fully documented intervention. PRO 008 §5.3.3.

        :raise UserError: naming each piece of documentation that is missing.
        """
        self._check_transition("done")
        for intervention in self:
            if missing := intervention._get_missing_documentation():
                raise UserError(
                    self.env._(
                        "Before finishing %(name)s:\n%(missing)s",
                        name=intervention.name,
                        missing="\n".join(f"• {line}" for line in missing),
                    )
                )
        self.write(self._prepare_finish_values())

    def action_cancel(self):
        """Cancel visits that will not take place."""
        self._check_transition("cancelled")
        self.write({"state": "cancelled"})

    def action_back_to_draft(self):
        """Take planned or cancelled visits back to be planned."""
        self._check_transition("draft")
        self.write({"state": "draft"})

    def action_reopen(self):
        """Let quality correct a done intervention; it is logged.

        :raise AccessError: for anyone but the QMS responsible.
        """
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible can reopen an intervention.")
            )
        self._check_transition("in_progress", from_state="done")
        self.with_context(airbag_reopen=True).write(
            {"state": "in_progress", "finished_at": False}
        )
        for intervention in self:
            intervention.message_post(body=self.env._("Intervention reopened."))

    # === BUSINESS METHODS === #
    def _check_transition(self, state, from_state=None):
        """Refuse a step that the life cycle does not have.

        :raise UserError: naming the intervention and its state.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for intervention in self:
            current = intervention.state
            wrong_origin = from_state and current != from_state
            from_done = current == "done" and not from_state
            if wrong_origin or from_done or state not in TRANSITIONS[current]:
                raise UserError(
                    self.env._(
                        "The intervention %(name)s is “%(current)s”: it cannot "
                        "become “%(target)s”.",
                        name=intervention.name,
                        current=labels[current],
                        target=labels[state],
                    )
                )

    def _freeze_steps(self):
        """Copy the treatment's steps and version as they are today."""
        starting = self.filtered(lambda intervention: not intervention.step_ids)
        self.env["airbag.intervention.step"].create(
            [
                {
                    "intervention_id": intervention.id,
                    "sequence": step.sequence,
                    "name": step.name,
                    "instruction": step.instruction,
                    "mandatory": step.mandatory,
                }
                for intervention in starting
                for step in intervention.treatment_id.step_ids
            ]
        )
        for treatment, interventions in starting.grouped("treatment_id").items():
            interventions.treatment_version = treatment.version

    def _get_missing_documentation(self):
        """Return the sentences that say what still has to be recorded."""
        self.ensure_one()
        missing = [
            self.env._("Tick or excuse the step “%(step)s”.", step=step.name)
            for step in self.step_ids
            if step.mandatory and not step.is_handled
        ]
        if not self.product_ids and not self.no_products_used:
            missing.append(
                self.env._("Record the products used, or mark “No products used”.")
            )
        if not self.recommendation_ids and not self.no_recommendations:
            missing.append(
                self.env._("Record a recommendation, or mark “No recommendations”.")
            )
        return missing

    def _prepare_finish_values(self):
        """Return the values written when interventions finish."""
        return {"state": "done", "finished_at": fields.Datetime.now()}

    def _get_service_tz(self):
        """Return the name of the time zone the service days are counted in."""
        self.ensure_one()
        return self.company_id._get_service_tz()
