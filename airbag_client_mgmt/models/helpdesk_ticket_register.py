# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: The clocks of a telephone and of the server may not agree.
TOLERANCE = timedelta(minutes=5)


class HelpdeskTicket(models.Model):
    """A complaint that Customer Care registers for the customer. PRO 008 §3, §5.4.2.

    From the register, from the visit, from the customer or from the contract, with what
    is known of them already filled in.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    similar_ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Open About the Same Visit",
        compute="_compute_similar_ticket_ids",
        help="Tickets of this customer about this visit, still open: perhaps the same "
        "complaint again.",
    )

    # === COMPUTE METHODS === #
    @api.depends("intervention_id", "stage_id")
    def _compute_similar_ticket_ids(self):
        """One query for all: the tickets are read in lists, too."""
        visits = self.intervention_id
        grouped = {}
        if visits:
            rows = self._read_group(
                Domain("intervention_id", "in", visits.ids)
                & Domain("stage_id.closed", "=", False),
                ["intervention_id"],
                ["id:recordset"],
            )
            grouped = dict(rows)
        for ticket in self:
            found = grouped.get(ticket.intervention_id._origin, self.browse())
            ticket.similar_ticket_ids = (
                found - ticket._origin if not ticket.stage_id.closed else False
            )

    # === CONSTRAINTS === #
    @api.constrains("received_on")
    def _check_received_on_past(self):
        """What the customer said was said: yesterday perhaps, not tomorrow."""
        latest = fields.Datetime.now() + TOLERANCE
        if any(ticket.received_on > latest for ticket in self):
            raise ValidationError(
                self.env._("A ticket cannot be received in the future.")
            )

    # === BUSINESS METHODS === #
    @api.model
    def _get_register_action(self, partner, **links):
        """Return the window of a new complaint, with what is known filled in.

        :param partner: who complains
        :param links: other values, such as the visit
        """
        category = self.env.ref(
            "airbag_client_mgmt.helpdesk_category_general", raise_if_not_found=False
        )
        channel = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        defaults = {
            "kind": "complaint",
            "category_id": category and category.id,
            "team_id": category and category.team_id.id,
            "channel_id": channel.id,
            "partner_id": partner.id,
            **links,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Complaint"),
            "res_model": "helpdesk.ticket",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }
