# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """How a company plans its visits. PRO 008 §5.3.1."""

    _inherit = "res.company"

    # === FIELDS === #
    visit_horizon_days = fields.Integer(
        string="Planning Horizon",
        default=90,
        help="How many days ahead the visits of contracts are created.",
    )
    visit_day_off_policy = fields.Selection(
        selection=[
            ("next", "Next working day"),
            ("previous", "Previous working day"),
            ("keep", "Keep the day"),
        ],
        string="Visits on a Day Off",
        default="next",
        required=True,
    )

    _visit_horizon_positive = models.Constraint(
        "CHECK (visit_horizon_days > 0)",
        "The planning horizon must be at least one day.",
    )

    # === BUSINESS METHODS === #
    def _get_service_tz(self):
        """Return the name of the time zone in which service days are counted."""
        self.ensure_one()
        return self.resource_calendar_id.tz or self.partner_id.tz or "UTC"
