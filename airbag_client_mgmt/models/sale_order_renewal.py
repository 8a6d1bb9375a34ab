# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.renewals import ACTIVITY_RENEWAL, OPEN_STATES


class SaleOrder(models.Model):
    """The renewal of a contract, offered before it ends. PRO 008 §5.5.3."""

    _inherit = "sale.order"

    # === FIELDS === #
    renewed_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Renews",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The contract this one renews.",
    )
    renewal_order_ids = fields.One2many(
        comodel_name="sale.order", inverse_name="renewed_order_id", string="Renewals"
    )
    renewal_order_count = fields.Integer(compute="_compute_renewal_order_count")
    renewal_state = fields.Selection(
        selection=[
            ("not_due", "Not due"),
            ("due", "Due"),
            ("contacted", "Contacted"),
            ("offered", "Offered"),
            ("renewed", "Renewed"),
            ("lost", "Lost"),
        ],
        compute="_compute_renewal_state",
        group_expand="_expand_renewal_states",
        store=True,
        index="btree_not_null",
        copy=False,
        tracking=True,
        help="Due: the end is near. Contacted: the customer was asked. Offered: a "
        "renewal was sent. Renewed: it was signed. Lost: terminated, declined, or no "
        "signature within the grace period.",
    )
    renewal_notified_on = fields.Datetime(
        string="Announced On",
        copy=False,
        readonly=True,
        help="When the salesperson and the customer were told that it is due.",
    )
    renewal_lost_reason_id = fields.Many2one(
        comodel_name="airbag.contract.reason",
        copy=False,
        readonly=True,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', 'lost')]",
    )

    _renewal_signed_uniq = models.UniqueIndex(
        "(renewed_order_id) WHERE state = 'sale' AND renewed_order_id IS NOT NULL"
        " AND (terminated_on IS NULL OR terminated_on >= contract_start)",
        "The contract already has a signed renewal.",
    )

    # === COMPUTE METHODS === #
    @api.depends("renewal_order_ids")
    def _compute_renewal_order_count(self):
        counts = dict(
            self.env["sale.order"]._read_group(
                [("renewed_order_id", "in", self.ids), ("state", "!=", "cancel")],
                ["renewed_order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.renewal_order_count = counts.get(order._origin, 0)

    @api.depends(
        "contract_state",
        "contract_end",
        "terminated_on",
        "replaced_on",
        "renewal_contacted_on",
        "renewal_notified_on",
        "renewal_lost_reason_id",
        "renewal_order_ids.state",
        "renewal_order_ids.terminated_on",
    )
    def _compute_renewal_state(self):
        for company, orders in self.grouped("company_id").items():
            today = company._get_service_today()
            for order in orders:
                order.renewal_state = order._get_renewal_state(today)

    @api.model
    def _expand_renewal_states(self, states, domain):
        """Show the columns of renewals to decide, in the order of the work."""
        shown = {*states, *OPEN_STATES}
        return [
            state
            for state, _label in self._fields["renewal_state"].selection
            if state in shown
        ]

    # === ACTION METHODS === #
    def action_renew(self):
        """Open the renewal quotation, made now or still open.

        :return: the window of the quotation
        :raise UserError: if the contract cannot be renewed, or was already.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_renewable()
        # Two salespeople at the same time must end in the same quotation.
        self.lock_for_update(allow_referencing=True)
        renewal = self._get_open_renewal() or self._create_renewal()
        if self.renewal_lost_reason_id:
            self.sudo().renewal_lost_reason_id = False
        return renewal._get_form_action(self.env._("Renewal"))

    def action_renewal_lost(self):
        """Ask why the customer does not renew.

        :raise UserError: if the contract cannot be renewed, or was already.
        """
        self.ensure_one()
        self._check_renewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renewal Lost"),
            "res_model": "airbag.contract.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id, "default_kind": "lost"},
        }

    def action_view_renewals(self):
        """Open the whole chain: the contracts before and after this one."""
        self.ensure_one()
        return self._get_contract_list_action(
            self.env._("Renewals"), self._get_renewal_chain()
        )

    # === BUSINESS METHODS === #
    def _get_contract_list_action(self, name, contracts):
        """Return the window of some contracts, shown as contracts are."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sale.order",
            "view_mode": "list,form",
            "views": [
                (
                    self.env.ref("airbag_client_mgmt.sale_order_view_list_contract").id,
                    "list",
                ),
                (False, "form"),
            ],
            "domain": [("id", "in", contracts.ids)],
        }

    def _get_form_action(self, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sale.order",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_renewal_state(self, today):
        """Return the state of the renewal of one contract on a day."""
        self.ensure_one()
        if self.contract_state in (False, "draft") or self.replaced_on:
            return False
        if self.terminated_on:
            # What never came into force had nothing to renew.
            return False if self._is_withdrawn() else "lost"
        if self._get_signed_renewal():
            return "renewed"
        if not self.contract_end:
            return "not_due"
        grace = timedelta(days=self.company_id.renewal_grace_days)
        if self.renewal_lost_reason_id or today > self.contract_end + grace:
            return "lost"
        if "sent" in self.sudo().renewal_order_ids.mapped("state"):
            return "offered"
        return self._get_renewal_contact_state(today)

    def _get_renewal_contact_state(self, today):
        """Tell due from contacted. A talk before the notice is no answer to it."""
        due_on = self.contract_end - timedelta(days=self.company_id.renewal_notice_days)
        if self.renewal_contacted_on and self.renewal_contacted_on >= due_on:
            return "contacted"
        return "due" if self.renewal_notified_on or today >= due_on else "not_due"

    def _is_withdrawn(self):
        """Tell whether the contract was terminated before it came into force."""
        self.ensure_one()
        return bool(self.terminated_on) and self.terminated_on < self._get_first_day()

    def _get_signed_renewal(self):
        """Return the renewal that follows the contract, read as the system."""
        self.ensure_one()
        return self.sudo().renewal_order_ids.filtered(
            lambda order: order.state == "sale" and not order._is_withdrawn()
        )[:1]

    def _check_renewable(self):
        self.ensure_one()
        if renewal := self._get_signed_renewal():
            raise UserError(
                self.env._(
                    "%(contract)s was already renewed by %(renewal)s.",
                    contract=self.name,
                    renewal=renewal.name,
                )
            )
        if not self.renewal_state or self.terminated_on or not self.contract_end:
            raise UserError(
                self.env._(
                    "%(contract)s cannot be renewed: only a signed contract with a "
                    "last day, not terminated, can.",
                    contract=self.name,
                )
            )

    def _get_open_renewal(self):
        renewals = self.sudo().renewal_order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        return renewals[:1].sudo(False)

    def _create_renewal(self):
        """Create the renewal quotation: same services and terms, today's prices."""
        self.ensure_one()
        renewal = self._as_button().copy(self._prepare_renewal_values())
        renewal = renewal.with_env(self.env)
        renewal._recompute_prices()
        renewal.message_post(
            body=self.env._(
                "Renewal of %(contract)s, which ends on %(end)s.",
                contract=self.name,
                end=format_date(self.env, self.contract_end),
            ),
            subtype_xmlid="mail.mt_note",
        )
        return renewal

    def _prepare_renewal_values(self):
        """Return what differs from the contract being renewed."""
        return {
            "renewed_order_id": self.id,
            "contract_start": self.contract_end + timedelta(days=1),
            "opportunity_id": False,
            "origin": self.name,
        }

    def _get_renewal_chain(self):
        """Return the contracts linked by renewals and amendments, in their order."""
        # Links between the contracts of several salespeople: read as the system.
        chain = new = self.sudo()
        while new:
            linked = (
                new.renewed_order_id
                | new.renewal_order_ids
                | new.amended_order_id
                | new.amendment_ids
            )
            new = linked - chain
            chain |= new
        return chain.sorted(
            lambda order: (order._get_first_day() or date.max, order.id)
        ).with_env(self.env)

    def _get_contract_error_message(self):
        """Refuse a second renewal, and one that overlaps what it renews."""
        return (
            super()._get_contract_error_message() or self._get_renewal_error_message()
        )

    def _get_renewal_error_message(self):
        # The contract and its other renewals may belong to another salesperson.
        old = self.sudo().renewed_order_id
        if not old:
            return False
        if old._get_signed_renewal() - self:
            return self.env._(
                "%(contract)s already has a signed renewal.", contract=old.name
            )
        if old.terminated_on:
            return self.env._(
                "%(contract)s was terminated: make a new quotation for its customer.",
                contract=old.name,
            )
        return self._get_renewal_start_message(old)

    def _get_renewal_start_message(self, old):
        """Return why the renewal leaves a gap or overlaps, or False.

        A customer who comes back after the renewal was lost begins another day.
        """
        if not old.contract_end:
            return self.env._(
                "%(contract)s has no last day: it goes on without a renewal.",
                contract=old.name,
            )
        if not self.contract_start:
            return False
        day = old.contract_end + timedelta(days=1)
        if self.contract_start == day:
            return False
        if self.contract_start > day and old.renewal_state == "lost":
            return False
        return self.env._(
            "The renewal must begin on %(day)s, the day after %(contract)s ends, so "
            "that the service neither stops nor is agreed twice.",
            contract=old.name,
            day=format_date(self.env, day),
        )

    def _action_confirm(self):
        result = super()._action_confirm()
        renewed = self.sudo().renewed_order_id
        renewed.activity_feedback([ACTIVITY_RENEWAL])
        renewed.filtered("renewal_lost_reason_id").renewal_lost_reason_id = False
        return result

    def _action_cancel(self):
        """The customer declined, or withdrew: somebody must ask why."""
        result = super()._action_cancel()
        for order in self.sudo().filtered("renewed_order_id"):
            renewed = order.renewed_order_id
            user = renewed._get_renewal_user()
            renewed._remind_of_renewal(
                renewed.with_context(lang=user.lang).env._(
                    "The renewal %(renewal)s was cancelled or declined: ask the "
                    "customer why, offer another one, or record it as lost.",
                    renewal=order.name,
                )
            )
        return result

    def _set_renewal_lost(self, reason, note=False):
        """Close the renewal with the customer's reason. Called by the wizard.

        :param reason: ``airbag.contract.reason`` of kind lost
        """
        self.check_access("write")
        self._check_renewable()
        if reason.kind != "lost" or not reason._is_of(self.company_id):
            raise UserError(self.env._("Choose why the customer does not renew."))
        self.sudo().renewal_lost_reason_id = reason
        if note:
            self.message_post(body=note, subtype_xmlid="mail.mt_note")
        self.activity_feedback([ACTIVITY_RENEWAL], feedback=reason.name)
