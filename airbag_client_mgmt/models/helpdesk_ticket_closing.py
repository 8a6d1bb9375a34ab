# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .helpdesk_ticket_resolution import ACTIVITY_TODO

TEMPLATE_REJECTED = "airbag_client_mgmt.mail_template_ticket_rejected"


def _is_blank(text):
    return not (text or "").strip()


class HelpdeskTicket(models.Model):
    """Closing needs what an auditor asks for, and reopening says why. §5.4.2.

    Of what was resolved, the cause and the action (ISO 9001 10.2); of what was
    rejected or cancelled, the reason (ISO 10002 8.7).
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    customer_answer = fields.Text(
        groups="base.group_user",
        copy=False,
        tracking=True,
        help="What the customer reads in the e-mail that says that it is resolved, or "
        "why it is not accepted. The cause and the action are for us.",
    )
    cancel_reason = fields.Text(
        groups="base.group_user",
        copy=False,
        tracking=True,
        help="Why a complaint or claim was closed without resolving it. Needed to "
        "cancel or reject it.",
    )

    # === CONSTRAINTS === #
    @api.constrains(
        "stage_id", "kind", "root_cause", "corrective_action", "cancel_reason"
    )
    def _check_closing(self):
        """Refuse to close a complaint of which nothing is known."""
        for ticket in self:
            if not ticket.closed or not ticket._is_complaint() or ticket.duplicate_id:
                continue
            if ticket.stage_id.is_cancelled:
                if _is_blank(ticket.cancel_reason):
                    raise ValidationError(
                        self.env._(
                            "Before closing %(number)s without resolving it, open it "
                            "and write the reason (page “Resolution”).",
                            number=ticket.number,
                        )
                    )
            elif _is_blank(ticket.root_cause) or _is_blank(ticket.corrective_action):
                raise ValidationError(
                    self.env._(
                        "Before closing %(number)s, open it and write its root cause "
                        "and its corrective action (page “Resolution”).",
                        number=ticket.number,
                    )
                )

    # === CRUD METHODS === #
    def write(self, vals):
        """Ask whoever moves a closed complaint back to an open stage why.

        The button Reopen asks before; a card that is dragged, or another program,
        cannot. The answer to the activity stays on the ticket.
        """
        closed = self.browse()
        if vals.get("stage_id") and not self.env.su:
            closed = self.filtered(lambda ticket: ticket.closed)
        result = super().write(vals)
        for ticket in closed:
            if not ticket.closed and ticket._is_complaint():
                ticket._give_activity(
                    ACTIVITY_TODO,
                    self.env.user,
                    self.env._("Write why you reopened it"),
                )
        return result

    # === ACTION METHODS === #
    def action_reopen(self):
        """Open the window that asks why a closed ticket is reopened."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen"),
            "res_model": "airbag.ticket.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # === BUSINESS METHODS === #
    def _reopen(self, reason, author=None):
        """Move a closed ticket back to where it is worked on, and note why.

        Called by the window of :meth:`action_reopen`, by the customer's “No”, and by
        quality when the action did not work.

        :param author: partner who says so, when it is not the user
        :raise UserError: without reason, when it is open, or no stage is worked in.
        """
        self.ensure_one()
        if _is_blank(reason):
            raise UserError(self.env._("Write why it is reopened."))
        if not self.closed:
            raise UserError(
                self.env._("%(number)s is already open.", number=self.number)
            )
        stage = self._get_working_stage()
        if not stage:
            raise UserError(self.env._("The area has no stage in which it works."))
        ticket = self.sudo()
        ticket.stage_id = stage
        ticket.message_post(
            body=self.env._("Reopened: %(reason)s", reason=reason.strip()),
            author_id=author.id if author else None,
            subtype_xmlid="mail.mt_note",
        )

    def _after_rejection(self):
        """Tell the customer why, when an answer was written for that."""
        if self._is_complaint() and not _is_blank(self.sudo().customer_answer):
            # Followed as the other answers are, by mail.mail: it arrives, or is told.
            self.sudo().confirmation_message_id = self._send_customer_mail(
                TEMPLATE_REJECTED
            )
        return super()._after_rejection()
