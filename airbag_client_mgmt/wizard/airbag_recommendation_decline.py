# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagRecommendationDecline(models.TransientModel):
    """Ask what the customer says who declines a recommendation. PRO 008 §5.3.3."""

    _name = "airbag.recommendation.decline"
    _description = "Decline Recommendations"

    # === FIELDS === #
    recommendation_ids = fields.Many2many(
        comodel_name="airbag.recommendation", required=True
    )
    reason = fields.Char()

    # === ACTION METHODS === #
    def action_apply(self):
        """Decline the recommendations.

        :raise AccessError: for who may not close one of them
        """
        self.ensure_one()
        self.recommendation_ids._close(
            {"state": "declined", "decline_reason": (self.reason or "").strip()}
        )
        return {"type": "ir.actions.act_window_close"}
