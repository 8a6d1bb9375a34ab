# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .helpdesk_ticket_category import SEVERITIES
from .helpdesk_ticket_resolution import ACTIVITY_CRITICAL

#: Severity -> the helpdesk's stars, by which its lists are ordered.
PRIORITIES = {"minor": "1", "major": "2", "critical": "3"}
#: An answer at or below this score, of five, is worse than a minor complaint.
MAJOR_SCORE = 1


class HelpdeskTicket(models.Model):
    """How serious a complaint or claim is; a critical one is told at once. §5.4.2.

    Severity is what a complaint does to the customer (ISO 9001 10.2: actions fit its
    effects). Of a complaint it also sets the helpdesk's stars, which are shown and
    chosen of queries and requests alone: one idea, one field.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    severity = fields.Selection(
        selection=SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Critical: the airbag may not protect, or may fire. The leader of the "
        "area and quality are told at once.",
    )
    priority = fields.Selection(
        compute="_compute_priority", store=True, readonly=False, precompute=True
    )
    critical_told_on = fields.Datetime(readonly=True, copy=False)

    # === COMPUTE METHODS === #
    @api.depends("kind", "category_id", "user_input_id")
    def _compute_severity(self):
        for ticket in self:
            same = ticket.category_id == ticket._origin.category_id
            # What somebody has judged stays, while it is about the same.
            chosen = (same and ticket.severity) or ticket._get_default_severity()
            ticket.severity = ticket._is_complaint() and chosen

    @api.depends("severity")
    def _compute_priority(self):
        for ticket in self:
            ticket.priority = PRIORITIES.get(ticket.severity, ticket.priority or "1")

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets:
            # Code that knows stars only does not contradict the severity.
            stars = PRIORITIES.get(ticket.severity, ticket.priority)
            if ticket.priority != stars:
                ticket.priority = stars
        tickets._tell_critical()
        return tickets

    def write(self, vals):
        """Another category judges anew: what turns out to be safety is critical."""
        moved = self.browse()
        if "category_id" in vals and "severity" not in vals:
            moved = self.filtered(lambda t: t.category_id.id != vals["category_id"])
        result = super().write(vals)
        # As the system: who moves it to another area may change it no more.
        for ticket in moved.sudo():
            ticket.severity = ticket._is_complaint() and ticket._get_default_severity()
        if {"severity", "kind", "category_id", "stage_id", "team_id"} & set(vals):
            self._tell_critical()
        return result

    # === BUSINESS METHODS === #
    def _get_default_severity(self):
        """Hook: return how serious a complaint is, before anybody has judged it.

        That of its category; the worst of answers makes it major at least.
        """
        self.ensure_one()
        severity = self.category_id.severity or "minor"
        if severity == "minor" and self.user_input_id:
            worst = self.user_input_id.sudo()._get_worst_line()
            if worst and worst._get_satisfaction_score() <= MAJOR_SCORE:
                severity = "major"
        return severity

    def _tell_critical(self):
        """Give the leader and quality an activity for each critical ticket, once."""
        for ticket in self.sudo():
            told = ticket.critical_told_on or ticket.closed
            if ticket.severity != "critical" or told:
                continue
            leader = ticket._get_escalation_user()
            for user in leader | ticket.company_id._get_quality_user():
                ticket._give_activity(
                    ACTIVITY_CRITICAL,
                    user,
                    ticket.with_context(lang=user.lang).env._("Critical complaint"),
                )
            ticket.critical_told_on = fields.Datetime.now()
