# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket_resolution import ACTIVITY_ESCALATION

_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    """A late ticket is told to the leader of the area, then to quality. §5.4.2."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    acknowledgement_escalated_on = fields.Datetime(readonly=True, copy=False)
    resolution_escalated_on = fields.Datetime(readonly=True, copy=False)
    quality_escalation_deadline = fields.Datetime(
        compute="_compute_deadlines",
        store=True,
        index="btree_not_null",
        help="When quality is told that the ticket is still not resolved.",
    )
    quality_escalated_on = fields.Datetime(readonly=True, copy=False)

    # === COMPUTE METHODS === #
    def _compute_deadlines(self):
        result = super()._compute_deadlines()
        for ticket in self:
            target = ticket.category_id.target_resolution_hours
            more = ticket.company_id.ticket_quality_escalation_hours
            ticket.quality_escalation_deadline = ticket._get_deadline(
                ticket.reopened_on or ticket.received_on,
                target + more if target and more else 0,
            )
        return result

    # === BUSINESS METHODS === #
    def _after_reopening(self):
        """What is late again is told again."""
        self.sudo().write(
            {"resolution_escalated_on": False, "quality_escalated_on": False}
        )
        return super()._after_reopening()

    @api.model
    def _get_overdue_domain(self):
        """Return the open tickets whose area is late; paused ones wait.

        What is open has no day of its resolution: by that the database finds the
        few open ones, not by their stage.
        """
        now = fields.Datetime.now()
        late = Domain("resolution_deadline", "<", now) | (
            Domain("acknowledgement_deadline", "<", now)
            & Domain("acknowledged_on", "=", False)
        )
        return (
            Domain("resolved_on", "=", False)
            & Domain("stage_id.closed", "=", False)
            & Domain("stage_id.is_paused", "=", False)
            & late
        )

    @api.model
    def _get_escalation_domain(self):
        """Return the late tickets of which somebody has still to be told."""
        now = fields.Datetime.now()
        resolution = Domain("resolution_deadline", "<", now) & Domain(
            "resolution_escalated_on", "=", False
        )
        attention = (
            Domain("acknowledgement_deadline", "<", now)
            & Domain("acknowledged_on", "=", False)
            & Domain("acknowledgement_escalated_on", "=", False)
            & Domain("resolution_escalated_on", "=", False)
        )
        quality = Domain("quality_escalation_deadline", "<", now) & Domain(
            "quality_escalated_on", "=", False
        )
        return self._get_overdue_domain() & (resolution | attention | quality)

    @api.model
    def _cron_ticket_escalation(self, batch_size=100):
        """Tell the leader of the area about late tickets. PRO 008 §5.4.2."""
        cron = self.env["ir.cron"]
        domain = self._get_escalation_domain()
        tickets = self.search(domain, order="received_on, id", limit=batch_size)
        remaining = (
            len(tickets) if len(tickets) < batch_size else self.search_count(domain)
        )
        cron._commit_progress(remaining=remaining)
        for ticket in tickets:
            ticket = ticket.try_lock_for_update().filtered_domain(domain)
            try:
                with self.env.cr.savepoint():
                    ticket._escalate()
            except Exception:
                # One that cannot be told keeps nobody from hearing of the others.
                _logger.exception("Ticket %s cannot be escalated", ticket.id)
            if not cron._commit_progress(1):
                break

    def _escalate(self):
        """Give the leader of the area an activity for each late ticket, once.

        Quality gets one too, when the leader has long been told in vain.
        """
        now = fields.Datetime.now()
        for ticket in self:
            unresolved = ticket.resolution_deadline and ticket.resolution_deadline < now
            field = "resolution" if unresolved else "acknowledgement"
            leader = ticket._get_escalation_user()
            if not ticket[f"{field}_escalated_on"]:
                ticket._give_escalation(leader, unresolved)
                ticket[f"{field}_escalated_on"] = now
            limit = ticket.quality_escalation_deadline
            if limit and limit < now and not ticket.quality_escalated_on:
                quality = ticket.company_id._get_quality_user()
                if quality != leader:
                    ticket._give_escalation(quality, unresolved)
                ticket.quality_escalated_on = now

    def _give_escalation(self, user, unresolved):
        self.ensure_one()
        env = self.with_context(lang=user.lang).env
        summary = (
            env._("Resolution overdue") if unresolved else env._("Not attended in time")
        )
        # One of an earlier time may still be open: it says the same.
        self._give_activity(ACTIVITY_ESCALATION, user, summary)
