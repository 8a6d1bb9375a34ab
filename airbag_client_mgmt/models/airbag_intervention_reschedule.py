# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .airbag_intervention_booking import AGENDA_FIELDS

#: What two planners may decide at the same time.
PLAN_FIELDS = AGENDA_FIELDS | {
    "contact_id",
    "partner_id",
    "priority",
    "treatment_id",
    "vehicle_id",
}


class AirbagIntervention(models.Model):
    """Moving a visit: why, from when, and never over a colleague's change.

    A visit in the agenda, and one that the contract promised for a day, is moved
    with a reason; the day it was first due is kept. PRO 008 §5.3.1.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    original_planned_start = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the visit was first due, if it was moved since.",
    )
    reschedule_reason = fields.Char(tracking=True, copy=False)
    reschedule_count = fields.Integer(
        string="Times Moved",
        readonly=True,
        copy=False,
        help="How many times the visit was moved once it was in the agenda.",
    )
    needs_reschedule = fields.Boolean(
        compute="_compute_needs_reschedule",
        help="The date is agreed on, or promised by the contract: it is moved with "
        "“Reschedule”.",
    )
    planned_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Planned by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    plan_changed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Plan Changed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    plan_revision = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Counts the changes of the plan. Whoever changes it sends the number "
        "they read, so that nobody undoes a change they have not seen.",
    )

    # === COMPUTE METHODS === #
    @api.depends("state", "planned_start", "order_line_id")
    def _compute_needs_reschedule(self):
        for intervention in self:
            intervention.needs_reschedule = intervention._is_date_given()

    # === CRUD METHODS === #
    def write(self, vals):
        vals = dict(vals)
        if not self.env.su:
            self._check_plan_revision(vals.pop("plan_revision", None), vals)
        if not PLAN_FIELDS & set(vals):
            return super().write(vals)
        before = {visit: visit._get_plan() for visit in self}
        given = self.filtered(lambda visit: visit._is_date_given())
        result = super().write(vals)
        changed = self.filtered(lambda visit: visit._get_plan() != before[visit])
        if not self.env.su:
            changed._check_begun_keeps_its_time(before)
            if not (vals.get("reschedule_reason") or "").strip():
                (changed & given)._check_reason_not_needed(before)
        changed._log_plan_change(before, vals)
        return result

    # === ACTION METHODS === #
    def action_reschedule(
        self, planned_start=False, planned_end=False, plan_revision=None
    ):
        """Move visits, asking why where that has to be known. PRO 008 §5.3.1.

        Called by the button, without arguments, and by the calendar with the time
        that the visit was dropped on.

        :param plan_revision: what the planner saw of ``plan_revision``
        :return: the dialog that asks; False if nothing has to be asked
        :raise UserError: if a visit is over, or was cancelled
        """
        self.check_access("write")
        self._check_may_move()
        if planned_start and not self._is_date_given():
            self.write(
                {
                    "planned_start": planned_start,
                    "planned_end": planned_end,
                    "plan_revision": plan_revision,
                }
            )
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_intervention_reschedule_action"
        )
        action["context"] = {
            "default_intervention_ids": self.ids,
            **(
                {
                    "default_planned_start": planned_start,
                    "default_planned_end": planned_end,
                }
                if planned_start
                else {}
            ),
            **(
                {"default_plan_revision": plan_revision}
                if plan_revision is not None
                else {}
            ),
        }
        return action

    # === BUSINESS METHODS === #
    def _is_date_given(self):
        """Tell whether the date was agreed on, or promised by the contract."""
        self.ensure_one()
        if self.state == "draft":
            line = self.sudo().order_line_id
            promised = line and line._is_recurring()
            # One taken back to planning was agreed on before.
            return bool(self.planned_start and (promised or self.planned_by_id))
        return self.state in ("planned", "in_progress")

    def _check_may_move(self):
        """:raise UserError: naming the visit that is over, or was cancelled."""
        for visit in self:
            if visit.state in ("done", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(name)s is done or was cancelled: it can no longer be "
                        "moved. One that was cancelled goes back to planning first.",
                        name=visit.name,
                    )
                )

    def _check_begun_keeps_its_time(self, before):
        """Refuse to plan what has begun for another time.

        :param before: ``{visit: plan}`` of before the change
        :raise UserError: naming the visit
        """
        for visit in self.filtered(lambda visit: visit.state == "in_progress"):
            if visit.planned_start != before[visit]["planned_start"]:
                raise UserError(
                    self.env._(
                        "%(name)s has begun: its date no longer changes, only its "
                        "technicians.",
                        name=visit.name,
                    )
                )

    def _get_plan(self):
        """Return what is planned, to be compared."""
        self.ensure_one()
        return {fname: self.sudo()[fname] for fname in PLAN_FIELDS}

    def _check_plan_revision(self, seen, vals):
        """Refuse to change a plan that a colleague changed meanwhile.

        :param seen: the revision that was read, or None: then nothing is compared
        :raise UserError: naming who changed it
        """
        if seen is None or not PLAN_FIELDS & set(vals):
            return
        for visit in self:
            if visit.plan_revision != seen:
                raise UserError(
                    self.env._(
                        "%(user)s has changed the plan of %(name)s meanwhile. Reload "
                        "the page to see it, then make your change.",
                        user=visit.sudo().plan_changed_by_id.name,
                        name=visit.name,
                    )
                )

    def _check_reason_not_needed(self, before):
        """Refuse what has to be explained and is not.

        Of a visit that is only promised, the hour and the technician are free.

        :param before: ``{visit: plan}`` of before the change
        :raise UserError: naming the visit
        """
        for visit in self:
            old, new = before[visit], visit._get_plan()
            if visit.state == "draft":
                moved = visit._get_local_day(old) != visit._get_local_day(new)
            else:
                settled = set(AGENDA_FIELDS)
                if old["treatment_id"] != new["treatment_id"]:
                    # Another treatment takes more or less time; it is no other date.
                    settled.remove("planned_end")
                moved = any(old[fname] != new[fname] for fname in settled)
            if moved:
                raise UserError(
                    self.env._(
                        "The date and the technicians of %(name)s are settled: use "
                        "“Reschedule” and write why they change.",
                        name=visit.name,
                    )
                )

    def _get_local_day(self, plan):
        """Return the day of a plan where the visit takes place, or None."""
        start = plan["planned_start"]
        return self.company_id._get_service_date(start) if start else None

    def _log_plan_change(self, before, given):
        """Count the change, and keep when moved visits were first due.

        :param before: ``{visit: plan}`` of before the change
        :param given: the values written; a reason stands for the move it came with
        """
        for visit in self.sudo():
            plan = before[visit.sudo(False)]
            first = plan["planned_start"]
            moved = first and first != visit.planned_start
            vals = {
                "plan_revision": visit.plan_revision + 1,
                "plan_changed_by_id": self.env.uid,
            }
            if (
                "reschedule_reason" not in given
                and visit.reschedule_reason
                and visit._get_local_day(plan)
                != visit._get_local_day(visit._get_plan())
            ):
                vals["reschedule_reason"] = False
            if moved and not visit.original_planned_start:
                vals["original_planned_start"] = first
            if moved and visit.planned_by_id:
                vals["reschedule_count"] = visit.reschedule_count + 1
            visit.write(vals)
