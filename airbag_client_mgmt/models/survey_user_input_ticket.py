# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import fields, models

from ..tools import scoring


class SurveyUserInput(models.Model):
    """The complaint that a bad answer opens. PRO 008 §5.4.2."""

    _inherit = "survey.user_input"

    # === BUSINESS METHODS === #
    def _open_tickets(self):
        """Open one complaint for each bad answer, in the area of the worst question.

        The database keeps it to one, however often an answer is saved.
        """
        bad = {}
        for user_input in self.filtered(lambda record: not record.ticket_ids):
            line = user_input._get_worst_line()
            threshold = user_input.company_id.satisfaction_ticket_threshold
            if line and scoring.opens_ticket(line._get_satisfaction_score(), threshold):
                bad[user_input] = line
        values_list = [
            user_input.with_context(
                lang=user_input.company_id._get_lang()
            )._prepare_ticket_values(line)
            for user_input, line in bad.items()
        ]
        return self.env["helpdesk.ticket"].sudo().create(values_list)

    def _get_worst_line(self):
        """Return the worst answer on a scale, or an empty record."""
        self.ensure_one()
        scored = [
            (line, line._get_satisfaction_score(), line.question_id)
            for line in self.user_input_line_ids.sorted("question_sequence")
        ]
        worst = scoring.worst(
            (line, score, question.is_satisfaction_question)
            for line, score, question in scored
            if score is not None
        )
        return worst or self.env["survey.user_input.line"]

    def _get_responsible_team(self, question):
        """Return the area that acts on a bad answer, of the company of the visit."""
        self.ensure_one()
        fallback = self.env.ref(
            "airbag_client_mgmt.helpdesk_team_customer_care", raise_if_not_found=False
        )
        for team in (question.responsible_team_id, fallback):
            if (
                team
                and team.active
                and team.company_id
                in (
                    self.env["res.company"],
                    self.company_id,
                )
            ):
                return team
        return self.env["helpdesk.ticket.team"]

    def _prepare_ticket_values(self, line):
        """Return the values of the complaint that a bad answer opens.

        ``user_id`` is False on purpose: otherwise the helpdesk assigns the
        ticket to whoever runs this, the public user.
        """
        self.ensure_one()
        team = self._get_responsible_team(line.question_id)
        partner = self.partner_id
        company = self.company_id
        category = self.env["helpdesk.ticket.category"].search(
            [
                ("team_id", "=", team.id),
                ("kind", "=", "complaint"),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )
        intervention = self.intervention_id
        return {
            "name": self.env._(
                "Follow-up of the service %(visit)s", visit=intervention.name
            ),
            "description": self._get_ticket_description(),
            "kind": "complaint",
            "company_id": company.id,
            "team_id": team.id,
            "category_id": category.id,
            "user_id": False,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email or self.email,
            "intervention_id": intervention.id,
            "order_id": self.order_id.id,
            "user_input_id": self.id,
            "received_on": self._get_answered_at(),
        }

    def _get_answered_at(self):
        """Return when the customer said it: the area's time counts from then."""
        self.ensure_one()
        if self.told_on:
            return self._get_told_at(self.told_on)
        return self.end_datetime or fields.Datetime.now()

    def _get_ticket_description(self):
        """Return the visit and its answers as HTML; what people wrote is escaped."""
        self.ensure_one()
        intervention = self.intervention_id
        facts = [
            (self.env._("Visit"), intervention.name),
            (self.env._("Date"), self._format_service_date()),
            (self.env._("Treatment"), intervention.treatment_id.display_name),
            (self.env._("Technician"), intervention.user_id.name or ""),
        ]
        answers = [
            (line.question_id.title, line._get_full_answer())
            for line in self.user_input_line_ids.sorted("question_sequence")
            if not line.skipped
        ]
        row = Markup("<li>%s: <b>%s</b></li>")
        return Markup("<ul>%s</ul><p>%s</p><ul>%s</ul>") % (
            Markup().join(row % fact for fact in facts),
            self.env._("Answers of the customer:"),
            Markup().join(row % answer for answer in answers),
        )
