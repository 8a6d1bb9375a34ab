# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """The request a quotation answers. PRO 008 §5.2.1."""

    _inherit = "sale.order"

    # === FIELDS === #
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket", inverse_name="order_id", string="Tickets"
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)

    # === COMPUTE METHODS === #
    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.ticket_count = counts.get(order._origin, 0)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """The first quotation of an opportunity answers its request, too."""
        orders = super().create(vals_list)
        leads = orders.opportunity_id
        if leads:
            # Whoever quotes need not be of the area that keeps the ticket.
            tickets = self.env["helpdesk.ticket"].sudo()
            open_requests = tickets.search(
                [("lead_id", "in", leads.ids), ("order_id", "=", False)]
            )
            quoted = {order.opportunity_id.id: order for order in reversed(orders)}
            for ticket in open_requests:
                order = quoted[ticket.lead_id.id]
                if ticket.company_id in (order.company_id, order.company_id.browse()):
                    ticket.order_id = order
        return orders

    # === ACTION METHODS === #
    def action_view_tickets(self):
        """Open the requests and complaints about the order."""
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_request_action(
            [("order_id", "=", self.id)]
        )
