# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: state -> states it may go to; only quality leaves ``done``.
TRANSITIONS = {
    "draft": {"planned", "cancelled"},
    "planned": {"draft", "in_progress", "cancelled"},
    "in_progress": {"done", "cancelled"},
    "done": {"in_progress"},
    "cancelled": {"draft"},
}
#: Where a technician may take an own intervention.
TECHNICIAN_STATES = {"in_progress", "done"}
#: What a technician does not decide: the plan, and what the system stamps.
PLANNER_FIELDS = {
    "acknowledged_requirements",
    "active",
    "booking_override_reason",
    "company_id",
    "finished_at",
    "name",
    "order_id",
    "order_line_id",
    "original_planned_start",
    "plan_changed_by_id",
    "partner_id",
    "plan_revision",
    "planned_by_id",
    "planned_end",
    "planned_start",
    "priority",
    "requirements_acknowledged_by",
    "requirements_acknowledged_on",
    "reschedule_count",
    "reschedule_reason",
    "started_at",
    "technician_ids",
    "treatment_id",
    "treatment_version",
    "user_id",
    "visit_number",
}
#: What may still be written once the intervention is done.
WRITABLE_WHEN_DONE = {
    "access_token",
    "active",
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "report_error",
    "report_message_id",
    "report_sent_on",
    "report_state",
    "signed_report_state",
    "survey_error",
    "survey_error_on",
}
SIGNATURE_FIELDS = {"customer_signature", "signed_by", "signed_on"}
REOPEN_FIELDS = {"state", "finished_at"}


class AirbagIntervention(models.Model):
    """The life cycle: who may take an intervention where, and when.

    The rules hold in ``write``, so that buttons, kanban and outside clients
    obey the same ones. PRO 008 §5.3.
    """

    _inherit = "airbag.intervention"

    # === CONSTRAINTS === #
    @api.constrains("state")
    def _check_documented(self):
        """Done means documented. PRO 008 §5.3.3."""
        for intervention in self.filtered(lambda record: record.state == "done"):
            if missing := intervention._get_missing_documentation():
                raise ValidationError(
                    self.env._(
                        "Before finishing %(name)s:\n%(missing)s",
                        name=intervention.name,
                        missing="\n".join(f"• {line}" for line in missing),
                    )
                )

    @api.constrains("state", "planned_start", "user_id")
    def _check_planned(self):
        """What is in the agenda has a date and a responsible technician."""
        for intervention in self.filtered(lambda record: record.state == "planned"):
            intervention._check_may_plan()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Take each visit through its life cycle, whatever state it comes with."""
        if self.env.su:
            return super().create(vals_list)
        vals_list = [dict(vals) for vals in vals_list]
        states = [vals.pop("state", "draft") for vals in vals_list]
        interventions = super().create(vals_list)
        for intervention, state in zip(interventions, states, strict=True):
            if state != "draft":
                intervention.state = state
        return interventions

    def write(self, vals):
        vals = dict(vals)
        self._check_locked(vals)
        self._check_treatment_fixed(vals)
        self._check_planner_only(vals)
        if "state" in vals:
            self._check_transition(vals["state"])
            self._stamp_state_dates(vals)
        if vals.get("customer_signature"):
            vals.setdefault("signed_on", fields.Datetime.now())
        result = super().write(vals)
        if vals.get("state") == "in_progress":
            self._freeze_steps()
        return result

    def _check_locked(self, vals):
        """Refuse to change what was documented. PRO 008 §5.3.3.

        :raise UserError: if a done intervention would change.
        """
        changed = set(vals) - WRITABLE_WHEN_DONE
        if "state" in vals and changed <= REOPEN_FIELDS:
            return  # reopening: ``_check_transition`` decides
        for intervention in self.filtered(lambda record: record.state == "done"):
            if changed <= SIGNATURE_FIELDS and not intervention.customer_signature:
                continue  # the customer may still sign the report
            if changed:
                raise UserError(
                    self.env._(
                        "The intervention %(name)s is done and can no longer be "
                        "changed. Ask the QMS responsible to reopen it.",
                        name=intervention.name,
                    )
                )

    def _check_treatment_fixed(self, vals):
        """Refuse to change the treatment whose steps are being followed.

        :raise UserError: if one of the interventions has started.
        """
        if "treatment_id" not in vals:
            return
        for intervention in self:
            other = intervention.treatment_id.id != vals["treatment_id"]
            if other and intervention.step_ids:
                raise UserError(
                    self.env._(
                        "%(name)s has started with the steps of its treatment: cancel "
                        "it and plan another one to change the treatment.",
                        name=intervention.name,
                    )
                )

    def _check_planner_only(self, vals):
        """Planning belongs to planners; technicians document.

        :raise AccessError: if a technician would change the plan.
        """
        planning = bool(PLANNER_FIELDS & set(vals))
        leaving = vals.get("state", "done") not in TECHNICIAN_STATES
        if (planning or leaving) and not (
            self.env.su or self.env.user.has_group("airbag_client_mgmt.group_planner")
        ):
            raise AccessError(
                self.env._("Only a planner can change the plan of an intervention.")
            )

    def _stamp_state_dates(self, vals):
        """Add to ``vals`` and write the dates that come with a state."""
        now = fields.Datetime.now()
        if vals["state"] == "planned":
            self.sudo().planned_by_id = self.env.uid
        elif vals["state"] == "in_progress":
            # One that was broken off begins anew, one that is reopened does not.
            begun = self.filtered(
                lambda record: (
                    not record.started_at
                    or (record.state == "planned" and record.treatment_version)
                )
            )
            begun.sudo().started_at = now
        elif vals["state"] == "done" and "finished_at" not in vals:
            # A reopened visit keeps its day, and its place in the indicators.
            finished = self.filtered(lambda record: not record.finished_at)
            finished.sudo().finished_at = now

    # === ACTION METHODS === #
    def action_plan(self):
        """Put dated and staffed visits in the technicians' agenda. PRO 008 §5.3.1.

        :raise UserError: if a date or the responsible technician is missing.
        """
        self.write({"state": "planned"})

    def action_start(self):
        """Begin the work and freeze the treatment's steps. PRO 008 §5.3.2.

        :raise UserError: if the customer's special requirements have not been
            acknowledged.
        """
        self.write({"state": "in_progress"})

    def action_finish(self):
        """Close a fully documented intervention. PRO 008 §5.3.3.

        :raise UserError: naming each piece of documentation that is missing.
        """
        self.write({"state": "done"})

    def action_cancel(self):
        """Cancel visits that will not take place."""
        self.write({"state": "cancelled"})

    def action_back_to_draft(self):
        """Take planned or cancelled visits back to be planned."""
        self.write({"state": "draft"})

    def action_reopen(self):
        """Let quality correct a done intervention; the chatter keeps who and when.

        :raise AccessError: for anyone but the QMS responsible.
        """
        self._check_may_reopen()
        done = self.filtered(lambda record: record.state == "done")
        done.write({"state": "in_progress"})
        for intervention in done:
            intervention.message_post(body=self.env._("Intervention reopened."))

    # === BUSINESS METHODS === #
    def _check_transition(self, state):
        """Refuse a step that the life cycle does not have, or not yet.

        :raise UserError: naming the intervention and what stands in the way.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for intervention in self:
            current = intervention.state
            if state not in TRANSITIONS[current]:
                raise UserError(
                    self.env._(
                        "The intervention %(name)s is “%(current)s”: it cannot "
                        "become “%(target)s”.",
                        name=intervention.name,
                        current=labels[current],
                        target=labels.get(state, state),
                    )
                )
            if current == "done":
                intervention._check_may_reopen()
            elif state == "planned":
                intervention._check_may_plan()
            elif state == "in_progress":
                intervention._check_may_start()

    def _check_may_reopen(self):
        """:raise AccessError: for anyone but the QMS responsible."""
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible can reopen an intervention.")
            )

    def _check_may_plan(self):
        """:raise UserError: if a date or the responsible technician is missing."""
        if not self.planned_start or not self.user_id:
            raise UserError(
                self.env._(
                    "To plan the intervention %(name)s, set its date and its "
                    "responsible technician.",
                    name=self.name,
                )
            )

    def _check_may_start(self):
        """:raise UserError: if something has to be done before the visit starts."""

    def _freeze_steps(self):
        """Copy the treatment's steps and version as they are today."""
        starting = self.filtered(lambda intervention: not intervention.step_ids)
        self.env["airbag.intervention.step"].sudo().create(
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
            interventions.sudo().treatment_version = treatment.version

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
        missing += self.product_ids._get_missing_lots()
        if not self.recommendation_ids and not self.no_recommendations:
            missing.append(
                self.env._("Record a recommendation, or mark “No recommendations”.")
            )
        return missing
