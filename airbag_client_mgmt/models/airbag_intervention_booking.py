# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

BOOKING_FIELDS = {"planned_start", "planned_end", "user_id", "technician_ids", "state"}


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

    # === CONSTRAINTS === #
    @api.constrains(*BOOKING_FIELDS, "booking_override_reason")
    def _check_double_booking(self):
        """:raise ValidationError: naming who is busy, where and when."""
        booked = self.filtered(
            lambda record: record.state in ("planned", "in_progress")
            and not record.booking_override_reason
        )
        if not booked:
            return
        for conflict in (booked._get_booking_conflicts(), booked._get_leave_conflicts()):
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

    # === CRUD METHODS === #
    def _check_technician_may_write(self, vals):
        """Planning belongs to planners; technicians document.

        :raise AccessError: if a technician overrides a booking.
        """
        if vals.get("booking_override_reason") and not (
            self.env.su or self.env.user.has_group("airbag_client_mgmt.group_planner")
        ):
            raise AccessError(
                self.env._("Only a planner can override a double booking.")
            )

    # === BUSINESS METHODS === #
    def _get_booking_conflicts(self):
        """Return ``(intervention id, user id, other's name)`` of each overlap."""
        self.env["airbag.intervention"].flush_model(
            [*BOOKING_FIELDS, "name", "active"]
        )
        return self.env.execute_query(
            SQL(
                """
                WITH staff AS (
                    SELECT id AS intervention_id, user_id
                      FROM airbag_intervention WHERE user_id IS NOT NULL
                     UNION
                    SELECT airbag_intervention_id, res_users_id
                      FROM airbag_intervention_technician_rel
                )
                SELECT own.id, mine.user_id, other.name
                  FROM airbag_intervention own
                  JOIN staff mine ON mine.intervention_id = own.id
                  JOIN staff theirs ON theirs.user_id = mine.user_id
                  JOIN airbag_intervention other
                    ON other.id = theirs.intervention_id
                   AND other.id != own.id
                   AND other.active
                   AND other.state IN ('planned', 'in_progress')
                   AND other.planned_start < own.planned_end
                   AND other.planned_end > own.planned_start
                 WHERE own.id IN %s
                 ORDER BY own.id, other.id
                 LIMIT 1
                """,
                tuple(self.ids),
            )
        )

    def _get_leave_conflicts(self):
        """Return ``(intervention id, user id, leave's name)`` of each leave."""
        self.env["resource.calendar.leaves"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH staff AS (
                    SELECT id AS intervention_id, user_id
                      FROM airbag_intervention WHERE user_id IS NOT NULL
                     UNION
                    SELECT airbag_intervention_id, res_users_id
                      FROM airbag_intervention_technician_rel
                )
                SELECT own.id, mine.user_id, COALESCE(leave.name, '')
                  FROM airbag_intervention own
                  JOIN staff mine ON mine.intervention_id = own.id
                  JOIN resource_resource resource ON resource.user_id = mine.user_id
                  JOIN resource_calendar_leaves leave
                    ON leave.resource_id = resource.id
                   AND leave.date_from < own.planned_end
                   AND leave.date_to > own.planned_start
                 WHERE own.id IN %s
                 ORDER BY own.id, leave.id
                 LIMIT 1
                """,
                tuple(self.ids),
            )
        )
