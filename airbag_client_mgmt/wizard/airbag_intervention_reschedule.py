# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.agenda import Slot


class AirbagInterventionReschedule(models.TransientModel):
    """Moves visits or gives them to another technician, and asks why.

    Opened by ``airbag.intervention.action_reschedule``: one visit goes to a moment,
    several are moved by days, such as those of a technician who fell ill.
    PRO 008 §5.3.1.
    """

    _name = "airbag.intervention.reschedule"
    _description = "Reschedule Visits"

    # === FIELDS === #
    intervention_ids = fields.Many2many(
        comodel_name="airbag.intervention", required=True, string="Visits"
    )
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention", compute="_compute_intervention_id"
    )
    company_id = fields.Many2one(related="intervention_ids.company_id")
    state = fields.Selection(related="intervention_id.state")
    plan_revision = fields.Integer(
        compute="_compute_plan_revision", store=True, readonly=False, precompute=True
    )
    planned_start = fields.Datetime(
        string="New Date",
        compute="_compute_planned_start",
        store=True,
        readonly=False,
        precompute=True,
    )
    planned_end = fields.Datetime(
        string="New End",
        compute="_compute_planned_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    days = fields.Integer(
        string="Move by", help="Days; negative to bring the visits forward."
    )
    assignment = fields.Selection(
        selection=[
            ("keep", "Keep the technician"),
            ("best", "Who is free and has the fewest hours"),
            ("user", "Choose"),
        ],
        required=True,
        default="keep",
    )
    technician_group_id = fields.Many2one(
        comodel_name="res.groups", compute="_compute_technician_group_id"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible Technician",
        domain="[('all_group_ids', 'in', technician_group_id),"
        " ('company_ids', 'in', company_id)]",
    )
    needs_reason = fields.Boolean(compute="_compute_needs_reason")
    reason = fields.Char(help="Kept on the visit as evidence.")
    conflict = fields.Text(compute="_compute_conflict")
    override_reason = fields.Char(
        help="Accepts the conflict; it is logged on the visit."
    )

    # === COMPUTE METHODS === #
    @api.depends("intervention_ids")
    def _compute_intervention_id(self):
        for wizard in self:
            visits = wizard.intervention_ids._origin
            wizard.intervention_id = visits if len(visits) == 1 else False

    @api.depends("intervention_ids")
    def _compute_plan_revision(self):
        """Of several visits the sum: a revision only grows."""
        for wizard in self:
            visits = wizard.intervention_ids._origin
            wizard.plan_revision = sum(visits.mapped("plan_revision"))

    @api.depends("intervention_id")
    def _compute_planned_start(self):
        for wizard in self:
            wizard.planned_start = wizard.intervention_id.planned_start

    @api.depends("planned_start")
    def _compute_planned_end(self):
        """Keep how long the visit takes."""
        for wizard in self:
            visit = wizard.intervention_id
            start, end = visit.planned_start, visit.planned_end
            length = end - start if start and end else timedelta(hours=1)
            wizard.planned_end = wizard.planned_start and wizard.planned_start + length

    def _compute_technician_group_id(self):
        self.technician_group_id = self.env.ref("airbag_client_mgmt.group_technician")

    @api.depends("intervention_ids", "planned_start", "days")
    def _compute_needs_reason(self):
        """Of a visit that is only promised, the hour and the technician are free."""
        for wizard in self:
            visits = wizard.intervention_ids._origin
            wizard.needs_reason = any(
                visit.state != "draft"
                or visit._get_local_day({"planned_start": wizard._get_times(visit)[0]})
                != visit._get_local_day(visit._get_plan())
                for visit in visits
            )

    @api.depends("planned_start", "planned_end", "days", "assignment", "user_id")
    def _compute_conflict(self):
        """Show at once what stands in the way."""
        bookings = self.env["airbag.booking"].sudo()
        for wizard in self:
            conflicts = bookings._get_conflicts(wizard._get_slots())
            visits = wizard.intervention_ids._origin
            wizard.conflict = "\n".join(
                visits._describe_conflict(conflict) for conflict in conflicts[:5]
            )

    # === ACTION METHODS === #
    def action_apply(self):
        """Move the visits.

        :raise UserError: if a reason is missing, nobody is free, or a colleague has
            changed the plan meanwhile
        :raise ValidationError: naming who is not free, unless that is overridden
        """
        self.ensure_one()
        reason = (self.reason or "").strip()
        if self.needs_reason and not reason:
            raise UserError(self.env._("Write why the visits are rescheduled."))
        visits = self.intervention_ids
        self._check_seen(visits)
        times = {visit: self._get_times(visit) for visit in visits}
        technicians = self._get_technicians(times)
        self._check_changes(times, technicians)
        # One must not meet another that is still to be moved out of its way.
        visits.sudo().booking_ids.unlink()
        for visit in visits:
            visit.write(
                {
                    **self._prepare_visit_values(*times[visit], reason),
                    "user_id": technicians[visit].id,
                }
            )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #
    def _check_seen(self, visits):
        """:raise UserError: if one of several visits is not as it was shown."""
        if len(visits) > 1 and self.plan_revision != sum(
            visits.mapped("plan_revision")
        ):
            raise UserError(
                self.env._(
                    "A colleague has changed the plan of one of these visits "
                    "meanwhile. Close this window and open it again."
                )
            )

    def _check_changes(self, times, technicians):
        """:raise UserError: if every visit would stay as it is."""
        if not self.override_reason and all(
            times[visit] == (visit.planned_start, visit.planned_end)
            and technicians[visit] == visit.user_id
            for visit in self.intervention_ids
        ):
            raise UserError(
                self.env._("Nothing changes: choose another date or technician.")
            )

    def _get_times(self, visit):
        """Return the start and the end that a visit is to have."""
        if self.intervention_id:
            return self.planned_start, self.planned_end
        shift = visit.company_id._shift_service_days
        return tuple(
            moment and shift(moment, self.days)
            for moment in (visit.planned_start, visit.planned_end)
        )

    def _get_technicians(self, times):
        """Return ``{visit: technician}``.

        :param times: what each visit's start and end are to be
        :raise UserError: naming the visits for which nobody is free, or without date
        """
        visits = self.intervention_ids
        if self.assignment != "best":
            return {visit: self._get_user(visit) for visit in visits}
        for visit in visits:
            if not times[visit][0]:
                raise UserError(
                    self.env._("Set the date of %(name)s first.", name=visit.name)
                )
        best = visits._get_best_technicians(times)
        if left := visits - visits.browse(visit.id for visit in best):
            left._tell_unassigned(0)
        return best

    def _get_user(self, visit):
        """Return who is to be responsible, as far as that is chosen."""
        return self.user_id if self.assignment == "user" else visit.user_id

    def _get_slots(self):
        """Return the time that the visits would take up; none while undecided."""
        if self.assignment == "best":
            return []
        return [
            Slot(visit.id, user.id, start, end)
            for visit in self.intervention_ids._origin.sudo()
            for start, end in [self._get_times(visit)]
            if start and end
            for user in self._get_user(visit) | visit.technician_ids
        ]

    def _prepare_visit_values(self, start, end, reason):
        """Return what is written on each visit."""
        vals = {
            "planned_start": start,
            "planned_end": end,
            "booking_override_reason": (self.override_reason or "").strip() or False,
        }
        if reason:
            vals["reschedule_reason"] = reason
        if self.intervention_id:
            vals["plan_revision"] = self.plan_revision
        return vals
