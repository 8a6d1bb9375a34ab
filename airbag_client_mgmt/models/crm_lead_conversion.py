# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat


class CrmLead(models.Model):
    """How many opportunities of each channel and ally become customers. §5.1.1."""

    _inherit = "crm.lead"

    # === FIELDS === #
    won_count = fields.Integer(string="Won", compute="_compute_conversion")
    lost_count = fields.Integer(string="Lost", compute="_compute_conversion")
    conversion_rate = BlankFloat(
        string="Conversion (%)",
        compute="_compute_conversion",
        aggregator="avg",
        digits=(16, 1),
        help="Won ÷ (won + lost), 0–100; blank while nothing was decided.",
    )

    # === COMPUTE METHODS === #
    @api.depends("won_status")
    def _compute_conversion(self):
        for lead in self:
            lead.won_count = int(lead.won_status == "won")
            lead.lost_count = int(lead.won_status == "lost")
            decided = lead.won_count or lead.lost_count
            lead.conversion_rate = 100.0 * lead.won_count if decided else False

    # === BUSINESS METHODS === #
    @api.model
    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """Count what was decided; the rate of a group is that of its own counts."""
        formulas = {
            "won_count:sum": "COUNT(*) FILTER (WHERE %(status)s = 'won')",
            "lost_count:sum": "COUNT(*) FILTER (WHERE %(status)s = 'lost')",
            "conversion_rate:avg": (
                "100.0 * COUNT(*) FILTER (WHERE %(status)s = 'won')"
                " / NULLIF(COUNT(*) FILTER (WHERE %(status)s IN ('won', 'lost')), 0)"
            ),
        }
        formula = formulas.get(aggregate_spec)
        if not formula:
            return super()._read_group_select(aggregate_spec, query)
        status = self._field_to_sql(self._table, "won_status", query)
        return SQL(formula, status=status)
