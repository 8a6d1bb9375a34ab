# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, models

from ..tools.register import Column, Summary, mean, percentage

OPEN_STATES = ("pending", "contacted", "overdue")


class AirbagRegisterSatisfaction(models.AbstractModel):
    """*Registro de Satisfacción del Cliente*. PRO 008 §5.4 and §6.

    A row for each done visit, of the local day of its service.
    """

    _name = "airbag.register.satisfaction"
    _inherit = "airbag.register"
    _description = "Register of Customer Satisfaction"

    # === THE REGISTER === #
    @api.model
    def _get_model(self):
        return self.env["survey.user_input"]

    @api.model
    def _get_domain(self, company):
        return [
            ("company_id", "=", company.id),
            ("intervention_id", "!=", False),
            ("test_entry", "=", False),
        ]

    @api.model
    def _get_period_domain(self, company, start, end):
        return [("service_date", ">=", start), ("service_date", "<=", end)]

    @api.model
    def _get_open_domain(self):
        return [("contact_state", "in", OPEN_STATES)]

    @api.model
    def _get_order(self):
        return "service_date, id"

    @api.model
    def _get_columns(self):
        return [
            Column("visit", self.env._("Visit"), width=10),
            Column("date", self.env._("Service"), "date", 7),
            Column("customer", self.env._("Customer"), width=13),
            Column("contact", self.env._("Person Asked"), width=10),
            Column("treatment", self.env._("Treatment"), width=10),
            Column("technician", self.env._("Technician"), width=9),
            Column("deadline", self.env._("Contact by"), "date", 7),
            Column("contacted", self.env._("Contacted"), "date", 7),
            Column("channel", self.env._("Channel"), width=8),
            Column("in_time", self.env._("In Time"), width=5),
            Column("state", self.env._("Status"), width=9),
            Column("score", self.env._("Score"), "number", 5),
            Column("satisfied", self.env._("Satisfied"), width=7),
            Column("ticket", self.env._("Complaint"), width=6),
            Column("reason", self.env._("Reason Waived")),
            Column("areas", self.env._("Areas to Improve")),
            Column("analysis", self.env._("Analysis")),
        ]

    @api.model
    def _get_row(self, record, company):
        scored = self._is_scored(record)
        timing = record.contact_timing
        return {
            "visit": record.intervention_id.name,
            "date": record.service_date or None,
            "customer": record.customer_id.commercial_partner_id.name,
            "contact": record.partner_id.name or None,
            "treatment": record.treatment_id.name,
            "technician": record.technician_id.name or None,
            "deadline": record.contact_deadline or None,
            "contacted": self._get_day(record.contacted_on, company),
            "channel": self._get_label(record, "contact_channel"),
            "in_time": self._get_yes_no(timing == "in_time" if timing else None),
            "state": self._get_label(record, "contact_state"),
            "score": record.satisfaction_score if scored else None,
            "satisfied": self._get_yes_no(record.is_satisfied if scored else None),
            "ticket": ", ".join(record.ticket_ids.mapped("number")) or None,
            "reason": record.waive_reason or None,
            "areas": ", ".join(record.improvement_area_ids.mapped("name")) or None,
            "analysis": record.analysis or None,
        }

    @api.model
    def _get_summaries(self, records):
        waived = records.filtered(lambda row: row.contact_state == "waived")
        answered = records.filtered(lambda row: row.state == "done")
        contacted = answered | records.filtered(
            lambda row: row.contact_state in ("contacted", "answered")
        )
        scored = records.filtered(self._is_scored)
        timed = records.filtered("contact_timing")
        in_time = timed.filtered(lambda row: row.contact_timing == "in_time")
        satisfied = scored.filtered("is_satisfied")
        rows = [
            [self.env._("Surveys"), len(records), None, None],
            [self.env._("Waived"), len(waived), None, None],
            self._get_share(
                self.env._("Contacted in time ÷ decided (%)"), in_time, timed
            ),
            self._get_share(
                self.env._("Answered ÷ contacted (%)"), answered, contacted
            ),
            self._get_share(self.env._("Satisfied ÷ answered (%)"), satisfied, scored),
            [
                self.env._("Average score (1 to 5)"),
                None,
                len(scored),
                self._get_mean(scored),
            ],
            [self.env._("Complaints opened"), len(records.ticket_ids), None, None],
        ]
        summaries = [
            Summary(
                self.env._("Summary of the Period"),
                [
                    self.env._("Figure"),
                    self.env._("Number"),
                    self.env._("Of"),
                    self.env._("Value"),
                ],
                rows,
            )
        ]
        areas = Counter(
            area.name for row in records for area in row.improvement_area_ids
        )
        if areas:
            summaries.append(
                Summary(
                    self.env._("Areas to Improve"),
                    [self.env._("Area"), self.env._("Answers")],
                    [list(pair) for pair in areas.most_common()],
                )
            )
        return summaries

    # === BUSINESS METHODS === #
    @api.model
    def _is_scored(self, row):
        """Tell whether the customer answered the question that decides."""
        return row.state == "done" and bool(row.satisfaction_score)

    @api.model
    def _get_mean(self, scored):
        return mean(scored.mapped("satisfaction_score"))

    @api.model
    def _get_share(self, label, part, whole):
        return [label, len(part), len(whole), percentage(len(part), len(whole))]
