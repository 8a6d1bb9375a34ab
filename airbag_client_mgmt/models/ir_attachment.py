# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError


class IrAttachment(models.Model):
    """The signature of a contract and the document that was signed. PRO 008 §5.2.3."""

    _inherit = "ir.attachment"

    # === CRUD METHODS === #
    def write(self, vals):
        if {"datas", "raw", "res_field", "res_id", "res_model"} & set(vals):
            self._check_not_signed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_not_signed()

    # === BUSINESS METHODS === #
    def _check_not_signed(self):
        """What the system attached to a signed contract is evidence.

        :raise AccessError: for a user who changes or deletes it
        """
        if self.env.su:
            return
        evidence = self.sudo().filtered(lambda file: file._may_be_signed())
        if not evidence:
            return
        # What somebody sent by e-mail is stored by the system as well.
        messages = self.env["mail.message"].sudo()
        evidence -= messages.search(
            [("attachment_ids", "in", evidence.ids), ("message_type", "=", "email")]
        ).attachment_ids
        orders = self.env["sale.order"].sudo().browse(evidence.mapped("res_id"))
        if any(order._is_frozen_contract() for order in orders.exists()):
            raise AccessError(
                self.env._(
                    "What was signed is evidence: it is neither changed nor deleted."
                )
            )

    def _may_be_signed(self):
        """Tell a signature, or a document that the system attached, as when signed."""
        self.ensure_one()
        return self.res_model == "sale.order" and (
            bool(self.res_field)
            or (
                self.mimetype == "application/pdf"
                and self.create_uid == self.env.ref("base.user_root")
            )
        )
