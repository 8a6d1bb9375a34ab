# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    """The contract the customer complains about. PRO 008 §5.4.2."""

    _inherit = "sale.order"

    # === ACTION METHODS === #
    def action_register_complaint(self):
        """Open a new complaint about this contract.

        :return: the window of the complaint
        """
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_register_action(
            self.partner_id, order_id=self.id, company_id=self.company_id.id
        )
