# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Quotations, contracts and renewals, each through the steps of PRO 008 §5.2, §5.5."""

from datetime import timedelta

from odoo import Command, fields

from .contract_list import CONTRACTS, EVIDENCE, ORDERS
from .signature import draw

RENEWAL_ACTIVITY = "airbag_client_mgmt.mail_activity_type_renewal"


class Contracts:
    """Makes the orders of the demo.

    :param history: the :class:`.history.History` this is part of
    """

    #: Keys of a story that happen to the last contract of the chain.
    LAST = ("due", "contacted", "offered")

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock

    def create_all(self):
        """Create every contract and order; their visits follow by themselves."""
        for spec in CONTRACTS:
            order = self._quote(spec)
            if spec.get("state") == "draft":
                continue
            self._send(order)
            if spec.get("state") == "revised":
                self._revise(order)
            elif not spec.get("state"):
                start = min(order.contract_start, self.clock.today)
                self._sign(order, start - self._days(8))
                self._live(order, spec)
        for partner, days, products in ORDERS:
            self._order(partner, days, products)

    def _days(self, number):
        return timedelta(days=number)

    # --- quotation, sending, signature ---
    def _quote(self, spec):
        """§5.1.3: a quotation from the template, with this customer's services."""
        start = self.clock.day(*spec["start"])
        order = self._new_order(
            spec["partner"],
            "sale_order_template_annual",
            min(start, self.clock.today) - self._days(21),
            contract_start=start,
            visit_start_hour=spec["hour"],
            opportunity_id=self._won_lead(spec, start),
        )
        if spec.get("months"):
            order.write(
                {"contract_duration": spec["months"], "contract_duration_unit": "month"}
            )
        order.is_open_ended = spec.get("open_ended", False)
        order.order_line = [Command.clear()] + [
            Command.create(
                {
                    "product_id": self.history.ref(product).id,
                    "product_uom_qty": quantity,
                    "visit_interval": interval,
                    "visit_interval_unit": unit,
                }
            )
            for product, quantity, interval, unit in spec["lines"]
        ]
        order.opportunity_id.expected_revenue = order.amount_untaxed
        return order

    def _new_order(self, partner, template, day, **values):
        customer = self.history.ref(f"partner_{partner}")
        hour = self.history.random.choice((8.5, 9.25, 10.5, 11.75, 14, 15.5))
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "sale_order_template_id": self.history.ref(template).id,
                "user_id": self.history.user("comercial").id,
                "date_order": self.clock.at(self.clock.working_day(day, -1), hour),
                **values,
            }
        )
        order._onchange_sale_order_template_id()
        self.history.backdate(order, order.date_order)
        return order

    def _won_lead(self, spec, start):
        """Return the won opportunity a contract comes from, or False."""
        channel = spec.get("won")
        if not channel:
            return False
        return self.history.leads.create_won(
            spec["partner"], channel, start - self._days(50)
        ).id

    def _send(self, order):
        order.action_quotation_sent()

    def _revise(self, order):
        """§5.2.2: the customer asked for another price."""
        order.create_revision()
        revision = order.current_revision_id
        revision.order_line.discount = 8
        revision.contract_start = order.contract_start
        revision.date_order = order.date_order + self._days(6)
        self.history.backdate(revision, revision.date_order)
        self._send(revision)

    def _sign(self, order, day):
        """§5.2.3: what the portal page writes when the customer signs."""
        day = self.clock.working_day(min(day, self.clock.today), -1)
        hour = self.history.random.choice((9.75, 11.25, 16.25, 17.5))
        moment = min(self.clock.at(day, hour), fields.Datetime.now())
        contact = self.history.contact(order.partner_id)
        order.write(
            {
                "signed_by": contact.name,
                "signed_on": moment,
                "signature": draw(contact.name),
            }
        )
        order.action_confirm()
        self.history.backdate(order, moment, "date_order")

    # --- what happened to each ---
    def _live(self, order, spec):
        """Take a signed contract through the rest of its story."""
        self._follow_obligations(order)
        if "amended" in spec:
            order = self._amend(order, **spec["amended"])
        if "terminated" in spec:
            self._terminate(order, *spec["terminated"])
        elif "renewal" in spec:
            renewal = self._renew(order, spec["renewal"])
            return self._live(
                renewal, {key: spec[key] for key in spec if key in self.LAST}
            )
        elif "lost" in spec:
            self._lose(order, *spec["lost"])
        elif spec.get("silent"):
            order._close_lost_renewals()
        self._announce(order, spec)

    def _follow_obligations(self, order):
        """Close what was due; one customer was late."""
        due = order.obligation_ids.filtered(
            lambda row: row.date_due and row.date_due < self.clock.today
        )
        order.obligation_ids.filtered(
            lambda row: row.party == "company"
        ).user_id = self.history.user("planificador")
        order.obligation_ids.filtered(
            lambda row: row.party == "customer"
        ).user_id = self.history.user("comercial")
        for row in due:
            if row.party == "customer" and order.partner_id in self.history.late_ones:
                row.evidence = EVIDENCE["late"]
                row.action_breach()
            else:
                row.evidence = EVIDENCE[row.party]
                row.action_fulfil()

    def _renew(self, order, days):
        """§5.5.3: contact, offer and signature of the next contract."""
        signed = order.contract_end + self._days(days)
        self._contact(
            order,
            signed - self._days(20),
            "interested",
            "Quiere continuar con las mismas condiciones.",
        )
        renewal = self._offer(order, signed - self._days(10))
        self._sign(renewal, signed)
        return renewal

    def _amend(self, order, when, reason, lines, signed=True):
        """§5.2.3: what was signed stays; the change is another version."""
        start = self.clock.day(*when)
        amendment = self.env["sale.order"].browse(order.action_amend()["res_id"])
        amendment.write(
            {
                "amendment_start": start,
                "amendment_reason": reason,
                "date_order": self.clock.at(
                    self.clock.working_day(
                        min(start, self.clock.today) - self._days(12), -1
                    ),
                    10,
                ),
            }
        )
        for line, (quantity, interval) in zip(amendment.order_line, lines, strict=True):
            line.write({"product_uom_qty": quantity, "visit_interval": interval})
        self.history.backdate(amendment, amendment.date_order)
        self._send(amendment)
        if not signed:
            return order
        self._sign(amendment, start - self._days(4))
        return amendment

    def _contact(self, order, day, outcome, note, channel="phone"):
        """§5.5.3: log an attempt to reach the customer about the renewal."""
        day = self.clock.working_day(min(day, self.clock.today), -1)
        self.env["airbag.renewal.contact"].create(
            {
                "order_id": order.id,
                "contacted_on": min(self.clock.at(day, 15), fields.Datetime.now()),
                "user_id": order.user_id.id,
                "channel": channel,
                "outcome": outcome,
                "note": note,
            }
        )

    def _offer(self, order, day):
        renewal = self.env["sale.order"].browse(order.action_renew()["res_id"])
        moment = self.clock.at(self.clock.working_day(day, -1), 11)
        renewal.date_order = moment
        self._send(renewal)
        self.history.backdate(renewal, moment)
        return renewal

    def _lose(self, order, reason, days, note):
        day = order.contract_end + self._days(days)
        self._contact(order, day - self._days(6), "no_answer", False)
        self._contact(order, day, "declined", note, channel="email")
        order._set_renewal_lost(self.history.ref(reason), note)

    def _terminate(self, order, reason, when, note):
        order._terminate(self.clock.day(*when), self.history.ref(reason), note)

    def _announce(self, order, spec):
        """What the scheduled action does when a renewal is due, without e-mail."""
        if not set(self.LAST) & set(spec):
            return
        days = spec.get("due") or spec.get("contacted") or spec.get("offered")
        notified = min(
            self.clock.day(days=days - 5), order.contract_end - self._days(40)
        )
        order.renewal_notified_on = self.clock.at(notified, 6)
        order.activity_schedule(
            RENEWAL_ACTIVITY,
            date_deadline=order._get_renewal_activity_deadline(),
            user_id=order.user_id.id,
            note=order._get_renewal_activity_note(),
        )
        if "contacted" in spec:
            day = self.clock.day(days=spec["contacted"])
            self._contact(order, day - self._days(3), "no_answer", False)
            self._contact(
                order,
                day,
                "proposal",
                "Pide mantener precios; hay dos vehículos nuevos por incluir.",
                channel="in_person",
            )
        if "offered" in spec:
            self._offer(order, self.clock.day(days=spec["offered"]))

    # --- single services ---
    def _order(self, partner, days, products):
        """§5.2: a repair without term; ``days`` is when the service is given."""
        service = self.clock.day(days=days if days is not None else 5)
        order = self._new_order(
            partner,
            "sale_order_template_one_off",
            min(service - self._days(6), self.clock.today - self._days(2)),
        )
        order.order_line = [Command.clear()] + [
            Command.create({"product_id": self.history.ref(product).id})
            for product in products
        ]
        order.vehicle_id = self.history.vehicle(order.partner_id)
        self._send(order)
        self._sign(order, min(service - self._days(4), self.clock.today))
        if days is None:
            return  # waits for the planner
        for number, visit in enumerate(order.intervention_ids):
            day = self.clock.working_day(service + self._days(number))
            hour = self.history.random.choice((8, 10, 13))
            visit.planned_start = self.clock.at(day, hour)
