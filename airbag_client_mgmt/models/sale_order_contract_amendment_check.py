# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class SaleOrder(models.Model):
    """When a signed contract may change, and to what. PRO 008 §5.2.3."""

    _inherit = "sale.order"

    # === BUSINESS METHODS === #
    def _check_amendable(self):
        self.ensure_one()
        if message := self._get_not_amendable_message():
            raise UserError(message)

    def _get_not_amendable_message(self):
        """Return why this version cannot be replaced, or False."""
        replacement = self._get_signed_amendments()
        if replacement:
            return self.env._(
                "%(contract)s was replaced by %(amendment)s: amend that one.",
                contract=self.name,
                amendment=replacement[:1].name,
            )
        if self.contract_state not in ("signed", "active") or self.terminated_on:
            return self.env._(
                "%(contract)s is not in force: only a signed or active contract can "
                "be amended.",
                contract=self.name,
            )
        return False

    def _get_missing_contract_terms(self):
        missing = super()._get_missing_contract_terms()
        if self.amended_order_id:
            if not self.amendment_start:
                missing.append(self.env._("first day of the amended terms"))
            if not (self.amendment_reason or "").strip():
                missing.append(self.env._("what the amendment changes"))
        return missing

    def _get_frozen_contract_fields(self):
        return super()._get_frozen_contract_fields() | {
            "amendment_reason",
            "amendment_start",
        }

    def _get_contract_facts(self):
        return super()._get_contract_facts() | {"amended_order_id", "replaced_on"}

    def _get_contract_error_message(self):
        return super()._get_contract_error_message() or self._get_amendment_message()

    def _get_amendment_message(self):
        """Return why this amendment cannot replace the version before, or False."""
        # The contract may belong to another salesperson.
        old = self.sudo().amended_order_id
        if not old or self.state == "sale":
            return False
        return (
            old._get_not_amendable_message()
            or self._get_amended_customer_message(old)
            or self._get_amendment_start_message(old)
            or self._get_amendment_term_message()
            or self._get_amendment_renewal_message(old)
        )

    def _get_amended_customer_message(self, old):
        if self.commercial_partner_id == old.commercial_partner_id:
            return False
        return self.env._(
            "%(contract)s is a contract with %(customer)s: terminate it and sign "
            "another one with the new customer.",
            contract=old.name,
            customer=old.commercial_partner_id.name,
        )

    def _get_amendment_start_message(self, old):
        """The days before the amendment are those of the version before."""
        if self.contract_start != old.contract_start and not old._may_begin_anew():
            return self.env._(
                "The first day of %(contract)s, %(start)s, cannot change any more.",
                contract=old.name,
                start=format_date(self.env, old.contract_start),
            )
        begun = not old._may_begin_anew()
        if begun and self.amendment_start < old._get_first_day():
            return self.env._(
                "%(contract)s holds from %(start)s on: the amended terms cannot begin "
                "before.",
                contract=old.name,
                start=format_date(self.env, old._get_first_day()),
            )
        return False

    def _get_amendment_term_message(self):
        """The amended terms are agreed for days to come, within the contract."""
        moment = self.signed_on or fields.Datetime.now()
        signed = self.company_id._get_service_date(moment)
        if self.amendment_start < signed or (
            self.contract_end and self.contract_end < signed
        ):
            return self.env._(
                "The amended terms must begin on the day of the signature or later, "
                "and the contract must not have ended by then: to end it, terminate "
                "it."
            )
        first, last = self.contract_start, self.contract_end
        if self.amendment_start < first or (last and self.amendment_start > last):
            return self.env._(
                "The amended terms must begin within the contract: not before "
                "%(start)s, nor after %(end)s.",
                start=format_date(self.env, first),
                end=format_date(self.env, last) if last else "–",
            )
        return False

    def _get_amendment_renewal_message(self, old):
        """A renewal already signed begins when it was agreed to begin."""
        renewal = old._get_signed_renewal()
        if renewal and self.contract_end != renewal.contract_start - timedelta(days=1):
            return self.env._(
                "%(contract)s was renewed from %(start)s: the amendment must end on "
                "the day before.",
                contract=old.name,
                start=format_date(self.env, renewal.contract_start),
            )
        return False
