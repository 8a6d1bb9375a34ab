# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .helpdesk_ticket_resolution import (
    ACTIVITY_CRITICAL,
    ACTIVITY_ESCALATION,
    ACTIVITY_TODO,
)

#: What sends a ticket to another area.
AREA_FIELDS = {"category_id", "team_id", "user_id"}


class HelpdeskTicket(models.Model):
    """A ticket goes to an area, and the area knows of it. PRO 008 §5.4.2.

    One person at a time has the activity: somebody who can open the ticket.
    """

    _inherit = "helpdesk.ticket"

    # === CRUD METHODS === #
    @api.model
    def default_get(self, fields):
        """What arrives by itself is not the work of the system, nor of a visitor."""
        defaults = super().default_get(fields)
        user = self.env["res.users"].sudo().browse(defaults.get("user_id"))
        if user and (user.share or not user.active):
            defaults["user_id"] = False
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # Who was chosen to attend it is told by the helpdesk.
        tickets.filtered(
            lambda ticket: ticket.team_id and not ticket.closed and not ticket.user_id
        )._tell_area()
        return tickets

    def write(self, vals):
        if not AREA_FIELDS & set(vals):
            return super().write(vals)
        origin = {ticket: ticket.team_id for ticket in self}
        result = super().write(vals)
        self.filtered(lambda ticket: ticket.team_id != origin[ticket])._follow_area()
        return result

    # === BUSINESS METHODS === #
    def _follow_area(self):
        """Tell the area a ticket was moved to; the former one has no more to do.

        That it is late or critical is told to the new leader too; quality, which
        knows it already, keeps what it has to do. Who moves it keeps seeing what
        becomes of it.
        """
        user = self.env.user
        for ticket in self.sudo():
            if ticket.closed:
                continue
            quality = ticket.company_id._get_quality_user()
            urgent = self.env.ref(ACTIVITY_ESCALATION) | self.env.ref(ACTIVITY_CRITICAL)
            ticket.activity_unlink([ACTIVITY_TODO])
            ticket.activity_ids.filtered(
                lambda activity, quality=quality, urgent=urgent: (
                    activity.activity_type_id in urgent and activity.user_id != quality
                )
            ).unlink()
            ticket.write(
                {
                    "acknowledgement_escalated_on": False,
                    "resolution_escalated_on": False,
                    "critical_told_on": False,
                }
            )
            if ticket.team_id and not ticket.user_id:
                ticket._tell_area()
        if not self.env.su and not user.share:
            lost = self - self._filtered_access("write")
            lost.sudo().message_subscribe(user.partner_id.ids)

    def _tell_area(self):
        """Give the area of each ticket an activity, unless its own person did it."""
        for ticket in self.sudo():
            company = ticket.company_id
            user = ticket._get_area_user()
            if user == self.env.user:
                continue
            told = ticket.with_context(lang=user.lang or company._get_lang())
            told.activity_schedule(
                ACTIVITY_TODO,
                date_deadline=company._get_service_today(),
                summary=told._get_task(),
                user_id=user.id,
            )

    def _get_task(self):
        """Return what the area is asked to do, in words."""
        self.ensure_one()
        if self.user_input_id:
            return self.env._("Attend the dissatisfied customer")
        return {
            "claim": self.env._("Attend the claim"),
            "complaint": self.env._("Attend the complaint"),
            "query": self.env._("Answer the query"),
            "request": self.env._("Answer the request"),
        }[self.kind]

    def _get_area_user(self):
        """Return who attends what is sent to the area: leader, else a member."""
        self.ensure_one()
        team = self.team_id.sudo()
        return self._get_first_attendant(team.user_id | team.user_ids)

    def _get_responsible_user(self):
        """Return who works on it: assignee, else leader, else a member."""
        self.ensure_one()
        team = self.team_id.sudo()
        return self._get_first_attendant(self.user_id | team.user_id | team.user_ids)

    def _get_escalation_user(self):
        """Return who is told of a late ticket: leader, else assignee."""
        self.ensure_one()
        return self._get_first_attendant(self.team_id.sudo().user_id | self.user_id)

    def _get_first_attendant(self, users):
        """Return the first who can work on the ticket; quality when nobody can.

        Somebody who left, or works in another company, would never see it.
        """
        self.ensure_one()
        people = users.sudo().filtered(self._can_be_worked_on_by)
        return people[:1] or self.company_id._get_quality_user()

    def _can_be_worked_on_by(self, user):
        """Tell whether a user, of the company, may read and change the ticket."""
        self.ensure_one()
        company = self.company_id
        if not user.active or user.share or company not in user.company_ids:
            return False
        # Whoever asks may have chosen companies in which this user does not work.
        ticket = self.with_user(user).with_context(allowed_company_ids=company.ids)
        return ticket.has_access("write")
