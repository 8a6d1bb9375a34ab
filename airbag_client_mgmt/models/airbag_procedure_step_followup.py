# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .airbag_procedure_step import Evidence, Source


class AirbagProcedureStep(models.Model):
    """Where the evidence of following up the service is. PRO 008 §5.4."""

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self):
        return {
            **super()._get_source_methods(),
            "5.4.1": self._get_source_survey_contact,
            "5.4.2": self._get_source_incidents,
            "5.4.3": self._get_source_answers,
        }

    @api.model
    def _get_source_survey_contact(self, period):
        """5.4.1: customers of visits whose deadline has come were contacted by it.

        A visit without a survey lacks it as well, once its days are over; one whose
        survey quality waived does not. What came before the company began to ask
        owes none.
        """
        surveys = self.env["survey.user_input"]
        decided = Domain(
            "survey_input_ids", "any", [("contact_timing", "in", ("in_time", "late"))]
        )
        return Source(
            model="airbag.intervention",
            window="airbag_client_mgmt.airbag_intervention_action",
            expected=self._get_done_visits(period)
            & (decided | self._get_unasked_visits(surveys)),
            evidences={
                "in_time": Evidence(
                    Domain.TRUE,
                    Domain(
                        "survey_input_ids", "any", [("contact_timing", "=", "in_time")]
                    ),
                ),
            },
        )

    @api.model
    def _get_unasked_visits(self, surveys) -> Domain:
        """Return the visits that owe a survey, have none, and are past their days."""

        def get_domain(company):
            days = company.survey_contact_days
            first_in_time = company._get_service_today() - timedelta(days=days)
            return Domain("company_id", "=", company.id) & Domain(
                "finished_at", "<", company._localize_service_time(first_in_time, 0)
            )

        late = Domain.OR(get_domain(company) for company in self.env.companies)
        return late & surveys._get_survey_obligations_domain()

    @api.model
    def _get_source_incidents(self, period):
        """5.4.2: complaints and claims were sent to an area, attended and resolved."""
        now = fields.Datetime.now()
        attended = Domain("acknowledged_on", "!=", False)
        resolved = Domain("resolved_on", "!=", False)
        return Source(
            model="helpdesk.ticket",
            window="airbag_client_mgmt.helpdesk_ticket_action_register",
            expected=self._at_moments("received_on", period)
            & Domain("kind", "in", ("complaint", "claim"))
            & self._get_accepted_tickets(),
            evidences={
                "area": Evidence(Domain.TRUE, Domain("team_id", "!=", False)),
                "attended": Evidence(
                    self._get_attention_due(),
                    attended
                    & self._not_later("acknowledged_on", "acknowledgement_deadline"),
                ),
                "resolved": Evidence(
                    resolved | Domain("resolution_deadline", "<", now), resolved
                ),
                "cause": Evidence(
                    resolved,
                    Domain("root_cause", "not in", (False, ""))
                    & Domain("corrective_action", "not in", (False, "")),
                ),
            },
        )

    @api.model
    def _get_source_answers(self, period):
        """5.4.3: each answer is registered, and a bad one was analysed."""
        return Source(
            model="survey.user_input",
            window="airbag_client_mgmt.survey_user_input_action_register",
            expected=self._in_companies()
            & self._on_days("service_date", period)
            & Domain("intervention_id", "!=", False)
            & Domain("state", "=", "done")
            & Domain("test_entry", "=", False)
            & self._recorded_here(),
            evidences={
                "registered": Evidence(
                    Domain.TRUE, Domain("satisfaction_score", ">", 0)
                ),
                "analysed": Evidence(
                    Domain("satisfaction_score", ">", 0)
                    & Domain("is_satisfied", "=", False),
                    Domain("improvement_area_ids", "!=", False)
                    | Domain("analysis", "not in", (False, "")),
                ),
            },
        )
