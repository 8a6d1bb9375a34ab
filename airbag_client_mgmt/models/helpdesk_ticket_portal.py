# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

#: What a customer reads of a ticket, on its page or by RPC. Whatever field is added to
#: the model later stays ours until it is written here.
PORTAL_FIELDS = {
    "access_url",
    "active",
    "attachment_ids",
    "category_id",
    "channel_id",
    "closed",
    "closed_date",
    "commercial_partner_id",
    "company_id",
    "create_date",
    "description",
    "display_name",
    "id",
    "kind",
    "last_stage_update",
    "name",
    "number",
    "partner_email",
    "partner_id",
    "partner_name",
    "portal_state",
    "priority",
    "promised_on",
    "received_on",
    "resolved_on",
    "sequence",
    "stage_id",
    "team_id",
    "user_id",
    "write_date",
}
PORTAL_STATES = [
    ("received", "Received"),
    ("in_progress", "We are working on it"),
    ("waiting", "We wait for your answer"),
    ("solved", "Solved"),
    ("cancelled", "Closed"),
]


class HelpdeskTicket(models.Model):
    """What the customer sees of a complaint or request. PRO 008 §5.4.2."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    portal_state = fields.Selection(
        selection=PORTAL_STATES,
        string="Status for the Customer",
        compute="_compute_portal_state",
        compute_sudo=True,
    )
    promised_on = fields.Date(
        string="Answered By",
        compute="_compute_promised_on",
        compute_sudo=True,
        help="Day by which the customer has been promised an answer, where the company "
        "works; empty once closed.",
    )

    # === COMPUTE METHODS === #
    @api.depends("stage_id")
    def _compute_portal_state(self):
        for ticket in self:
            stage = ticket.stage_id
            if stage.closed:
                solved = not stage.is_cancelled
                ticket.portal_state = "solved" if solved else "cancelled"
            elif stage.is_paused:
                ticket.portal_state = "waiting"
            elif stage.unattended:
                ticket.portal_state = "received"
            else:
                ticket.portal_state = "in_progress"

    @api.depends("resolution_deadline", "stage_id")
    def _compute_promised_on(self):
        for ticket in self:
            deadline = ticket.resolution_deadline
            ticket.promised_on = (
                ticket.company_id._get_service_date(deadline)
                if deadline and not ticket.stage_id.closed
                else False
            )

    # === BUSINESS METHODS === #
    def _get_customer_attachments(self):
        """Return the files the customer sees: not those of our notes to ourselves."""
        self.ensure_one()
        files = self.sudo().attachment_ids
        messages = self.env["mail.message"].sudo()
        messages = messages.search([("attachment_ids", "in", files.ids)])
        shared = messages.filtered(
            lambda message: not (message.is_internal or message.subtype_id.internal)
        )
        return files - (messages.attachment_ids - shared.attachment_ids)

    # === ACCESS === #
    def _has_field_access(self, field, operation):
        """Keep from customers what the company writes to itself."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user._is_portal():
            return True
        return operation == "read" and field.name in PORTAL_FIELDS
