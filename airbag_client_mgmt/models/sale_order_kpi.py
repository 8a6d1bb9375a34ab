# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """When the customer was first reached about the renewal. PRO 008 §5.5.3, §7."""

    _inherit = "sale.order"

    # === FIELDS === #
    renewal_first_contacted_on = fields.Date(
        string="First Contact",
        compute="_compute_renewal_first_contacted_on",
        store=True,
        help="First day on which the customer answered about the renewal, or signed "
        "it.",
    )

    _decided_day_idx = models.Index(
        "(COALESCE(terminated_on, contract_end))"
        " WHERE is_service_contract AND contract_end IS NOT NULL"
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "renewal_contact_ids.contacted_on",
        "renewal_contact_ids.outcome",
        "renewal_order_ids.date_order",
        "renewal_order_ids.state",
        "renewal_order_ids.terminated_on",
    )
    def _compute_renewal_first_contacted_on(self):
        for order in self:
            contacts = order.renewal_contact_ids.filtered(
                lambda contact: contact.outcome != "no_answer"
            )
            moments = contacts.mapped("contacted_on")
            if renewal := order._get_signed_renewal():
                moments.append(renewal.date_order)
            order.renewal_first_contacted_on = (
                moments and order.company_id._get_service_date(min(moments))
            )

    # === BUSINESS METHODS === #
    def _get_contract_facts(self):
        return super()._get_contract_facts() | {"renewal_first_contacted_on"}
