# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


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

        :raise UserError: for a contract that was signed, or a revised quotation.
        """
        self._check_contract_not_frozen(self.env._("terms"))
        self._check_current_revision()
        return super().create_revision()

    def action_draft(self):
        """Quote again what was cancelled, but not what a revision replaced.

        :raise UserError: for a quotation that has a newer revision.
        """
        self._check_current_revision()
        return super().action_draft()

    # === BUSINESS METHODS === #
    def _check_current_revision(self):
        """:raise UserError: for a quotation that has a newer revision."""
        for order in self.filtered("current_revision_id"):
            raise UserError(
                self.env._(
                    "%(quotation)s was replaced by %(revision)s: change that one.",
                    quotation=order.name,
                    revision=order.current_revision_id.name,
                )
            )

    def _get_newer_version(self):
        """Return what replaced this document, once its customer may read that.

        Called by the portal page, which an old e-mail still opens.
        """
        self.ensure_one()
        newer = self.current_revision_id
        if self.replaced_on:
            newer = self.amendment_ids.filtered(lambda order: order.state == "sale")
        return newer[:1].filtered(
            lambda order: (
                order.state in ("sent", "sale")
                and order.commercial_partner_id == self.commercial_partner_id
            )
        )

    def _get_new_rev_data(self, new_rev_number):
        """A revision keeps what an ordinary copy starts afresh."""
        return {
            **super()._get_new_rev_data(new_rev_number),
            "renewed_order_id": self.renewed_order_id.id,
            "contract_start": self.contract_start,
            "specific_needs": self.specific_needs,
            "special_requirements": self.special_requirements,
        }
