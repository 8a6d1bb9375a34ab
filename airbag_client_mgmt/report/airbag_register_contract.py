# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..tools.register import Column, Summary, percentage

OPEN_STATES = ("draft", "sent")


class AirbagRegisterContract(models.AbstractModel):
    """Register of the *Formulario de Cotización y Contrato de Servicio*. PRO 008 §6.

    Every quotation of a service and every contract, once: in its last revision. Of
    the day it was made or, once confirmed, of the day it was confirmed.
    """

    _name = "airbag.register.contract"
    _inherit = "airbag.register"
    _description = "Register of Quotations and Contracts"

    # === THE REGISTER === #
    @api.model
    def _get_model(self):
        return self.env["sale.order"]

    @api.model
    def _get_domain(self, company):
        return [
            ("company_id", "=", company.id),
            ("current_revision_id", "=", False),
            "|",
            ("is_service_contract", "=", True),
            ("order_line.product_id.treatment_id", "!=", False),
        ]

    @api.model
    def _get_period_domain(self, company, start, end):
        return self._get_moment_domain("date_order", company, start, end)

    @api.model
    def _get_open_domain(self):
        return [
            "|",
            ("state", "in", OPEN_STATES),
            ("contract_state", "in", ("signed", "active")),
        ]

    @api.model
    def _get_order(self):
        return "date_order, id"

    @api.model
    def _get_columns(self):
        return [
            Column("name", self.env._("Number"), width=6),
            Column("date", self.env._("Date"), "date", 7),
            Column("customer", self.env._("Customer"), width=18),
            Column("services", self.env._("Services"), width=20),
            Column("start", self.env._("First Day"), "date", 7),
            Column("end", self.env._("Last Day"), "date", 7),
            Column("amount", self.env._("Untaxed Amount"), "money", 10, total=True),
            Column("signed_by", self.env._("Signed By"), width=10),
            Column("user", self.env._("Salesperson"), width=10),
            Column("state", self.env._("State"), width=9),
            Column("renewal", self.env._("Renewal"), width=8),
            Column("reason", self.env._("Reason")),
        ]

    @api.model
    def _get_row(self, record, company):
        return {
            "name": record.name,
            "date": self._get_day(record.date_order, company),
            "customer": record.partner_id.commercial_partner_id.name,
            "services": self._get_services(record),
            "start": record._get_first_day() or None,
            "end": record._get_last_day() or record.terminated_on or None,
            # What was cancelled is worth nothing.
            "amount": None if record.state == "cancel" else record.amount_untaxed,
            "signed_by": record.signed_by or None,
            "user": record.user_id.name or None,
            "state": self._get_state(record),
            "renewal": record.renewal_state not in (False, "not_due")
            and self._get_label(record, "renewal_state")
            or None,
            "reason": record.termination_reason_id.name
            or record.renewal_lost_reason_id.name
            or None,
        }

    @api.model
    def _get_summaries(self, records):
        groups = records.grouped(self._get_state)
        rows = []
        for state, orders in groups.items():
            rows.append([state, len(orders), self._format_amounts(orders)])
        rows.append(
            [
                self.env._("Total"),
                len(records),
                self._format_amounts(self._get_valid(records)),
            ]
        )
        confirmed = records.filtered(lambda order: order.state == "sale")
        decided = records.filtered(lambda order: order.state not in OPEN_STATES)
        share = percentage(len(confirmed), len(decided))
        return [
            Summary(
                self.env._("Summary by State"),
                [
                    self.env._("State"),
                    self.env._("Number"),
                    self.env._("Untaxed Amount"),
                ],
                rows,
            ),
            Summary(
                self.env._("Result of the Quotations"),
                [
                    self.env._("Decided"),
                    self.env._("Confirmed"),
                    self.env._("Confirmed ÷ decided (%)"),
                ],
                [[len(decided), len(confirmed), share]],
            ),
        ]

    @api.model
    def _has_total(self, column, records):
        """Amounts in several currencies are not added."""
        return len(records.currency_id) == 1

    # === BUSINESS METHODS === #
    @api.model
    def _get_services(self, order):
        """Return the names of what is given, each once."""
        lines = order.order_line.filtered(lambda line: line._is_visit_line())
        lines = lines or order.order_line.filtered("product_id")
        return ", ".join(dict.fromkeys(lines.product_id.mapped("name"))) or None

    @api.model
    def _get_state(self, order):
        """Return where the contract is in its life, or the quotation in its own."""
        if order.contract_state not in (False, "draft"):
            return self._get_label(order, "contract_state")
        return self._get_label(order, "state")

    @api.model
    def _get_valid(self, records):
        return records.filtered(lambda order: order.state != "cancel")

    @api.model
    def _format_amounts(self, orders):
        """Return the sum of each currency, as the user reads it."""
        return " · ".join(
            currency.format(sum(found.mapped("amount_untaxed")))
            for currency, found in orders.grouped("currency_id").items()
        )
