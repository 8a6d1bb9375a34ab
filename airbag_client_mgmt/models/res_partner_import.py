# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .res_partner_loyalty import MERGING_CONTACTS


class ResPartner(models.Model):
    """Customers that were imported are marked."""

    _name = "res.partner"
    _inherit = ["res.partner", "airbag.import.mark"]

    # === CRUD METHODS === #
    def write(self, vals):
        """Merging copies all fields; where the survivor came from stays as it is."""
        if self.env.context.get(MERGING_CONTACTS):
            vals = {
                fname: value for fname, value in vals.items() if fname != "imported_on"
            }
        return super().write(vals)
