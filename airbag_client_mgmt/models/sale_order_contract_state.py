# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.renewals import ACTIVITY_RENEWAL


class SaleOrder(models.Model):
    """The life of a contract: signed, active, ended, or terminated early.

    The state is stored, so that lists can be filtered and grouped by it. It
    follows the calendar of the company: ``ir_cron_renewals`` is called for the
    first minute of the day on which a contract starts and of the day after it
    ends, and once a day in any case. PRO 008 §5.2.3.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    contract_state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("signed", "Signed"),
            ("active", "Active"),
            ("ended", "Ended"),
            ("terminated", "Terminated"),
        ],
        compute="_compute_contract_state",
        store=True,
        index="btree_not_null",
        copy=False,
        tracking=True,
        help="Signed: confirmed, but its first day has not come.",
    )
    terminated_on = fields.Date(
        copy=False,
        readonly=True,
        tracking=True,
        help="Last day of the service when the contract is ended before its term.",
    )
    termination_reason_id = fields.Many2one(
        comodel_name="airbag.contract.reason",
        copy=False,
        readonly=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', 'termination')]",
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "state",
        "is_service_contract",
        "contract_start",
        "contract_end",
        "terminated_on",
        "amended_order_id",
        "amendment_start",
        "replaced_on",
    )
    def _compute_contract_state(self):
        for company, orders in self.grouped("company_id").items():
            today = company._get_service_today()
            for order in orders:
                order.contract_state = order._get_contract_state(today)

    # === ACTION METHODS === #
    def action_terminate(self):
        """Ask for the last day and the reason of an early termination.

        :raise UserError: if the contract is not in force.
        """
        self._check_terminable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate the Contract"),
            "res_model": "airbag.contract.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id, "default_kind": "termination"},
        }

    # === BUSINESS METHODS === #
    def _get_contract_state(self, today):
        """Return the state of one contract on a day; False when it is none."""
        self.ensure_one()
        if not self.is_service_contract or self.state == "cancel":
            return False
        if self.state != "sale":
            return "draft"
        if self.terminated_on and self.terminated_on <= today:
            return "terminated"
        first, last = self._get_first_day(), self._get_last_day()
        if last and (last < today or last < first):
            return "ended"
        if first and first > today:
            return "signed"
        return "active"

    def _get_last_day(self):
        """Return the last day of this version of the contract, or False."""
        self.ensure_one()
        days = [day for day in (self.contract_end, self.replaced_on) if day]
        return min(days, default=False)

    def _check_terminable(self):
        self.ensure_one()
        if self.contract_state not in ("signed", "active") or self.terminated_on:
            raise UserError(
                self.env._(
                    "%(contract)s is not in force: only a signed or active contract "
                    "can be terminated.",
                    contract=self.name,
                )
            )

    def _terminate(self, day, reason, note=False):
        """End the contract on ``day``, its last day, and cancel later visits.

        Called by the wizard.

        :param date day: last day of the service, inclusive
        :param reason: ``airbag.contract.reason`` of kind termination
        :raise UserError: if the contract is not in force, or the day not in its term
        """
        self.check_access("write")
        self._check_terminable()
        self._check_termination_reason(reason)
        self._check_termination_day(day)
        contracts = self | self._get_terminated_along()
        contracts.sudo().write(
            {
                "terminated_on": day,
                "termination_reason_id": reason.id,
                "replaced_on": False,
            }
        )
        contracts.sudo().activity_unlink([ACTIVITY_RENEWAL])
        contracts._get_open_proposals()._action_cancel()
        if note:
            self.message_post(body=note, subtype_xmlid="mail.mt_note")
        visits = contracts._get_open_visits(
            since=self.company_id._localize_service_time(day + timedelta(days=1), 0)
        )
        if day <= self.company_id._get_service_today():
            visits |= contracts._get_open_visits().filtered(
                lambda visit: not visit.planned_start
            )
        visits.action_cancel()
        self._schedule_contract_refresh()

    def _get_terminated_along(self):
        """Return what was to follow this contract, and will never take effect.

        The versions that were to replace it, and the renewal with its own.
        """
        self.ensure_one()
        later = self._get_signed_amendments()
        renewals = (self.sudo() | later).mapped(
            lambda order: order._get_signed_renewal()
        )
        following = later | renewals
        for renewal in renewals:
            following |= renewal._get_terminated_along()
        return following.sudo(self.env.su)

    def _get_open_proposals(self):
        """Return the quotations that would amend or renew these contracts."""
        proposals = self.sudo().amendment_ids | self.sudo().renewal_order_ids
        return proposals.filtered(lambda order: order.state in ("draft", "sent"))

    def _check_termination_reason(self, reason):
        """:raise UserError: if the reason is none of an early termination."""
        if reason.kind != "termination" or not reason._is_of(self.company_id):
            raise UserError(self.env._("Choose the reason of the termination."))

    def _check_termination_day(self, day):
        """:raise UserError: if this version of the contract does not hold then."""
        if not day:
            raise UserError(self.env._("Choose the last day of the service."))
        first, last = self._get_first_day(), self._get_last_day()
        if last and day > last:
            raise UserError(
                self.env._(
                    "%(contract)s ends on %(end)s anyway: terminate it on an earlier "
                    "day, or terminate what replaces it.",
                    contract=self.name,
                    end=format_date(self.env, last),
                )
            )
        begun = self.contract_state == "active" or self.amended_order_id
        if day < first and begun:
            raise UserError(
                self.env._(
                    "%(contract)s began on %(start)s: it cannot have ended before.",
                    contract=self.name,
                    start=format_date(self.env, first),
                )
            )

    def _action_confirm(self):
        result = super()._action_confirm()
        contracts = self.filtered("is_service_contract")
        contracts._assign_obligations()
        contracts._schedule_contract_refresh()
        return result

    def _assign_obligations(self):
        """Leave no obligation without someone who sees to it."""
        for order in self.filtered("user_id"):
            unassigned = order.obligation_ids.filtered(lambda o: not o.user_id)
            # One message for each obligation would only be noise.
            unassigned.with_context(
                mail_auto_subscribe_no_notify=True
            ).user_id = order.user_id

    def _schedule_contract_refresh(self):
        """Have the state change at midnight of the days on which it does."""
        moments = set()
        now = fields.Datetime.now()
        for order in self:
            company = order.company_id
            days = [order._get_first_day(), order.terminated_on]
            if last := order._get_last_day():
                days.append(last + timedelta(days=1))
            moments.update(
                company._localize_service_time(day, 0) for day in days if day
            )
        moments = sorted(moment for moment in moments if moment > now)
        if moments:
            cron = self.env.ref(
                "airbag_client_mgmt.ir_cron_renewals", raise_if_not_found=False
            )
            if cron:
                cron.sudo()._trigger(at=moments)
