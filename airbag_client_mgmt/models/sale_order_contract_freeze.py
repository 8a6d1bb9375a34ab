# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.contexts import drop_proposed

#: On the context only while a button of ours runs: no client can send an object.
BUTTON = object()


class SaleOrder(models.Model):
    """What was signed stays as it was signed. PRO 008 §5.2.3.

    A change is an amendment. The rules hold for every way in: form, wizards,
    imports and outside clients.
    """

    _inherit = "sale.order"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """A contract comes into being by its confirmation only.

        :raise AccessError: for a user who creates one confirmed, or as a renewal.
        """
        for vals in vals_list:
            self._check_contract_facts(vals)
        facts = self._get_contract_facts()
        env = self.env(context=drop_proposed(self.env.context, facts))
        orders = super(SaleOrder, self.with_env(env)).create(vals_list)
        orders = orders.with_env(self.env)
        if not self._is_button() and any(o._is_frozen_contract() for o in orders):
            raise AccessError(
                self.env._("Create the contract as a quotation and confirm it.")
            )
        return orders

    def write(self, vals):
        if self._get_frozen_contract_fields() & set(vals):
            self._check_contract_not_frozen(self.env._("terms"))
        self._check_contract_not_made_afterwards(vals)
        if vals.get("state") == "sale":
            self._check_contract_is_confirmed()
        elif "state" in vals:
            self._check_contract_may_be_undone()
        self._check_contract_facts(vals)
        return super().write(vals)

    # === ACTION METHODS === #
    def action_confirm(self):
        return super(SaleOrder, self._as_button()).action_confirm()

    # === BUSINESS METHODS === #
    def _as_button(self):
        """Return the orders as a button may change them, and no outside client."""
        return self.with_context(contract_button=BUTTON)

    def _is_button(self):
        return self.env.su or self.env.context.get("contract_button") is BUTTON

    def copy_revision_with_context(self):
        """A revision renews or amends the same contract."""
        revision = super(SaleOrder, self._as_button()).copy_revision_with_context()
        return revision.with_env(self.env)

    def _is_frozen_contract(self):
        """Tell whether the order is a contract that both parties agreed on."""
        self.ensure_one()
        return self.is_service_contract and self.state == "sale"

    def _check_contract_facts(self, vals):
        """Keep the dates and outcomes the indicators count out of reach of RPC.

        :raise AccessError: when a user writes what the buttons write.
        """
        written = self._get_contract_facts() & set(vals)
        # What is created is not yet anything: an empty value says no more.
        if not self._is_button() and any(self or vals[fname] for fname in written):
            raise AccessError(
                self.env._(
                    "The state and the outcome of a contract cannot be changed by "
                    "hand. Use the buttons of the form."
                )
            )

    def _check_contract_is_confirmed(self):
        """A contract is confirmed by its button or its signature, with what follows.

        :raise UserError: naming what is missing, or the button to use.
        """
        self._check_contract_complete()
        if self.env.context.get("contract_button") is BUTTON:
            return
        for order in self.filtered("is_service_contract"):
            if order.state != "sale":
                raise UserError(
                    self.env._(
                        "Confirm %(contract)s with its button: its visits are planned "
                        "then.",
                        contract=order.name,
                    )
                )

    def _check_contract_may_be_undone(self):
        """A contract in force is ended by a termination, never by a cancellation.

        :raise UserError: for a contract that was signed, has begun, or that another
            contract follows.
        """
        for order in self:
            if order._is_frozen_contract() and (
                order.signature
                or order.amended_order_id
                or order.contract_state != "signed"
                or order._has_successor()
            ):
                raise UserError(
                    self.env._(
                        "%(contract)s is a signed contract: end it with Terminate, "
                        "which keeps the date and the reason.",
                        contract=order.name,
                    )
                )

    def _has_successor(self):
        """Tell whether a confirmed amendment or renewal follows this contract."""
        self.ensure_one()
        order = self.sudo()
        successors = order.amendment_ids | order.renewal_order_ids
        return "sale" in successors.mapped("state")

    def _check_contract_not_made_afterwards(self, vals):
        """What was confirmed without terms does not get them afterwards.

        :raise UserError: for a confirmed order that would become a contract
        """
        templates = self.env["sale.order.template"]
        template = templates.browse(vals.get("sale_order_template_id"))
        if not (vals.get("is_service_contract") or template.is_service_contract):
            return
        for order in self.filtered(lambda order: order.state == "sale"):
            raise UserError(
                self.env._(
                    "%(order)s was confirmed without the terms of a contract: make a "
                    "new quotation for the contract.",
                    order=order.name,
                )
            )

    def _check_contract_not_frozen(self, what):
        """Refuse to change what the customer signed.

        :param str what: the part being changed, in the user's language
        :raise UserError: if one of the orders is a confirmed contract
        """
        for order in self:
            if order._is_frozen_contract():
                order._raise_frozen(what)

    def _raise_frozen(self, what):
        raise UserError(
            self.env._(
                "The %(what)s of the contract %(contract)s were signed and cannot be "
                "changed. Use Amend: it keeps what was signed and agrees the change "
                "in a new version.",
                what=what,
                contract=self.name,
            )
        )
