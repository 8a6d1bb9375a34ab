# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResPartner(models.Model):
    """Customers that were imported are marked."""

    _name = "res.partner"
    _inherit = ["res.partner", "airbag.import.mark"]
