# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .airbag_procedure_step import Evidence, Source


class AirbagProcedureStep(models.Model):
    """Where the evidence of requests and contracting is. PRO 008 §5.2."""

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self):
        return {
            **super()._get_source_methods(),
            "5.2.1": self._get_source_requests,
            "5.2.2": self._get_source_adjustments,
            "5.2.3": self._get_source_contracts,
        }

    @api.model
    def _get_source_requests(self, period):
        """5.2.1: Commercial attends each request, and answers it by its deadline.

        What is still within its deadline lacks nothing yet.
        """
        now = fields.Datetime.now()
        tickets = self.env["helpdesk.ticket"]
        attended = Domain("acknowledged_on", "!=", False)
        answered = (
            Domain("lead_id", "!=", False)
            | tickets._get_quoted_domain()
            | Domain("resolved_on", "!=", False)
        )
        return Source(
            model="helpdesk.ticket",
            window="airbag_client_mgmt.helpdesk_ticket_action_request",
            expected=self._at_moments("received_on", period)
            & Domain("kind", "=", "request")
            & self._get_accepted_tickets(),
            evidences={
                "attended": Evidence(self._get_attention_due(), attended),
                "answered": Evidence(
                    answered | Domain("resolution_deadline", "<", now), answered
                ),
            },
        )

    @api.model
    def _get_accepted_tickets(self) -> Domain:
        """Return the tickets that were not cancelled, recorded twice, nor history."""
        return (
            Domain("stage_id.is_cancelled", "=", False)
            & Domain("duplicate_id", "=", False)
            & self._recorded_here("closed_date")
        )

    @api.model
    def _get_attention_due(self) -> Domain:
        """Return the tickets that were attended, or should have been by now, here."""
        now = fields.Datetime.now()
        return Domain("acknowledged_on", "!=", False) | (
            Domain("acknowledgement_deadline", "<", now)
            & self._recorded_here("acknowledgement_deadline")
        )

    @api.model
    def _get_source_adjustments(self, period):
        """5.2.2: what was revised or amended reached the customer again."""
        amended = Domain("amended_order_id", "!=", False)
        return Source(
            model="sale.order",
            window="sale.action_quotations",
            expected=self._at_moments("date_order", period)
            & Domain("state", "!=", "cancel")
            & (Domain("revision_number", ">", 0) | amended),
            evidences={
                "sent": Evidence(Domain.TRUE, Domain("state", "in", ("sent", "sale"))),
                "reason": Evidence(
                    amended, Domain("amendment_reason", "not in", (False, ""))
                ),
            },
        )

    @api.model
    def _get_source_contracts(self, period):
        """5.2.3: contracts confirmed in the period are signed and complete."""
        has_term = Domain("is_open_ended", "=", True) | Domain(
            "contract_end", "!=", False
        )
        company, customer = (
            Domain("obligation_ids", "any", [("party", "=", party)])
            for party in ("company", "customer")
        )
        frequency = Domain("product_id.treatment_id", "!=", False) & Domain(
            "visit_interval", ">", 0
        )
        return Source(
            model="sale.order",
            window="airbag_client_mgmt.action_contracts",
            expected=self._at_moments("date_order", period)
            & Domain("is_service_contract", "=", True)
            & Domain("state", "=", "sale")
            & self._recorded_here(),
            evidences={
                "signed": Evidence(Domain.TRUE, Domain("signed_on", "!=", False)),
                "conditions": Evidence(
                    Domain.TRUE, Domain("service_conditions", "not in", (False, ""))
                ),
                "frequency": Evidence(
                    Domain.TRUE, Domain("order_line", "any", frequency)
                ),
                "duration": Evidence(
                    Domain.TRUE, Domain("contract_start", "!=", False) & has_term
                ),
                "obligations": Evidence(Domain.TRUE, company & customer),
            },
        )
