# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AirbagContractReason(models.Model):
    """Why a contract was ended early, or why its renewal was lost.

    Kept by the QMS responsible, chosen by Commercial. PRO 008 §5.2.3, §5.5.3.
    """

    _name = "airbag.contract.reason"
    _description = "Contract Reason"
    _order = "kind, sequence, id"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(string="Reason", required=True, translate=True)
    kind = fields.Selection(
        selection=[("termination", "Early termination"), ("lost", "Renewal lost")],
        required=True,
        default="termination",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share the reason among all companies.",
    )

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_no_answer(self):
        """Renewals that nobody answers are closed with this reason."""
        no_answer = self.env.ref(
            "airbag_client_mgmt.contract_reason_no_answer", raise_if_not_found=False
        )
        if no_answer and no_answer in self:
            raise UserError(
                self.env._(
                    "“%(reason)s” is the reason of the renewals that nobody answers: "
                    "change its words instead of deleting it.",
                    reason=no_answer.name,
                )
            )

    # === BUSINESS METHODS === #
    def _is_of(self, company):
        """Tell whether a company may give this reason."""
        self.ensure_one()
        return not self.company_id or self.company_id == company
