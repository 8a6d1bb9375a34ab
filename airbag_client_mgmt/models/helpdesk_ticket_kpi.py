# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """The days in the indicators of a complaint, where the company works. §7."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    incident_date = fields.Date(
        string="Day of the Resolution",
        compute="_compute_indicator_dates",
        store=True,
        index=True,
        help="Local day of the last resolution; while there is none, of the reception.",
    )
    commitment_date = fields.Date(
        string="Day of the Commitment",
        compute="_compute_indicator_dates",
        store=True,
        index="btree_not_null",
        help="Local day on which it was decided whether the deadline was kept: that of "
        "the resolution or that of the deadline, whichever came first.",
    )

    # === COMPUTE METHODS === #
    @api.depends("company_id", "received_on", "resolution_deadline", "resolved_on")
    def _compute_indicator_dates(self):
        for ticket in self:
            company, resolved = ticket.company_id, ticket.resolved_on
            moment = resolved or ticket.received_on
            ticket.incident_date = moment and company._get_service_date(moment)
            limits = [day for day in (resolved, ticket.resolution_deadline) if day]
            ticket.commitment_date = (
                ticket.resolution_deadline and company._get_service_date(min(limits))
            )
