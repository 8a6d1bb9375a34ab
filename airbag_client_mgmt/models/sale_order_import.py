# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models


class SaleOrder(models.Model):
    """A contract brought along from before: its past is not done again.

    What was signed elsewhere stays as frozen as what is signed here; the import
    alone corrects it, as long as nobody has worked on it.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "airbag.import.mark"]

    # === BUSINESS METHODS === #
    def _check_contract_not_frozen(self, what):
        if not self._is_importing():
            return super()._check_contract_not_frozen(what)
        others = self.filtered(lambda order: not order.imported_on)
        return super(SaleOrder, others)._check_contract_not_frozen(what)

    def _get_history_end(self):
        """Return the day of the import, before which visits are history, or False."""
        self.ensure_one()
        moment = self.sudo().imported_on
        return moment and self.company_id._get_service_date(moment)

    def _follow_history(self):
        """Let imported contracts in force go on: visits from today, renewal.

        Called by the import. The scheduled actions do the rest.
        """
        running = self.filtered(
            lambda order: order.contract_state in ("signed", "active")
        )
        for order in running:
            before = order._get_history_end() or order.company_id._get_service_today()
            order.next_visit_to_create = order._get_next_visit_to_create(
                before - timedelta(days=1)
            )
        running._schedule_contract_refresh()
        (self - running).next_visit_to_create = False
        unknown = self.filtered(
            lambda order: (
                order.renewal_state == "lost"
                and not order.terminated_on
                and not order.renewal_lost_reason_id
            )
        )
        # Nobody knows that the customer did not answer.
        unknown.renewal_lost_reason_id = self.env.ref(
            "airbag_client_mgmt.contract_reason_not_recorded", raise_if_not_found=False
        )

    def _forget_lost_reason(self):
        """Take back that contracts were lost: their renewal was imported."""
        self.filtered("renewal_lost_reason_id").renewal_lost_reason_id = False
