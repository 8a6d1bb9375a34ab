# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .airbag_procedure_step import Evidence, Source

VISITS = "airbag_client_mgmt.airbag_intervention_action"
#: The report leaves by itself, within minutes: until then it is not missing.
REPORT_GRACE = timedelta(days=1)


class AirbagProcedureStep(models.Model):
    """Where the evidence of providing the service is. PRO 008 §5.3."""

    _inherit = "airbag.procedure.step"

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self):
        return {
            **super()._get_source_methods(),
            "5.3.1": self._get_source_planning,
            "5.3.2": self._get_source_execution,
            "5.3.3": self._get_source_documentation,
        }

    @api.model
    def _get_due_visits(self, period) -> Domain:
        """Return the visits of the period whose day has passed, unless called off.

        Neither those imported from the history: nobody planned them here.
        """
        return (
            self._at_moments("planned_start", period)
            & self._before_today("planned_start")
            & Domain("state", "!=", "cancelled")
            & self._recorded_here()
        )

    @api.model
    def _get_done_visits(self, period) -> Domain:
        """Return the visits carried out in the period, and recorded here."""
        return (
            self._at_moments("finished_at", period)
            & Domain("state", "=", "done")
            & self._recorded_here()
        )

    @api.model
    def _get_source_planning(self, period):
        """5.3.1: visits whose day has come were scheduled, with somebody assigned."""
        return Source(
            model="airbag.intervention",
            window=VISITS,
            expected=self._get_due_visits(period),
            evidences={
                "scheduled": Evidence(Domain.TRUE, Domain("state", "!=", "draft")),
                "person": Evidence(Domain.TRUE, Domain("user_id", "!=", False)),
            },
        )

    @api.model
    def _get_source_execution(self, period):
        """5.3.2: visits whose day has come were made, following the procedure."""
        skipped = (
            Domain("mandatory", "=", True)
            & Domain("done", "=", False)
            & Domain("excuse", "in", (False, ""))
        )
        done = Domain("state", "=", "done")
        return Source(
            model="airbag.intervention",
            window=VISITS,
            expected=self._get_due_visits(period),
            evidences={
                "made": Evidence(Domain.TRUE, done),
                "steps": Evidence(done, Domain("step_ids", "not any", skipped)),
            },
        )

    @api.model
    def _get_source_documentation(self, period):
        """5.3.3: visits made in the period are documented, and the customer has it."""
        now = fields.Datetime.now()
        signed = Domain("signed_on", "!=", False)
        sent = Domain("report_state", "=", "sent")
        return Source(
            model="airbag.intervention",
            window=VISITS,
            expected=self._get_done_visits(period),
            evidences={
                "treatment": Evidence(Domain.TRUE, Domain("treatment_id", "!=", False)),
                "products": Evidence(
                    Domain.TRUE,
                    Domain("product_ids", "!=", False)
                    | Domain("no_products_used", "=", True),
                ),
                "recommendations": Evidence(
                    Domain.TRUE,
                    Domain("recommendation_ids", "!=", False)
                    | Domain("no_recommendations", "=", True),
                ),
                "report": Evidence(
                    signed | sent | Domain("finished_at", "<", now - REPORT_GRACE),
                    signed | sent,
                ),
            },
        )
