# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.register import Column, Summary, mean, percentage


class AirbagRegisterComplaint(models.AbstractModel):
    """*Registro de Quejas y Solicitudes*. PRO 008 §5.4.2 and §6.

    A row for each complaint, claim, query and request, of the local day it came.
    """

    _name = "airbag.register.complaint"
    _inherit = "airbag.register"
    _description = "Register of Complaints and Requests"

    # === THE REGISTER === #
    @api.model
    def _get_model(self):
        return self.env["helpdesk.ticket"]

    @api.model
    def _get_domain(self, company):
        return [("company_id", "=", company.id)]

    @api.model
    def _get_period_domain(self, company, start, end):
        return self._get_moment_domain("received_on", company, start, end)

    @api.model
    def _get_open_domain(self):
        return [("stage_id.closed", "=", False)]

    @api.model
    def _get_order(self):
        return "received_on, id"

    @api.model
    def _get_columns(self):
        return [
            Column("number", self.env._("Number"), width=7),
            Column("received", self.env._("Received"), "date", 7),
            Column("kind", self.env._("Kind"), width=7),
            Column("severity", self.env._("Severity"), width=6),
            Column("customer", self.env._("Customer"), width=12),
            Column("subject", self.env._("Subject"), width=15),
            Column("area", self.env._("Area"), width=9),
            Column("user", self.env._("Responsible"), width=10),
            Column("attended", self.env._("Attended"), "date", 7),
            Column("deadline", self.env._("Resolve by"), "date", 7),
            Column("resolved", self.env._("Resolved On"), "date", 7),
            Column("hours", self.env._("Working Hours"), "hours", 7),
            Column("in_time", self.env._("In Time"), width=5),
            Column("state", self.env._("Status"), width=8),
            Column("category", self.env._("Category")),
            Column("origin", self.env._("Visit or Contract")),
            Column("cause", self.env._("Root Cause")),
            Column("action", self.env._("Corrective Action")),
            Column("effectiveness", self.env._("Effectiveness")),
            Column("confirmed", self.env._("Solved for the Customer")),
            Column("reopened", self.env._("Times Reopened"), "number"),
        ]

    @api.model
    def _get_row(self, record, company):
        partner = record.partner_id.commercial_partner_id
        origin = record.intervention_id.name or record.order_id.name
        return {
            "number": record.number,
            "received": self._get_day(record.received_on, company),
            "kind": self._get_label(record, "kind"),
            "severity": self._get_label(record, "severity"),
            "customer": partner.name or record.partner_name or None,
            "subject": record.name,
            "area": record.team_id.name or None,
            "user": record.user_id.name or None,
            "attended": self._get_day(record.acknowledged_on, company),
            "deadline": self._get_day(record.resolution_deadline, company),
            "resolved": self._get_day(record.resolved_on, company),
            "hours": record.resolution_hours if record.resolved_on else None,
            "in_time": self._get_yes_no(self._is_in_time(record)),
            "state": record.stage_id.name,
            "category": record.category_id.name or None,
            "origin": origin or None,
            "cause": record.root_cause or None,
            "action": record.corrective_action or None,
            "effectiveness": self._get_label(record, "effectiveness_result"),
            "confirmed": self._get_label(record, "customer_confirmed"),
            "reopened": record.reopen_count or None,
        }

    @api.model
    def _get_summaries(self, records):
        headers = [
            self.env._("Kind"),
            self.env._("All Received"),
            self.env._("All Resolved"),
            self.env._("Closed Unresolved"),
            self.env._("Still Open"),
            self.env._("In time ÷ decided (%)"),
            self.env._("Average working hours"),
        ]
        labels = self._get_labels(records, "kind")
        groups = records.grouped("kind")
        rows = [
            [label, *self._get_figures(groups[kind])]
            for kind, label in labels.items()
            if kind in groups
        ]
        rows.append([self.env._("Total"), *self._get_figures(records)])
        areas = [
            [area.name or self.env._("No area"), *self._get_figures(found)]
            for area, found in records.grouped("team_id").items()
        ]
        return [
            Summary(self.env._("Summary by Kind"), headers, rows),
            Summary(
                self.env._("Summary by Area"),
                [self.env._("Area"), *headers[1:]],
                sorted(areas, key=lambda row: -row[1]),
            ),
        ]

    # === BUSINESS METHODS === #
    @api.model
    def _is_in_time(self, ticket):
        """Tell whether it was resolved by its deadline; None while undecided."""
        if not ticket.resolution_deadline:
            return None
        if ticket.resolved_on:
            return ticket.resolved_on <= ticket.resolution_deadline
        late = ticket.resolution_deadline < fields.Datetime.now()
        if ticket.stage_id.closed or not late:
            return None
        # Who was late stays late; who waits for the customer since before is not.
        running = ticket.pause_ids.filtered(lambda pause: not pause.stop)
        waits = any(pause.start <= ticket.resolution_deadline for pause in running)
        return None if waits else False

    @api.model
    def _get_figures(self, tickets):
        resolved = tickets.filtered("resolved_on")
        still_open = (tickets - resolved).filtered(
            lambda ticket: not ticket.stage_id.closed
        )
        decided = [self._is_in_time(ticket) for ticket in tickets]
        decided = [in_time for in_time in decided if in_time is not None]
        return [
            len(tickets),
            len(resolved),
            len(tickets - resolved - still_open),
            len(still_open),
            percentage(sum(decided), len(decided)),
            mean(resolved.mapped("resolution_hours")),
        ]
