# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class SaleOrder(models.Model):
    """Words of the *Formulario de Cotización y Contrato de Servicio*. PRO 008 §6."""

    _inherit = "sale.order"

    # === COMPUTE METHODS === #
    @api.depends("is_service_contract", "amended_order_id")
    def _compute_type_name(self):
        """A signed contract is called so, on the portal and in its e-mails."""
        result = super()._compute_type_name()
        for order in self:
            if order.amended_order_id or order._is_frozen_contract():
                order.type_name = order._get_form_title()
        return result

    # === BUSINESS METHODS === #
    def _get_contract_form(self):
        """Return the version of the form: what was signed keeps that of its day.

        Called by the reports.
        """
        self.ensure_one()
        company, moment = self.company_id, False
        if self.state == "sale":
            moment = self.signed_on or self.date_order
        return company._get_form(
            "contract", moment and company._get_service_date(moment)
        )

    def _get_form_title(self):
        """Return what the document is, as its heading says."""
        self.ensure_one()
        if self.amended_order_id:
            return self.env._("Contract Amendment")
        if self._is_frozen_contract():
            return self.env._("Service Contract")
        if self.is_service_contract:
            return self.env._("Service Quotation and Contract")
        if self.state == "sale":
            return self.env._("Service Order")
        return self.env._("Service Quotation")

    def _get_duration_label(self):
        """Return the length of the term in words: *1 year*."""
        self.ensure_one()
        if self.is_open_ended:
            return self.env._("Open-ended")
        number = self.contract_duration
        if self.contract_duration_unit == "month":
            if number == 1:
                return self.env._("1 month")
            return self.env._("%(number)s months", number=number)
        if number == 1:
            return self.env._("1 year")
        return self.env._("%(number)s years", number=number)

    def _get_obligations_of(self, party):
        """Return the obligations of ``company`` or ``customer``."""
        return self.obligation_ids.filtered(
            lambda obligation: obligation.party == party
        )
