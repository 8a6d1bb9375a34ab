# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AirbagGuideSend(models.TransientModel):
    """Ask before the customers chosen are e-mailed their good practices. §5.5.2."""

    _name = "airbag.guide.send"
    _description = "Send Good Practices"

    # === FIELDS === #
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers",
        required=True,
        default=lambda self: self._default_partner_ids(),
    )
    sendable_count = fields.Integer(compute="_compute_customers")
    sendable_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="airbag_guide_send_sendable_rel",
        compute="_compute_customers",
        string="Will Receive Their Guides",
    )
    unreachable_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_customers",
        string="Without E-mail Address",
        help="They are skipped: inform them in person, or write down their address.",
    )
    informed_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_customers",
        string="Nothing to Send",
        help="Informed already, or without a service that has a guide.",
    )
    guide_ids = fields.Many2many(
        comodel_name="airbag.guide", compute="_compute_customers", string="Guides"
    )

    # === COMPUTE METHODS === #
    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return self.env["res.partner"]
        return (
            self.env["res.partner"]
            .browse(self.env.context.get("active_ids", []))
            .commercial_partner_id
        )

    @api.depends("partner_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_customers(self):
        """Tell apart who is written to, who cannot be, and who need not be."""
        for wizard in self:
            customers = wizard.partner_ids._origin.commercial_partner_id
            pending = customers.sudo()._get_pending_guides()
            waiting = customers.browse({customer.id for _company, customer in pending})
            waiting = customers & waiting
            sendable = waiting.filtered(
                lambda customer: customer._get_guide_recipient()
            )
            versions = self.env["airbag.guide.version"].union(
                *(
                    found
                    for (_company, customer), found in pending.items()
                    if customer in sendable
                )
            )
            wizard.sendable_ids = sendable
            wizard.sendable_count = len(sendable)
            wizard.unreachable_ids = waiting - sendable
            wizard.informed_ids = customers - waiting
            wizard.guide_ids = versions.guide_id

    # === ACTION METHODS === #
    def action_apply(self):
        """Queue the e-mails and say what was done.

        :raise UserError: if there is nobody to write to
        """
        self.ensure_one()
        unreachable = self.unreachable_ids
        informed = self.partner_ids._send_good_practices()
        if not informed:
            raise UserError(self._get_nobody_message(unreachable))
        message = self.env._("Customers e-mailed: %(count)s", count=len(informed))
        if unreachable:
            message += "\n" + self.env._(
                "Without e-mail address: %(names)s",
                names=", ".join(unreachable.mapped("name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if unreachable else "success",
                "sticky": bool(unreachable),
                "title": self.env._("Good Practices"),
                "message": message,
                "next": {
                    "type": "ir.actions.client",
                    "tag": "soft_reload",
                },
            },
        }

    # === BUSINESS METHODS === #
    @api.model
    def _get_nobody_message(self, unreachable):
        if unreachable:
            return self.env._(
                "None of these customers has an e-mail address: %(names)s",
                names=", ".join(unreachable.mapped("name")),
            )
        return self.env._(
            "These customers have already been informed of the good practices of "
            "their services."
        )
