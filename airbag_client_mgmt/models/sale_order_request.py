# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleOrder(models.Model):
    """The request a quotation answers. PRO 008 §5.2.1."""

    _inherit = "sale.order"

    # === FIELDS === #
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket", inverse_name="order_id", string="Tickets"
    )
    request_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="quotation_id",
        string="Requests Answered",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)

    # === COMPUTE METHODS === #
    @api.depends("ticket_ids", "request_ids")
    def _compute_ticket_count(self):
        for order in self:
            order.ticket_count = len(order.ticket_ids | order.request_ids)

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
                Domain("lead_id", "in", leads.ids) & ~tickets._get_quoted_domain()
            )
            quoted = {order.opportunity_id.id: order for order in reversed(orders)}
            for ticket in open_requests:
                order = quoted[ticket.lead_id.id]
                if ticket.company_id in (order.company_id, order.company_id.browse()):
                    ticket._set_quotation(order)
        return orders

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ticket(self):
        """A draft goes with its link to the request; what a ticket is about stays."""
        # As the database would: the tickets need not be of who deletes.
        tickets = self.sudo().with_context(active_test=False).ticket_ids
        about = tickets.filtered(lambda ticket: ticket.order_id != ticket.quotation_id)
        if about:
            raise UserError(
                self.env._(
                    "%(order)s is what ticket %(ticket)s is about. Cancel it instead "
                    "of deleting it, or choose another contract on the ticket first.",
                    order=about[0].order_id.name,
                    ticket=about[0].number,
                )
            )
        tickets.order_id = False

    # === ACTION METHODS === #
    def create_revision(self):
        """A request leads to the current revision of the quotation it got."""
        result = super().create_revision()
        for order in self.sudo():
            order.request_ids._set_quotation(order.current_revision_id)
        return result

    def action_view_tickets(self):
        """Open the requests and complaints about the order, or answered by it."""
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_request_action(
            ["|", ("order_id", "=", self.id), ("quotation_id", "=", self.id)]
        )
