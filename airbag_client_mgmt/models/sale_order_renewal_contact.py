# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """The log of contacts about the renewal of a contract. PRO 008 §5.5.3."""

    _inherit = "sale.order"

    # === FIELDS === #
    renewal_contact_ids = fields.One2many(
        comodel_name="airbag.renewal.contact",
        inverse_name="order_id",
        string="Renewal Contacts",
        copy=False,
    )
    renewal_contacted_on = fields.Date(
        string="Last Contact",
        compute="_compute_renewal_contacted_on",
        store=True,
        help="Last day on which the customer answered about the renewal.",
    )

    # === COMPUTE METHODS === #
    @api.depends("renewal_contact_ids.contacted_on", "renewal_contact_ids.outcome")
    def _compute_renewal_contacted_on(self):
        for order in self:
            moments = order.renewal_contact_ids.filtered(
                lambda contact: contact.outcome != "no_answer"
            ).mapped("contacted_on")
            order.renewal_contacted_on = moments and order.company_id._get_service_date(
                max(moments)
            )

    # === ACTION METHODS === #
    def action_log_renewal_contact(self, note=None):
        """Log that the customer was reached by phone about the renewal.

        The button of the form asks for channel and outcome instead.

        :param str note: what was said
        :raise UserError: if there is no renewal to talk about.
        """
        self.env["airbag.renewal.contact"].create(
            [{"order_id": order.id, "note": note} for order in self]
        )
        return True

    # === BUSINESS METHODS === #
    def _get_contract_facts(self):
        return super()._get_contract_facts() | {"renewal_contacted_on"}
