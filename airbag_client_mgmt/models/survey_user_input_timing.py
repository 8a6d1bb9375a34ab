# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.blank_float import BlankFloat


class SurveyUserInput(models.Model):
    """Whether the customer was contacted within the days. PRO 008 §5.4.1.

    The share of any group is its surveys in time ÷ those decided. Waived ones,
    and those still within their days, are in neither; a group without any
    decided has none.
    """

    _inherit = "survey.user_input"

    # === FIELDS === #
    contact_timing = fields.Selection(
        selection=[("in_time", "In time"), ("late", "After the deadline")],
        string="Contact in Time",
        compute="_compute_contact_timing",
        store=True,
        help="Contacted by the deadline, on its local day; empty while undecided.",
    )
    contacted_in_time = BlankFloat(
        string="% Contacted in Time",
        compute="_compute_contact_timing",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Contacted in time ÷ decided, 0–100; waived surveys and those still "
        "within their days are left out.",
    )

    # === COMPUTE METHODS === #
    @api.depends("contact_state", "contacted_on", "contact_deadline", "company_id")
    def _compute_contact_timing(self):
        for user_input in self:
            timing = user_input._get_contact_timing()
            user_input.contact_timing = timing
            user_input.contacted_in_time = timing and 100.0 * (timing == "in_time")

    # === BUSINESS METHODS === #
    def _get_contact_timing(self):
        """Return whether the contact was in time; False while nothing is decided."""
        self.ensure_one()
        if not self.contact_deadline or self.contact_state in (False, "waived"):
            return False
        if self.contacted_on:
            day = self.company_id._get_service_date(self.contacted_on)
            return "in_time" if day <= self.contact_deadline else "late"
        return "late" if self.contact_state == "overdue" else False
