# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

ACTIVITY_TODO = "mail.mail_activity_data_todo"
ACTIVITY_ESCALATION = "airbag_client_mgmt.mail_activity_type_escalation"


def _utc(moment):
    return pytz.utc.localize(moment)


class HelpdeskTicket(models.Model):
    """The clock of a ticket: dates, pauses, deadlines, escalation. PRO 008 §7."""

    _inherit = "helpdesk.ticket"

    # === ACTION METHODS === #
    def action_acknowledge(self):
        """Record that the area has attended the ticket for the first time."""
        self.check_access("write")
        self.filtered(lambda ticket: not ticket.acknowledged_on).sudo().write(
            {"acknowledged_on": fields.Datetime.now()}
        )

    # === BUSINESS METHODS === #
    def _follow_stage(self, origin):
        """Stamp the dates that a stage move means.

        Called after each move, and after creation in an attended stage.

        :param origin: stage it comes from; empty on creation.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        stage = self.stage_id
        values = {}
        if not stage.unattended and not self.acknowledged_on:
            values["acknowledged_on"] = now
        self._follow_pause(stage, now)
        if stage.closed and not origin.closed:
            # Nobody has to attend or hurry what is closed.
            self.sudo().activity_feedback([ACTIVITY_TODO, ACTIVITY_ESCALATION])
            if not stage.is_cancelled and not self.duplicate_id:
                values["resolved_on"] = now
        elif origin.closed and not stage.closed:
            values |= {
                "resolved_on": False,
                "closed_date": False,
                "reopen_count": self.reopen_count + 1,
                "resolution_escalated_on": False,
            }
        elif stage.closed and stage.is_cancelled:
            values["resolved_on"] = False
        if values:
            self.sudo().write(values)

    def _follow_pause(self, stage, now):
        """Open or close the pause of the ticket, as its stage says."""
        pauses = self.env["airbag.ticket.pause"].sudo()
        running = self.pause_ids.sudo().filtered(lambda pause: not pause.stop)
        if stage.is_paused and not running:
            # The end of the pause before, or the database sees two running.
            pauses.flush_model(["stop"])
            pauses.create({"ticket_id": self.id, "stage_id": stage.id, "start": now})
        elif running and not stage.is_paused:
            running.write({"stop": now})

    def _get_calendar(self):
        """Return the working hours the area's time is counted in."""
        self.ensure_one()
        return (
            self.team_id.resource_calendar_id or self.company_id.resource_calendar_id
        ).sudo()

    def _get_pause_intervals(self, until):
        """Return the pauses as intervals; a running one ends at ``until``."""
        return Intervals(
            [
                (_utc(pause.start), _utc(pause.stop or until), pause)
                for pause in self.pause_ids.sudo()
                if pause.start < (pause.stop or until)
            ]
        )

    def _get_working_hours(self, start, stop, pauses=True):
        """Return the working hours between two moments, pauses out.

        :param start: naive UTC datetime; ``stop`` likewise.
        """
        if stop <= start:
            return 0.0
        calendar = self._get_calendar()
        nothing = self.env["airbag.ticket.pause"]
        if calendar:
            work = calendar._work_intervals_batch(_utc(start), _utc(stop))[False]
            # Only the limits count here, not what the calendar says of each.
            work = Intervals([(begin, end, nothing) for begin, end, _meta in work])
        else:
            work = Intervals([(_utc(start), _utc(stop), nothing)])
        if pauses:
            work -= self._get_pause_intervals(stop)
        return sum((end - begin).total_seconds() for begin, end, _m in work) / 3600

    def _get_paused_hours(self):
        """Return the working hours of the pauses that have ended."""
        return sum(
            self._get_working_hours(pause.start, pause.stop, pauses=False)
            for pause in self.pause_ids.sudo()
            if pause.stop
        )

    def _get_deadline(self, hours, paused=0.0):
        """Return the moment by which ``hours`` of work have passed, or False."""
        self.ensure_one()
        if not hours or not self.received_on:
            return False
        calendar = self._get_calendar()
        total = hours + paused
        if not calendar:
            return fields.Datetime.add(self.received_on, hours=total)
        deadline = calendar.plan_hours(
            total, _utc(self.received_on), compute_leaves=True
        )
        return deadline and deadline.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_overdue_domain(self):
        """Return the open tickets whose area is late; paused ones wait."""
        now = fields.Datetime.now()
        late = Domain("resolution_deadline", "<", now) | (
            Domain("acknowledgement_deadline", "<", now)
            & Domain("acknowledged_on", "=", False)
        )
        return (
            Domain("stage_id.closed", "=", False)
            & Domain("stage_id.is_paused", "=", False)
            & late
        )

    @api.model
    def _get_escalation_domain(self):
        """Return the late tickets whose leader has not been told of it."""
        now = fields.Datetime.now()
        told = (
            Domain("resolution_deadline", "<", now)
            & Domain("resolution_escalated_on", "=", False)
        ) | (
            Domain("acknowledgement_deadline", "<", now)
            & Domain("acknowledged_on", "=", False)
            & Domain("acknowledgement_escalated_on", "=", False)
            & Domain("resolution_escalated_on", "=", False)
        )
        return self._get_overdue_domain() & told

    @api.model
    def _cron_ticket_escalation(self, batch_size=100):
        """Tell the leader of the area about late tickets. PRO 008 §5.4.2."""
        cron = self.env["ir.cron"]
        domain = self._get_escalation_domain()
        tickets = self.search(domain, limit=batch_size)
        remaining = (
            len(tickets) if len(tickets) < batch_size else self.search_count(domain)
        )
        cron._commit_progress(remaining=remaining)
        for ticket in tickets:
            ticket = ticket.try_lock_for_update().filtered_domain(domain)
            ticket._escalate()
            if not cron._commit_progress(1):
                break

    def _escalate(self):
        """Give the leader of the area an activity for each late ticket, once."""
        now = fields.Datetime.now()
        for ticket in self:
            unresolved = ticket.resolution_deadline and ticket.resolution_deadline < now
            user = ticket._get_escalation_user()
            env = ticket.with_context(lang=user.lang).env
            summary = (
                env._("Resolution overdue")
                if unresolved
                else env._("Not attended in time")
            )
            ticket.activity_schedule(
                ACTIVITY_ESCALATION,
                date_deadline=fields.Date.context_today(ticket),
                summary=summary,
                user_id=user.id,
            )
            field = "resolution" if unresolved else "acknowledgement"
            ticket[f"{field}_escalated_on"] = now

    def _get_escalation_user(self):
        """Return who is told: leader, else assignee, else quality."""
        self.ensure_one()
        return (
            self.team_id.user_id or self.user_id or self.company_id._get_quality_user()
        )
