# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagIntervention(models.Model):
    """How visits look in the planner's calendar. PRO 008 §5.3.1."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    # The names are those that Odoo's calendar view reads.
    is_hatched = fields.Boolean(compute="_compute_calendar_style")
    is_striked = fields.Boolean(compute="_compute_calendar_style")

    # === COMPUTE METHODS === #
    @api.depends("state")
    def _compute_calendar_style(self):
        """Hatch what is not agreed on yet, strike what will not take place."""
        for intervention in self:
            intervention.is_hatched = intervention.state == "draft"
            intervention.is_striked = intervention.state == "cancelled"

    # === BUSINESS METHODS === #
    @api.model
    def get_unusual_days(self, date_from, date_to=None):
        """Return ``{day: is off}`` of the company: weekends and holidays.

        Called by the calendar view, which greys the days off.
        """
        return self.env.company.resource_calendar_id.sudo()._get_unusual_days(
            fields.Datetime.to_datetime(date_from),
            fields.Datetime.to_datetime(date_to or date_from),
            self.env.company,
        )
