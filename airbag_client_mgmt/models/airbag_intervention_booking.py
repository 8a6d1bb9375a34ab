# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_datetime, format_time

from ..tools.agenda import Conflict, Slot

#: When and who: what a double booking is about.
AGENDA_FIELDS = {"planned_start", "planned_end", "technician_ids", "user_id"}
#: What takes a visit into the agenda, or out of it.
BOOKING_FIELDS = AGENDA_FIELDS | {
    "active",
    "booking_override_reason",
    "finished_at",
    "state",
    "treatment_id",
}


class AirbagIntervention(models.Model):
    """Nobody is in two places at once: whole interval, every person, leaves.

    Refused with who, where and when; what the check cannot see, since another
    planner has not committed it yet, ``airbag.booking`` refuses. PRO 008 §5.3.1.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    booking_ids = fields.One2many(
        comodel_name="airbag.booking", inverse_name="intervention_id"
    )
    booking_override_reason = fields.Char(
        tracking=True,
        copy=False,
        help="Why a planner accepted a double booking, a leave or a technician who is "
        "not qualified.",
    )
    booking_conflict = fields.Text(
        compute="_compute_booking_conflict",
        search="_search_booking_conflict",
        string="Conflict",
        help="Why a planned visit cannot take place as planned: what came up since.",
    )

    # === COMPUTE METHODS === #
    @api.depends(*AGENDA_FIELDS, "state", "active", "booking_override_reason")
    def _compute_booking_conflict(self):
        conflicts = self._get_conflicts_since_planned()
        for intervention in self:
            texts = conflicts.get(intervention._origin.id, [])
            intervention.booking_conflict = "\n".join(texts) or False

    def _search_booking_conflict(self, operator, value):
        """Only whether there is one can be asked; visits to come are few."""
        if operator not in ("in", "not in") or set(value) - {False, True}:
            return NotImplemented
        coming = self.sudo().search(
            [("state", "=", "planned"), ("planned_end", ">", "now")]
        )
        ids = list(coming._get_conflicts_since_planned())
        with_conflict = (True in value) == (operator == "in")
        return [("id", "in" if with_conflict else "not in", ids)]

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        interventions = super().create(vals_list)
        booked = interventions.filtered(lambda visit: visit._takes_up_time())
        booked._check_bookings()
        booked._update_bookings()
        return interventions

    def write(self, vals):
        if AGENDA_FIELDS & set(vals):
            # What was accepted was that time and those people.
            vals = {"booking_override_reason": False, **vals}
        result = super().write(vals)
        if BOOKING_FIELDS & set(vals):
            if set(vals) & BOOKING_FIELDS != {"state"} or vals["state"] == "planned":
                # Who is about to start is not stopped by what came up since.
                self._check_bookings()
            self._update_bookings()
        return result

    # === BUSINESS METHODS === #
    def _takes_up_time(self):
        """Tell whether the visit is in the agenda, and not over."""
        self.ensure_one()
        return (
            self.active
            and self.state in ("planned", "in_progress")
            and not self.finished_at
            and bool(self.planned_start and self.planned_end)
        )

    def _get_slots(self) -> list[Slot]:
        """Return the time that these visits take up of each technician."""
        return [
            Slot(visit.id, user.id, visit.planned_start, visit.planned_end)
            for visit in self.sudo()
            if visit._takes_up_time()
            for user in visit._get_staff()
        ]

    def _update_bookings(self):
        """Have the database hold the time of these visits.

        :raise psycopg2.errors.ExclusionViolation: if somebody else has just booked
            a technician at that time; the user reads the constraint's message
        """
        visits = self.sudo()
        # An end before the start is refused with its own message, not as a range.
        visits.flush_recordset(["planned_start", "planned_end"])
        visits.booking_ids.unlink()
        overridden = {visit.id: bool(visit.booking_override_reason) for visit in visits}
        self.env["airbag.booking"].sudo().create(
            [
                {
                    "intervention_id": slot.visit_id,
                    "user_id": slot.user_id,
                    "busy_from": slot.start,
                    "busy_to": slot.end,
                    "overridden": overridden[slot.visit_id],
                }
                for slot in visits._get_slots()
            ]
        )

    def _check_bookings(self):
        """:raise ValidationError: naming who cannot do the visit, and why."""
        checked = self.filtered(lambda visit: not visit.sudo().booking_override_reason)
        slots = checked._get_slots()
        conflicts = self.env["airbag.booking"].sudo()._get_conflicts(slots)
        texts = [self._describe_conflict(conflict) for conflict in conflicts[:5]]
        texts += checked._describe_unqualified()
        if texts:
            raise ValidationError(
                self.env._(
                    "%(conflicts)s\nChoose another date or technician, or write the "
                    "reason for overriding it.",
                    conflicts="\n".join(texts),
                )
            )

    def _get_conflicts_since_planned(self):
        """Return ``{visit id: [text]}`` of what came up after the visit was planned."""
        planned = self._origin.sudo().filtered(
            lambda visit: (
                visit.state == "planned"
                and not visit.booking_override_reason
                and visit.planned_end
                and visit.planned_end > fields.Datetime.now()
            )
        )
        texts = {}
        for conflict in (
            self.env["airbag.booking"].sudo()._get_conflicts(planned._get_slots())
        ):
            text = self._describe_conflict(conflict)
            texts.setdefault(conflict.visit_id, []).append(text)
        for visit in planned:
            for user in visit._get_staff().filtered(lambda user: not user.active):
                text = self.env._("%(user)s no longer works here.", user=user.name)
                texts.setdefault(visit.id, []).append(text)
        return texts

    def _ask_to_reassign(self):
        """Give whoever planned these visits something to do, once.

        Called when a technician turns out to be absent.
        """
        xmlid = "airbag_client_mgmt.mail_activity_type_reassign"
        asked = self.filtered(lambda visit: visit.activity_search([xmlid]))
        for planner, visits in (self - asked).grouped("planned_by_id").items():
            user = planner if planner.active else self.env.user
            visits.activity_schedule(xmlid, user_id=user.id)

    @api.model
    def _describe_conflict(self, conflict: Conflict) -> str:
        """Return who is busy, with what and when, in the zone of the visit."""
        visit = self.sudo().browse(conflict.visit_id)
        zone = visit.company_id._get_service_tz()
        one_day = conflict.end.date() == conflict.start.date()
        show_end = format_time if one_day else format_datetime
        short = "time_format" if one_day else "dt_format"
        return self.env._(
            "%(user)s is not free for %(name)s: %(other)s takes up part of that time "
            "(%(start)s – %(end)s).",
            user=self.env["res.users"].sudo().browse(conflict.user_id).name,
            name=visit.name,
            other=conflict.name or self.env._("a leave"),
            start=format_datetime(self.env, conflict.start, tz=zone, dt_format="short"),
            end=show_end(self.env, conflict.end, tz=zone, **{short: "short"}),
        )

    def _describe_unqualified(self) -> list[str]:
        """Return a sentence for each responsible who is not qualified (§5.3.1)."""
        return [
            self.env._(
                "%(user)s is not qualified for “%(treatment)s” of %(name)s.",
                user=visit.user_id.name,
                treatment=visit.treatment_id.name,
                name=visit.name,
            )
            for visit in self.sudo()
            if visit._takes_up_time() and not visit._is_qualified(visit.user_id)
        ]

    def _is_qualified(self, user):
        """Tell whether a person may be responsible for the visit's treatment."""
        self.ensure_one()
        qualified = self.sudo().treatment_id.qualified_user_ids
        return not qualified or user in qualified
