# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

NUMBER = "visit_number"


class AirbagIntervention(models.Model):
    """A visit of a contract is one that the contract covers.

    Its customer's, of the treatment agreed, and on a day on which the contract
    holds; whoever creates or moves it, people or the system. What began while it
    held is documented to the end, whatever becomes of the contract. PRO 008 §5.3.1.
    """

    _inherit = "airbag.intervention"

    # === CONSTRAINTS === #
    @api.constrains("order_id", "planned_start", "state")
    def _check_contract_holds(self):
        """:raise ValidationError: naming the contract, and since when it is over."""
        for intervention in self.filtered(lambda v: v.state in ("draft", "planned")):
            if message := intervention._get_contract_refusal():
                raise ValidationError(message)

    @api.constrains("order_id", "partner_id", "state")
    def _check_contract_customer(self):
        """:raise ValidationError: if the contract is another customer's."""
        for intervention in self.filtered(lambda v: v.state != "cancelled"):
            order = intervention.order_id
            if order and (
                order.commercial_partner_id != intervention.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(contract)s is with %(owner)s: a visit to %(customer)s "
                        "cannot be one of it. Choose a contract of this customer, or "
                        "leave the contract empty.",
                        contract=order.name,
                        owner=order.commercial_partner_id.name,
                        customer=intervention.partner_id.name,
                    )
                )

    @api.constrains("treatment_id")
    def _check_contract_treatment(self):
        """:raise ValidationError: if the line of the contract is another service."""
        self._check_agreed_treatment()

    @api.constrains("order_line_id")
    def _check_contract_line(self):
        """:raise ValidationError: if the line of the contract is another service."""
        # Those that an amendment takes along keep what was agreed when they were
        # made; the product may have changed since.
        self.filtered(lambda v: not v.visit_number)._check_agreed_treatment()

    def _check_agreed_treatment(self):
        for intervention in self.filtered("order_line_id"):
            agreed = intervention.order_line_id.product_id.treatment_id
            if agreed != intervention.treatment_id:
                message = self.env._(
                    "The contract line of %(name)s is for “%(agreed)s”, not for "
                    "“%(treatment)s”.",
                    name=intervention.name,
                    agreed=agreed.name or self.env._("no treatment"),
                    treatment=intervention.treatment_id.name,
                )
                hint = intervention._get_promised_hint() or self.env._(
                    "Leave the contract line empty for a service that was not agreed "
                    "there."
                )
                raise ValidationError(" ".join((message, hint)))

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Only the system says which of the promised visits one is."""
        if not self.env.su:
            if any(vals.get("visit_number") for vals in vals_list):
                self._refuse_visit_number()
            vals_list = [
                {fname: value for fname, value in vals.items() if fname != NUMBER}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_promise_kept(vals)
        return super().write(vals)

    def _check_promise_kept(self, vals):
        """Refuse to take a promised visit off its contract: it would not be missed.

        It may go on under an amendment, in the line that continues its own.

        :raise UserError: naming the visit, its contract, and what to do
        """
        if NUMBER in vals and any(
            visit.visit_number != (vals[NUMBER] or 0) for visit in self
        ):
            self._refuse_visit_number()
        if not {"order_id", "order_line_id"} & set(vals):
            return
        promised = self.with_context(active_test=False).filtered_domain(
            self._get_promised_domain()
        )
        for visit in promised:
            line = visit.order_line_id
            line_id = vals.get("order_line_id", line.id)
            if line_id == line.id and "order_id" in vals:
                leaves = vals["order_id"] != visit.order_id.id
            else:
                other = line.browse(line_id or [])
                leaves = not other or line not in other._get_line_versions()
            if leaves:
                message = self.env._(
                    "%(contract)s promises the visit %(name)s: it stays in its "
                    "contract line.",
                    contract=visit.sudo().order_id.name,
                    name=visit.name,
                )
                raise UserError(" ".join((message, visit._get_promised_hint())))

    def _refuse_visit_number(self):
        """:raise UserError: always."""
        raise UserError(
            self.env._(
                "The number of a visit in its contract is given by the planning of "
                "the contract: leave it empty."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_promised(self):
        """What a contract promised is cancelled: deleted, it would not be missed."""
        promised = self.with_context(active_test=False).filtered_domain(
            self._get_promised_domain()
        )
        if promised:
            raise UserError(
                self.env._(
                    "%(contract)s promises the visit %(name)s: cancel it instead of "
                    "deleting it.",
                    contract=promised[0].sudo().order_id.name,
                    name=promised[0].name,
                )
            )

    # === BUSINESS METHODS === #
    def _check_may_start(self):
        """:raise UserError: also if the contract no longer covers the visit."""
        result = super()._check_may_start()
        if message := self._get_contract_refusal():
            raise UserError(message)
        return result

    def _get_contract_refusal(self):
        """Return why the contract or order cannot have this visit, or False.

        An order that is no contract has no last day: its service is given when
        it is given.
        """
        self.ensure_one()
        # Who starts a visit may not see its contract.
        order = self.sudo().order_id
        if not order:
            return False
        if order.state == "cancel":
            message = self.env._(
                "%(contract)s was cancelled: it has no visits any more.",
                contract=order.name,
            )
            return f"{message} {self._get_outside_hint()}"
        if order.state != "sale":
            message = self.env._(
                "%(contract)s is still a quotation: its visits are planned when it is "
                "confirmed.",
                contract=order.name,
            )
            return f"{message} {self._get_outside_hint()}"
        company = self.company_id
        if self.planned_start:
            day = company._get_service_date(self.planned_start)
            last = order._get_last_visit_day()
            is_over = last and day > last
        else:
            day = company._get_service_today()
            is_over = order.contract_state in ("ended", "terminated")
        return is_over and self._get_contract_over_message(order, day)

    def _get_outside_hint(self):
        """Return how a visit is planned that the contract does not cover."""
        return self._get_promised_hint() or self.env._(
            "Leave the contract empty for a visit outside of it, a warranty for "
            "example."
        )

    def _get_promised_hint(self):
        """Return what becomes of a promised visit instead, or False for another."""
        if not self.filtered_domain(self._get_promised_domain()):
            return False
        return self.env._(
            "The contract promised this visit: cancel it, then create another one "
            "without contract line."
        )

    def _get_contract_over_message(self, order, day):
        """Return why a contract has no visit on that day, and what to do."""
        names = {
            "contract": order.name,
            "name": self.name,
            "day": format_date(self.env, day),
            "end": format_date(self.env, order._get_last_visit_day()),
        }
        if order.terminated_on and order.terminated_on <= day:
            message = self.env._(
                "%(contract)s was terminated on %(end)s: the visit %(name)s cannot be "
                "on %(day)s.",
                **names,
            )
            return f"{message} {self._get_outside_hint()}"
        if order.replaced_on and order.replaced_on < day:
            return self.env._(
                "%(contract)s was replaced by %(amendment)s after %(end)s: the visit "
                "%(name)s cannot be on %(day)s. Choose the amendment as its contract.",
                amendment=order._get_signed_amendments()[:1].name,
                **names,
            )
        message = self.env._(
            "%(contract)s ends on %(end)s: the visit %(name)s cannot be on %(day)s.",
            **names,
        )
        return f"{message} {self._get_outside_hint()}"
