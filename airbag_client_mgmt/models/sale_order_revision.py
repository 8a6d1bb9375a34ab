# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    """Revisions of a quotation (OCA ``sale_order_revision``). PRO 008 §5.2.2."""

    _inherit = "sale.order"

    # === CRUD METHODS === #
    def copy_data(self, default=None):
        """A copy is another quotation: it takes its own original reference.

        The revision addon copies the reference, so that an order created from
        ``copy_data()`` broke its own unique index.
        """
        vals_list = super().copy_data(default)
        given = default or {}
        for vals in vals_list:
            for fname in ("unrevisioned_name", "current_revision_id"):
                if fname not in given:
                    vals.pop(fname, None)
        return vals_list

    # === ACTION METHODS === #
    def create_revision(self):
        """Revise a quotation; a signed contract is not one any more.

        :raise UserError: for a contract that was signed.
        """
        self._check_contract_not_frozen(self.env._("terms"))
        return super().create_revision()

    # === BUSINESS METHODS === #
    def _get_new_rev_data(self, new_rev_number):
        """A revision keeps what an ordinary copy starts afresh."""
        return {
            **super()._get_new_rev_data(new_rev_number),
            "renewed_order_id": self.renewed_order_id.id,
            "contract_start": self.contract_start,
            "specific_needs": self.specific_needs,
            "special_requirements": self.special_requirements,
        }
