# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    """What the customer of a service reads in an e-mail. PRO 008 §5.1.3, §5.2.3.

    Odoo's own quotation and confirmation messages speak of an order of goods; ours
    of the service, its needs and its signature. A message that the company chose
    for itself is kept.
    """

    _inherit = "sale.order"

    # === BUSINESS METHODS === #
    def _is_service_order(self):
        """Tell whether the order is carried out by visits."""
        self.ensure_one()
        return any(line._is_visit_line() for line in self.order_line)

    def _find_mail_template(self):
        template = super()._find_mail_template()
        standard = self.env.ref(
            "sale.email_template_edi_sale", raise_if_not_found=False
        )
        if template and template == standard and self._is_service_order():
            return self.env.ref("airbag_client_mgmt.mail_template_service_quotation")
        return template

    def _get_confirmation_template(self):
        template = super()._get_confirmation_template()
        standard = self.env.ref(
            "sale.mail_template_sale_confirmation", raise_if_not_found=False
        )
        if template and template == standard and self._is_service_order():
            return self.env.ref("airbag_client_mgmt.mail_template_service_confirmation")
        return template
