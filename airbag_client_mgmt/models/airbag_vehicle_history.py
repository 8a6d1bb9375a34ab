# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .airbag_intervention_product import FITTED_STATES


class AirbagVehicle(models.Model):
    """What was done to a vehicle, whoever owned it then. PRO 008 §5.3.3."""

    _inherit = "airbag.vehicle"

    # === FIELDS === #
    part_ids = fields.One2many(
        comodel_name="airbag.intervention.product",
        inverse_name="vehicle_id",
        string="Parts Fitted",
        domain=[("intervention_state", "in", FITTED_STATES)],
    )
    recommendation_ids = fields.One2many(
        comodel_name="airbag.recommendation",
        inverse_name="vehicle_id",
        string="Recommendations",
    )
    intervention_count = fields.Integer(
        string="Visits", compute="_compute_history_counts"
    )
    part_count = fields.Integer(
        string="Parts Fitted Count", compute="_compute_history_counts"
    )
    open_recommendation_count = fields.Integer(
        string="Open Recommendations", compute="_compute_history_counts"
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "intervention_ids.active",
        "part_ids.intervention_state",
        "recommendation_ids.state",
    )
    @api.depends_context("uid")
    def _compute_history_counts(self):
        """Count what the user may see, in one query each."""
        for fname, model, domain in (
            ("intervention_count", "airbag.intervention", []),
            (
                "part_count",
                "airbag.intervention.product",
                [("intervention_state", "in", FITTED_STATES)],
            ),
            (
                "open_recommendation_count",
                "airbag.recommendation",
                [("state", "=", "open")],
            ),
        ):
            counts = {}
            if self.env[model].has_access("read"):
                counts = dict(
                    self.env[model]._read_group(
                        [("vehicle_id", "in", self.ids), *domain],
                        ["vehicle_id"],
                        ["__count"],
                    )
                )
            for vehicle in self:
                vehicle[fname] = counts.get(vehicle._origin, 0)

    # === ACTION METHODS === #
    def action_view_interventions(self):
        """Open the visits to the vehicle."""
        return self._get_history_action("airbag_intervention_action")

    def action_view_parts(self):
        """Open the parts fitted to the vehicle, with their lots."""
        return self._get_history_action(
            "airbag_intervention_product_action", search_default_fitted=1
        )

    def action_view_recommendations(self):
        """Open what was recommended for the vehicle."""
        return self._get_history_action(
            "airbag_recommendation_action", search_default_open=1
        )

    # === BUSINESS METHODS === #
    def _get_history_action(self, name, **context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"airbag_client_mgmt.{name}"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = context
        return action
