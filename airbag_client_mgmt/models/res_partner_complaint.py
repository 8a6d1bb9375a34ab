# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResPartner(models.Model):
    """Who complains. PRO 008 §5.4.2."""

    _inherit = "res.partner"

    # === ACTION METHODS === #
    def action_register_complaint(self):
        """Open a new complaint of this customer.

        :return: the window of the complaint
        """
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_register_action(self)
