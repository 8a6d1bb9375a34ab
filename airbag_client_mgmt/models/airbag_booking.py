# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.agenda import Conflict, Slot


class AirbagBooking(models.Model):
    """Time of one technician that one visit in the agenda takes up.

    Kept by ``airbag.intervention._update_bookings``; nobody writes it by hand. It
    exists so that the database itself refuses a double booking, also when two
    planners assign the same technician at the same moment. PRO 008 §5.3.1.
    """

    _name = "airbag.booking"
    _description = "Booked Time of a Technician"
    _log_access = False
    _order = "busy_from, id"
    _rec_name = "intervention_id"

    # === FIELDS === #
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="intervention_id.company_id", store=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Technician",
        required=True,
        index=True,
        ondelete="restrict",
    )
    busy_from = fields.Datetime(required=True)
    busy_to = fields.Datetime(required=True)
    overridden = fields.Boolean(
        required=True,
        default=False,
        help="A planner accepted the double booking and said why.",
    )

    # A range of one number stands for the person: no extension of PostgreSQL needed.
    _no_double_booking = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH =,"
        " tsrange(busy_from, busy_to) WITH &&) WHERE (NOT overridden)",
        "Somebody has just given a technician of this visit another one at the same "
        "time. Choose another date or technician, or write the reason for overriding "
        "it.",
    )

    # === BUSINESS METHODS === #
    @api.model
    def _get_conflicts(self, slots: list[Slot]) -> list[Conflict]:
        """Return what other visits and leaves take up part of the slots.

        Read as the system: who works for two companies is busy in both.
        """
        if not slots:
            return []
        self.env["airbag.booking"].flush_model()
        self.env["resource.calendar.leaves"].flush_model()
        own = SQL(
            "(VALUES %s) AS own (visit_id, user_id, busy_from, busy_to)",
            SQL(", ").join(
                SQL("(%s, %s, %s::timestamp, %s::timestamp)", *slot) for slot in slots
            ),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT own.visit_id, own.user_id, busy.kind, busy.name,
                       busy.busy_from, busy.busy_to
                  FROM %(own)s
                  JOIN (%(busy)s) AS busy
                    ON busy.user_id = own.user_id
                   AND busy.visit_id IS DISTINCT FROM own.visit_id
                   AND busy.busy_from < own.busy_to
                   AND busy.busy_to > own.busy_from
                 ORDER BY busy.kind, busy.busy_from, own.visit_id, own.user_id
                """,
                own=own,
                busy=SQL(" UNION ALL ").join(self._get_busy_queries(slots, own)),
            )
        )
        return [Conflict(*row) for row in rows]

    @api.model
    def _get_busy_queries(self, slots: list[Slot], own: SQL) -> list[SQL]:
        """Return one query for each kind of thing that makes people busy.

        Visits of ``slots`` count as they are there, not as they were booked before.
        """
        return [
            SQL(
                """
                SELECT visit.id AS visit_id, booking.user_id, 'visit' AS kind,
                       visit.name, booking.busy_from, booking.busy_to
                  FROM airbag_booking booking
                  JOIN airbag_intervention visit ON visit.id = booking.intervention_id
                 WHERE visit.id NOT IN %s
                """,
                tuple({slot.visit_id for slot in slots}),
            ),
            SQL(
                """
                SELECT visit.id, own.user_id, 'visit', visit.name,
                       own.busy_from, own.busy_to
                  FROM %s
                  JOIN airbag_intervention visit ON visit.id = own.visit_id
                """,
                own,
            ),
            SQL(
                """
                SELECT NULL, resource.user_id, 'leave', leave.name,
                       leave.date_from, leave.date_to
                  FROM resource_calendar_leaves leave
                  JOIN resource_resource resource ON resource.id = leave.resource_id
                 WHERE resource.user_id IS NOT NULL
                """
            ),
        ]
