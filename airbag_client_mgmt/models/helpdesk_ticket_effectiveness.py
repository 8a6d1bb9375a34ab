# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .helpdesk_ticket_closing import _is_blank
from .helpdesk_ticket_resolution import ACTIVITY_TODO

ACTIVITY_EFFECTIVENESS = "airbag_client_mgmt.mail_activity_type_effectiveness"
GROUP_QUALITY = "airbag_client_mgmt.group_quality_manager"
RESULTS = [("effective", "Effective"), ("not_effective", "Not effective")]


class HelpdeskTicket(models.Model):
    """Quality checks whether the corrective action worked. ISO 9001 10.2.1 d.

    Some time after a complaint or claim is resolved. If it did not, the ticket is
    reopened: its cause is looked for again, and the action checked again.
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    effectiveness = fields.Text(
        groups="base.group_user",
        copy=False,
        tracking=True,
        help="Whether the corrective action worked, checked afterwards by quality: "
        "what was looked at, and what was found.",
    )
    effectiveness_due = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_user",
        index="btree_not_null",
        help="When quality checks whether the corrective action worked.",
    )
    effectiveness_result = fields.Selection(
        selection=RESULTS,
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    effectiveness_checked_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, groups="base.group_user"
    )
    effectiveness_checked_on = fields.Datetime(
        readonly=True, copy=False, groups="base.group_user"
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("effectiveness") for vals in vals_list):
            self._check_may_judge()
        return super().create(vals_list)

    def write(self, vals):
        """Who resolved a complaint does not judge it.

        :raise AccessError: when anybody but quality writes what was found.
        """
        if "effectiveness" in vals:
            self._check_may_judge()
        return super().write(vals)

    # === ACTION METHODS === #
    def action_effective(self):
        """Record that the corrective action worked. Called by quality."""
        self._record_effectiveness("effective")

    def action_not_effective(self):
        """Record that it did not, and reopen the ticket. Called by quality."""
        for ticket in self:
            ticket._record_effectiveness("not_effective")
            ticket._reopen(
                self.env._(
                    "The corrective action was not effective. %(found)s",
                    found=ticket.effectiveness,
                )
            )
            user = ticket._get_responsible_user()
            ticket._give_activity(
                ACTIVITY_TODO,
                user,
                ticket.with_context(lang=user.lang).env._(
                    "The corrective action was not effective"
                ),
            )

    # === BUSINESS METHODS === #
    def _check_may_judge(self):
        if not (self.env.su or self.env.user.has_group(GROUP_QUALITY)):
            raise AccessError(
                self.env._("Only the QMS responsible checks the effectiveness.")
            )

    def _after_resolution(self):
        """Give quality a day to check what was done."""
        ticket = self.sudo()
        days = ticket.company_id.effectiveness_check_days
        checked = ticket._is_complaint() and days > 0
        today = ticket.company_id._get_service_today()
        if ticket.effectiveness_result:
            # What was found of another action; the chatter keeps it.
            ticket.effectiveness = False
        ticket.write(
            {
                "effectiveness_due": checked and today + timedelta(days=days),
                "effectiveness_result": False,
                "effectiveness_checked_by": False,
                "effectiveness_checked_on": False,
            }
        )
        # History is checked when it is written.
        if checked and not self.env.context.get("tracking_disable"):
            user = ticket.company_id._get_quality_user()
            env = ticket.with_context(lang=user.lang).env
            # It is for later: an e-mail now would be read and forgotten.
            ticket.with_context(mail_activity_quick_update=True)._give_activity(
                ACTIVITY_EFFECTIVENESS,
                user,
                env._("Check whether the corrective action worked"),
                days=days,
            )
        return super()._after_resolution()

    def _after_reopening(self):
        """What is not resolved cannot be checked yet."""
        ticket = self.sudo()
        ticket.activity_unlink([ACTIVITY_EFFECTIVENESS])
        ticket.effectiveness_due = False
        return super()._after_reopening()

    def _record_effectiveness(self, result):
        """Record who found what, and when.

        :raise UserError: when it is not resolved, or nothing was written about it.
        """
        self._check_may_judge()
        self.check_access("write")
        for ticket in self.sudo():
            if not (ticket.resolved_on and ticket._is_complaint()):
                raise UserError(
                    self.env._("Only a resolved complaint or claim is checked.")
                )
            if _is_blank(ticket.effectiveness):
                raise UserError(
                    self.env._(
                        "Write first what was looked at and what was found "
                        "(Effectiveness, page “Resolution”)."
                    )
                )
            ticket.write(
                {
                    "effectiveness_result": result,
                    "effectiveness_checked_by": self.env.user.id,
                    "effectiveness_checked_on": fields.Datetime.now(),
                }
            )
            ticket.activity_feedback([ACTIVITY_EFFECTIVENESS])
