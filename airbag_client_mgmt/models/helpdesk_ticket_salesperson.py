# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: Where the salesperson of a ticket is found; the first that there is.
PATHS = ("order_id", "intervention_id.order_id", "partner_id")


class HelpdeskTicket(models.Model):
    """Whose customer complains: what the figures of a salesperson count. PRO 008 §7."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    salesperson_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_salesperson_id",
        search="_search_salesperson_id",
        compute_sudo=True,
        help="Of the contract; without contract, of the customer.",
    )

    # === COMPUTE METHODS === #
    @api.depends(*(f"{path}.user_id" for path in PATHS))
    def _compute_salesperson_id(self):
        for ticket in self:
            users = (ticket.mapped(f"{path}.user_id") for path in PATHS)
            ticket.salesperson_id = next(filter(None, users), False)

    def _search_salesperson_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain, before = Domain.FALSE, Domain.TRUE
        for path in PATHS:
            # Of contracts that the user may not read, too: only whose they are.
            domain |= before & Domain(f"{path}.user_id", "in", value)
            before &= Domain(f"{path}.user_id", "=", False)
        return domain
