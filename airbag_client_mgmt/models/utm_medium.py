# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class UtmMedium(models.Model):
    """A channel by which customers come. PRO 008 §5.1.1."""

    _inherit = "utm.medium"

    # === FIELDS === #
    asks_referrer = fields.Boolean(
        string="Asks Who Referred",
        help="Somebody brings the customers of this channel: the opportunity asks who.",
    )
