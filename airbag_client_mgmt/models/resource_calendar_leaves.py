# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    """A leave that comes up after visits were planned. PRO 008 §5.3.1."""

    _inherit = "resource.calendar.leaves"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._warn_planners()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "date_to", "resource_id"} & set(vals):
            self._warn_planners()
        return result

    # === BUSINESS METHODS === #
    def _warn_planners(self):
        """Ask who planned a visit of somebody absent to reassign it.

        Done as the system: whoever enters a leave need not see the visits.
        """
        absences = Domain.OR(
            Domain("user_id", "=", leave.resource_id.user_id.id)
            & Domain("busy_from", "<", leave.date_to)
            & Domain("busy_to", ">", leave.date_from)
            for leave in self.sudo().filtered("resource_id.user_id")
        )
        planned = Domain("intervention_id.state", "=", "planned")
        bookings = self.env["airbag.booking"].sudo().search(absences & planned)
        bookings.intervention_id._ask_to_reassign()
