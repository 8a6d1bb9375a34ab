# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    """The request an opportunity comes from. PRO 008 §5.2.1."""

    _inherit = "crm.lead"

    # === FIELDS === #
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket", inverse_name="lead_id", string="Requests"
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)

    # === COMPUTE METHODS === #
    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.ticket_count = counts.get(lead._origin, 0)

    # === ACTION METHODS === #
    def action_view_tickets(self):
        """Open the requests of the opportunity."""
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_request_action(
            [("lead_id", "=", self.id)]
        )

    # === BUSINESS METHODS === #
    def _prepare_opportunity_quotation_context(self):
        """The quotation starts with the services that were asked for."""
        context = super()._prepare_opportunity_quotation_context()
        # Whoever reads the opportunity may know which services it asks for.
        requests = self.sudo().ticket_ids
        unanswered = requests.filtered_domain(~requests._get_quoted_domain())
        lines = unanswered._prepare_quotation_lines()
        return {**context, "default_order_line": lines} if lines else context

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """An opportunity that comes by e-mail says so. PRO 008 §5.1.1."""
        medium = self.env.ref(
            "airbag_client_mgmt.utm_medium_email", raise_if_not_found=False
        )
        values = {"medium_id": medium and medium.id, **(custom_values or {})}
        return super().message_new(msg_dict, custom_values=values)
