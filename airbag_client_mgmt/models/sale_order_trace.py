# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    """The revisions of a quotation, found from the current one. PRO 008 §5.2.2."""

    _inherit = "sale.order"

    # The revision addon has no index for it: each look would read all orders.
    _current_revision_idx = models.Index(
        "(current_revision_id) WHERE current_revision_id IS NOT NULL"
    )
