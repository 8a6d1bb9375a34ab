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
        users = [user for user in value if user]
        domain, before = Domain.FALSE, Domain.TRUE
        for path in PATHS:
            theirs = Domain("user_id", "in", users)
            domain |= before & self._get_path_domain(path, theirs)
            before &= ~self._get_path_domain(path, Domain("user_id", "!=", False))
        return domain | before if False in value else domain

    def _get_path_domain(self, path, domain) -> Domain:
        """Return a condition on records that the user need not be able to read."""
        for name in reversed(path.split(".")):
            domain = Domain(name, "any!", domain)
        return domain
