# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagKpi(models.Model):
    """The closed months of an indicator. PRO 008 §7, ISO 9001 §9.1.3."""

    _inherit = "airbag.kpi"

    # === FIELDS === #
    snapshot_ids = fields.One2many(
        comodel_name="airbag.kpi.snapshot",
        inverse_name="kpi_id",
        string="Month Closings",
        groups="airbag_client_mgmt.group_quality_reviewer",
    )
    snapshot_count = fields.Integer(
        compute="_compute_snapshot_count",
        groups="airbag_client_mgmt.group_quality_reviewer",
    )

    # === COMPUTE METHODS === #
    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        counts = dict(
            self.env["airbag.kpi.snapshot"]._read_group(
                [("kpi_id", "in", self.ids)], ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.snapshot_count = counts.get(kpi, 0)

    # === ACTION METHODS === #
    def action_open_trend(self):
        """Open the line of the closed months beside that of the target."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_kpi_snapshot_trend_action"
        )
        action["name"] = action["display_name"] = self.name
        action["domain"] = [("kpi_id", "=", self.id)]
        return action

    def action_open_snapshots(self):
        """Open the closed months of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_kpi_snapshot_action"
        )
        action["domain"] = [("kpi_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
