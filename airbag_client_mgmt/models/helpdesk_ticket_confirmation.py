# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from .helpdesk_ticket_resolution import ACTIVITY_TODO

TEMPLATE = "airbag_client_mgmt.mail_template_ticket_resolved"
#: How long the customer may answer with the link of the e-mail.
ANSWERABLE = timedelta(days=60)
CONFIRMATIONS = [("yes", "Solved"), ("no", "Not solved")]


class HelpdeskTicket(models.Model):
    """The customer is told what was done, and says whether it is solved. ISO 10002 7.9.

    Each resolution asks anew, with a link of its own; “No” reopens the ticket.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    confirmation_token = fields.Char(
        readonly=True, copy=False, groups="base.group_system"
    )
    confirmation_message_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    confirmation_requested_on = fields.Datetime(
        readonly=True, copy=False, help="When the customer was last asked."
    )
    customer_confirmed = fields.Selection(
        selection=CONFIRMATIONS,
        string="Solved for the Customer",
        readonly=True,
        copy=False,
        tracking=True,
        help="What the customer said of the last resolution; empty until then.",
    )
    customer_comment = fields.Text(readonly=True, copy=False)
    customer_confirmed_on = fields.Datetime(readonly=True, copy=False)

    # === ACTION METHODS === #
    def action_confirm_solved(self):
        """Record that the customer told an employee that it is solved."""
        self._confirm_for_customer("yes")

    def action_confirm_unsolved(self):
        """Record that the customer told an employee that it is not; reopens it."""
        self._confirm_for_customer("no")

    # === BUSINESS METHODS === #
    def _after_resolution(self):
        """Tell the customer what was done and ask, unless the customer closed it."""
        ticket = self.sudo()
        ticket.write(
            {
                "confirmation_token": secrets.token_urlsafe(24),
                "confirmation_message_id": False,
                "confirmation_requested_on": False,
                "customer_confirmed": False,
                "customer_comment": False,
                "customer_confirmed_on": False,
            }
        )
        if self.env.user.share and not self.env.user._is_public():
            ticket.write(
                {
                    "customer_confirmed": "yes",
                    "customer_confirmed_on": fields.Datetime.now(),
                }
            )
        elif message := self._send_customer_mail(TEMPLATE):
            ticket.write(
                {
                    "confirmation_message_id": message.id,
                    "confirmation_requested_on": fields.Datetime.now(),
                }
            )
        return super()._after_resolution()

    def _get_confirmation_url(self, answer):
        """Return the page on which the customer says ``yes`` or ``no``."""
        self.ensure_one()
        token = self.sudo().confirmation_token
        path = f"/ticket/solved/{self.id}/{token}"
        return f"{self.get_base_url()}{path}?answer={answer}"

    def _get_confirmation_state(self, token):
        """Return what a link of the e-mail can still do.

        :return: ``invalid`` (no such link), ``answered``, ``reopened`` (worked on
            again), ``expired`` or ``open``
        """
        known = self.sudo().confirmation_token if self else ""
        if not known or not consteq(known, token or ""):
            return "invalid"
        if self.customer_confirmed:
            return "answered"
        if not self.closed:
            return "reopened"
        asked = self.confirmation_requested_on or self.resolved_on
        if not asked or asked + ANSWERABLE < fields.Datetime.now():
            return "expired"
        return "open"

    def _get_question_token(self, user):
        """Return the token with which a customer answers on the ticket's own page.

        Called by that page, for who may read it; empty when nothing is asked, or an
        employee looks at it.
        """
        self.ensure_one()
        ticket = self.sudo()
        token = ticket.confirmation_token
        asked = (
            ticket.company_id.ticket_confirmation
            and not user._is_internal()
            and ticket._get_confirmation_state(token) == "open"
        )
        return token if asked else ""

    def _record_confirmation(self, answer, comment="", author=None):
        """Record once what the customer says; “No” reopens the ticket.

        Called by the customer's page, as the system, and by the buttons of staff.

        :param author: partner of the customer, when the customer says it
        """
        self.ensure_one()
        ticket = self.sudo()
        ticket.write(
            {
                "customer_confirmed": answer,
                "customer_comment": comment.strip(),
                "customer_confirmed_on": fields.Datetime.now(),
            }
        )
        if answer == "yes":
            said = self.env._("The customer says that it is solved.")
        else:
            said = self.env._("The customer says that it is not solved.")
        reason = f"{said} {comment.strip()}".strip()
        if answer == "yes":
            ticket.message_post(
                body=reason,
                author_id=author.id if author else None,
                subtype_xmlid="mail.mt_note",
            )
            return
        self._reopen(reason, author=author)
        leader = self._get_escalation_user()
        for user in self._get_responsible_user() | leader:
            env = self.with_context(lang=user.lang).env
            self._give_activity(
                ACTIVITY_TODO,
                user,
                env._("The customer says that it is not solved"),
                note=comment.strip(),
            )

    def _confirm_for_customer(self, answer):
        """Record what the customer told an employee.

        :raise UserError: when it is not resolved, or the customer has answered.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.resolved_on or self.customer_confirmed:
            raise UserError(
                self.env._(
                    "The customer is asked once for each resolution of %(number)s.",
                    number=self.number,
                )
            )
        self._record_confirmation(answer)
