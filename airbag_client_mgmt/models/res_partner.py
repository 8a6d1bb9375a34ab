# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResPartner(models.Model):
    """What a customer needs, carried to every quotation and visit. §5.1.2."""

    _inherit = "res.partner"

    # === FIELDS === #
    specific_needs = fields.Text(
        help="What the customer expects of our services (PRO 008 §5.1.2)."
    )
    special_requirements = fields.Text(
        help="What must be respected on every visit; the technician confirms "
        "having read it before starting (PRO 008 §5.1.2)."
    )
    alliance_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Referring Ally",
        index="btree_not_null",
        domain="[('id', '!=', id)]",
        help="The ally or customer who brought this customer (PRO 008 §5.1.1).",
    )
