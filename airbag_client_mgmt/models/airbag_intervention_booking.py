# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.agenda import hours_in_week, is_free

BOOKING_FIELDS = {
    "active",
    "planned_end",
    "planned_start",
    "state",
    "technician_ids",
    "user_id",
}


class AirbagIntervention(models.Model):
    """Nobody is in two places at once: whole interval, every person, leaves.

    PRO 008 §5.3.1.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    booking_override_reason = fields.Char(
        tracking=True,
        copy=False,
        help="Why a planner accepted a double booking or a leave.",
    )

    # Open visits are few beside those of the past: an overlap is found among them.
    _agenda_idx = models.Index(
        "(planned_start, planned_end) WHERE state IN ('planned', 'in_progress')"
    )

    # === CONSTRAINTS === #
    @api.constrains(*BOOKING_FIELDS, "booking_override_reason")
    def _check_double_booking(self):
        """:raise ValidationError: naming who is busy, where and when."""
        booked = self.filtered(
            lambda record: (
                record.active
                and record.state in ("planned", "in_progress")
                and not record.booking_override_reason
            )
        )
        if not booked:
            return
        for conflict in (
            booked._get_booking_conflicts(),
            booked._get_leave_conflicts(),
        ):
            for intervention_id, user_id, other in conflict:
                intervention = self.browse(intervention_id)
                raise ValidationError(
                    self.env._(
                        "%(user)s is not free for %(name)s: %(other)s takes up part "
                        "of that time. Choose another date or technician, or write "
                        "the reason for overriding it.",
                        user=self.env["res.users"].browse(user_id).name,
                        name=intervention.name,
                        other=other,
                    )
                )

    # === ACTION METHODS === #
    def action_assign_best(self):
        """Assign who is free, qualified and has the fewest hours that week.

        :raise UserError: naming the visit for which nobody is free.
        """
        to_assign = self.filtered(lambda record: record.state in ("draft", "planned"))
        for company, interventions in to_assign.grouped("company_id").items():
            agenda = interventions._get_agenda()
            candidates = interventions._get_candidates(company)
            for intervention in interventions.sorted("planned_start"):
                user = intervention._get_best_technician(candidates, agenda)
                if not user:
                    raise UserError(
                        self.env._(
                            "Nobody qualified is free for %(name)s: choose another "
                            "date.",
                            name=intervention.name,
                        )
                    )
                intervention.user_id = user
                agenda[user.id].append(
                    (intervention.planned_start, intervention.planned_end, True)
                )

    # === BUSINESS METHODS === #
    @api.model
    def _get_candidates(self, company):
        """Return the technicians of a company, each with a working account."""
        group = self.env.ref("airbag_client_mgmt.group_technician")
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", company.ids)]
        )

    def _get_best_technician(self, candidates, agenda):
        """Return who of the candidates is free and has the fewest hours.

        :param agenda: what :meth:`_get_agenda` returned
        """
        self.ensure_one()
        if not self.planned_start:
            raise UserError(
                self.env._("Set the date of %(name)s first.", name=self.name)
            )
        qualified = self.treatment_id.qualified_user_ids
        if qualified:
            candidates &= qualified
        week = self.planned_start.isocalendar()[:2]
        best = min(
            (
                (hours_in_week(agenda[user.id], week), user.id)
                for user in candidates
                if is_free(agenda[user.id], self.planned_start, self.planned_end)
            ),
            default=None,
        )
        return self.env["res.users"].browse(best[1]) if best else None

    def _get_agenda(self):
        """Return ``{user id: [(start, end, is work)]}`` around these visits.

        Work is other interventions; leaves only make a technician unavailable.
        Read as the system: who works for two companies is busy in both.
        """
        agenda = defaultdict(list)
        dated = self.filtered("planned_start")
        if not dated:
            return agenda
        first = min(dated.mapped("planned_start")) - timedelta(days=7)
        last = max(dated.mapped("planned_end")) + timedelta(days=7)
        others = self.sudo().search(
            [
                ("state", "in", ("planned", "in_progress")),
                ("planned_start", "<", last),
                ("planned_end", ">", first),
                ("id", "not in", self.ids),
            ]
        )
        for other in others:
            for user in other.user_id | other.technician_ids:
                agenda[user.id].append((other.planned_start, other.planned_end, True))
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves = leaves.search(
            [
                ("resource_id.user_id", "!=", False),
                ("date_from", "<", last),
                ("date_to", ">", first),
            ]
        )
        for leave in leaves:
            agenda[leave.resource_id.user_id.id].append(
                (leave.date_from, leave.date_to, False)
            )
        return agenda

    def _get_booking_conflicts(self):
        """Return ``(intervention id, user id, other's name)`` of overlaps."""
        self.env["airbag.intervention"].flush_model([*BOOKING_FIELDS, "name"])
        return self._query_conflicts(
            self._sql_staff(
                SQL("visit.active AND visit.state IN ('planned', 'in_progress')")
            )
        )

    def _get_leave_conflicts(self):
        """Return ``(intervention id, user id, leave's name)`` of leaves."""
        self.env["resource.calendar.leaves"].flush_model()
        return self._query_conflicts(
            SQL(
                """
                SELECT 0 AS id, resource.user_id, leave.date_from AS busy_from,
                       leave.date_to AS busy_to, leave.name
                  FROM resource_calendar_leaves leave
                  JOIN resource_resource resource ON resource.id = leave.resource_id
                """
            )
        )

    def _query_conflicts(self, busy: SQL):
        """Return what of ``busy`` overlaps these visits' whole interval."""
        return self.env.execute_query(
            SQL(
                """
                SELECT own.id, own.user_id, COALESCE(busy.name, '')
                  FROM (%(own)s) own
                  JOIN (%(busy)s) busy
                    ON busy.user_id = own.user_id
                   AND busy.id != own.id
                   AND busy.busy_from < own.busy_to
                   AND busy.busy_to > own.busy_from
                 LIMIT 1
                """,
                own=self._sql_staff(SQL("visit.id IN %s", tuple(self.ids))),
                busy=busy,
            )
        )

    @api.model
    def _sql_staff(self, condition: SQL) -> SQL:
        """Return a row for each person of each visit that meets the condition."""
        return SQL(
            """
            SELECT visit.id, visit.user_id, visit.planned_start AS busy_from,
                   visit.planned_end AS busy_to, visit.name
              FROM airbag_intervention visit
             WHERE visit.user_id IS NOT NULL AND %(condition)s
             UNION
            SELECT visit.id, staff.res_users_id, visit.planned_start,
                   visit.planned_end, visit.name
              FROM airbag_intervention visit
              JOIN airbag_intervention_technician_rel staff
                ON staff.airbag_intervention_id = visit.id
             WHERE %(condition)s
            """,
            condition=condition,
        )
