# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

import pytz

from odoo import fields, models

from ..tools import working_time

#: Deadlines are looked for in so much time at once, and so often: four years.
WINDOW = timedelta(days=14)
MAX_WINDOWS = 100
ACTIVITY_TODO = "mail.mail_activity_data_todo"
ACTIVITY_ESCALATION = "airbag_client_mgmt.mail_activity_type_escalation"
ACTIVITY_CRITICAL = "airbag_client_mgmt.mail_activity_type_critical"
ACTIVITIES_UNTIL_CLOSED = (ACTIVITY_TODO, ACTIVITY_ESCALATION, ACTIVITY_CRITICAL)


def _utc(moment):
    return pytz.utc.localize(moment)


class HelpdeskTicket(models.Model):
    """The clock of a ticket: dates, pauses, deadlines. PRO 008 §7."""

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
        resolves = stage.closed and not stage.is_cancelled and not self.duplicate_id
        resolved, reopened = resolves and not self.resolved_on, False
        if not stage.unattended and not self.acknowledged_on:
            values["acknowledged_on"] = now
        if resolved or (self.resolved_on and not resolves):
            values["resolved_on"] = resolves and now
        if origin.closed and not stage.closed:
            reopened = True
            values |= {
                "closed_date": False,
                "reopen_count": self.reopen_count + 1,
                "reopened_on": now,
            }
        self._follow_pause(stage, now)
        if stage.closed and not origin.closed:
            # Nobody has to attend or hurry what is closed.
            self.sudo().activity_feedback(list(ACTIVITIES_UNTIL_CLOSED))
        if values:
            self.sudo().write(values)
        if resolved:
            self._after_resolution()
        elif reopened:
            self._after_reopening()
        elif stage.is_cancelled and not origin.is_cancelled:
            self._after_rejection()

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

    def _get_work_spans(self, start, stop, pauses=True):
        """Return the working time between two moments, as aware spans, pauses out."""
        calendar = self._get_calendar()
        work = [(start, stop)]
        if calendar:
            intervals = calendar._work_intervals_batch(start, stop)[False]
            work = [(begin, end) for begin, end, _meta in intervals]
        return working_time.without(work, self._get_pause_spans(stop) if pauses else [])

    def _get_pause_spans(self, until):
        """Return the pauses as aware spans; one that runs lasts ``until`` then."""
        return [
            (_utc(pause.start), _utc(pause.stop) if pause.stop else until)
            for pause in self.pause_ids.sudo()
        ]

    def _get_working_hours(self, start, stop):
        """Return the working hours between two moments, pauses out.

        :param start: naive UTC datetime; ``stop`` likewise.
        """
        self.ensure_one()
        if stop <= start:
            return 0.0
        return working_time.hours_of(self._get_work_spans(_utc(start), _utc(stop)))

    def _get_deadline(self, start, hours, pauses=True):
        """Return the moment by which ``hours`` of work have passed, or False.

        Pauses that have ended move it by the working hours they took, those alone
        that began before it: who was late stays late. Of the pause that runs nobody
        knows how long it will be.

        :param start: naive UTC datetime, from which the time counts.
        """
        self.ensure_one()
        if not hours or not start:
            return False
        ended = [
            (_utc(pause.start), _utc(pause.stop))
            for pause in self.pause_ids.sudo()
            if pauses and pause.stop
        ]
        begin = _utc(start)
        for _turn in range(MAX_WINDOWS):
            end = begin + WINDOW
            work = self._get_work_spans(begin, end, pauses=False)
            moment, hours = working_time.moment_after(
                working_time.without(work, ended), hours
            )
            if moment:
                return moment.astimezone(pytz.utc).replace(tzinfo=None)
            begin = end
        return False

    def _get_working_stage(self):
        """Return the stage in which a ticket is worked on: where reopening leads to."""
        self.ensure_one()
        stages = self.sudo().team_id._get_applicable_stages()
        return stages.filtered(
            lambda stage: not (stage.closed or stage.unattended or stage.is_paused)
        )[:1]

    def _give_activity(self, xmlid, user, summary, note=False, days=0):
        """Give a user an activity on the ticket; not twice the same, while open.

        :param str summary: in the language of the user
        :param int days: from today, where the company works
        """
        self.ensure_one()
        ticket = self.sudo()
        kind = self.env.ref(xmlid)
        same = ticket.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == kind
                and activity.user_id == user
                and activity.summary == summary
            )
        )
        if not same:
            ticket.activity_schedule(
                xmlid,
                date_deadline=self.company_id._get_service_today()
                + timedelta(days=days),
                summary=summary,
                note=note,
                user_id=user.id,
            )
