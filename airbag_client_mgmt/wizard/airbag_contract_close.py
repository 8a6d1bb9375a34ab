# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagContractClose(models.TransientModel):
    """Asks why a contract is ended early, or why it is not renewed.

    Opened by ``sale.order.action_terminate`` and ``action_renewal_lost``.
    PRO 008 §5.2.3, §5.5.3.
    """

    _name = "airbag.contract.close"
    _description = "Close a Contract"

    # === FIELDS === #
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Contract", required=True, readonly=True
    )
    company_id = fields.Many2one(related="order_id.company_id")
    kind = fields.Selection(
        selection=[("termination", "Early termination"), ("lost", "Renewal lost")],
        required=True,
        readonly=True,
        default="termination",
    )
    date = fields.Date(
        string="Last Day",
        default=lambda self: self.env.company._get_service_today(),
        help="Last day of the service, inclusive: later visits are cancelled.",
    )
    reason_id = fields.Many2one(
        comodel_name="airbag.contract.reason",
        required=True,
        domain="[('kind', '=', kind), ('company_id', 'in', (False, company_id))]",
    )
    along_names = fields.Char(
        string="Ended Along",
        compute="_compute_along_names",
        help="What was to replace or renew the contract, and will not begin.",
    )
    note = fields.Text(help="What the customer said; kept in the contract's log.")

    # === COMPUTE METHODS === #
    @api.depends("order_id", "kind")
    def _compute_along_names(self):
        for close in self:
            along = close.order_id.browse()
            if close.kind == "termination" and close.order_id:
                along = close.order_id._get_terminated_along().sudo()
            close.along_names = ", ".join(along.mapped("name"))

    # === ACTION METHODS === #
    def action_apply(self):
        """Close the contract, or its renewal, with the reason given."""
        self.ensure_one()
        if self.kind == "termination":
            self.order_id._terminate(self.date, self.reason_id, self.note)
        else:
            self.order_id._set_renewal_lost(self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}
