# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Complaints and requests, from reception to resolution. PRO 008 §5.4.2."""

from datetime import timedelta

from odoo import Command, fields

from .ticket_list import CAUSES, TICKETS

STAGE = "helpdesk_mgmt.helpdesk_ticket_stage_%s"
CHANNELS = ("phone", "phone", "email", "other")


class Tickets:
    """Takes every ticket to where it should be today.

    Stage moves are the real ones; they stamp now, so the dates are written after.
    """

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock
        self.random = history.random

    def resolve_all(self):
        """Attend the complaints of the surveys, then those of :data:`TICKETS`."""
        for ticket in self.env["helpdesk.ticket"].search([], order="received_on"):
            self._attend_survey_ticket(ticket)
        for spec in TICKETS:
            self._attend(self._create(spec), spec)

    # --- reception ---
    def _create(self, spec):
        customer = self.env["res.partner"]
        if "partner" in spec:
            customer = self.history.ref(f"partner_{spec['partner']}")
        contact = customer and self.history.contact(customer)
        now = fields.Datetime.now()
        day = self.clock.working_day(self.clock.day(days=spec["days"]), -1)
        hour = self.random.choice((8.5, 9.75, 10.5, 14.25))
        visit = self.env["airbag.intervention"].search(
            [
                ("partner_id", "=", customer.id),
                ("state", "=", "done"),
                ("finished_at", "<", self.clock.at(day, hour)),
            ],
            order="finished_at desc",
            limit=1,
        )
        category = self.history.ref(f"helpdesk_category_{spec['category']}")
        about_visit = category.kind in ("complaint", "claim")
        channel = spec.get("channel") or self.random.choice(CHANNELS)
        return self.env["helpdesk.ticket"].create(
            {
                "name": spec["name"],
                "description": f"<p>{spec['text']}</p>",
                "category_id": category.id,
                "team_id": category.team_id.id,
                "user_id": False,
                "partner_id": contact.id,
                "partner_name": contact.name,
                "partner_email": contact.email,
                "channel_id": self.env.ref(
                    f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
                ).id,
                "intervention_id": about_visit and visit.id,
                "order_id": about_visit and visit.order_id.id,
                "received_on": min(
                    self.clock.at(day, hour), now - timedelta(minutes=50)
                ),
                **spec.get("stranger", {}),
            }
        )

    def _attend_survey_ticket(self, ticket):
        """Bad answers: all but the last days' were resolved."""
        age = (fields.Datetime.now() - ticket.received_on).days
        team = self._team_name(ticket)
        cause, action = self.random.choice(CAUSES[team])
        work = self.random.choice((1, 1, 2, 2, 3, 5))
        spec = {"work": work, "cause": cause, "action": action}
        if age > 60:
            spec["effect"] = "Verificado con el cliente en la visita siguiente."
        if age <= 9:
            spec = {"work": None, "stage": self.random.choice(("new", "in_progress"))}
        self._attend(ticket, spec)

    def _team_name(self, ticket):
        teams = {self.history.ref(name): name for name in CAUSES}
        return teams.get(ticket.team_id, "helpdesk_team_customer_care")

    # --- attention ---
    def _attend(self, ticket, spec):
        received = ticket.received_on
        stage = spec.get("stage")
        if stage != "new":
            self._acknowledge(ticket)
        if spec["work"] is not None:
            self._resolve(ticket, spec)
        elif stage == "awaiting":
            self._move(ticket, "awaiting")
            ticket.pause_ids.start = received + timedelta(hours=22)
        if spec.get("quote"):
            self._quote(ticket)
        if spec.get("lead"):
            self._open_lead(ticket)
        self._date(ticket)

    def _open_lead(self, ticket):
        """§5.2.1: the request of somebody new becomes an opportunity."""
        salesperson = self.history.user("comercial")
        ticket.with_user(salesperson).action_create_lead()
        ticket.lead_id.expected_revenue = 12e6
        self.history.backdate(ticket.lead_id, ticket.acknowledged_on)

    def _quote(self, ticket):
        """§5.2.1: a request becomes a quotation."""
        ticket.action_create_quotation()
        order = ticket.order_id
        order.date_order = ticket.acknowledged_on
        order.order_line = [
            Command.create(
                {"product_id": self.history.ref("product_pir").id, "product_uom_qty": 2}
            )
        ]
        self.history.backdate(order, order.date_order)

    def _acknowledge(self, ticket):
        self._move(ticket, "in_progress")
        ticket.user_id = ticket.team_id.user_id
        hours = self.random.choice((0.4, 0.8, 1.5, 2.5))
        moment = ticket.received_on + timedelta(hours=hours)
        ticket.acknowledged_on = min(moment, fields.Datetime.now())

    def _resolve(self, ticket, spec):
        """§5.4.2: cause, correction and closing; some waited for the customer."""
        resolved = self._resolution(ticket, spec["work"])
        if spec.get("pause"):
            self._pause(ticket, spec["pause"])
        ticket.write(
            {
                "root_cause": spec.get("cause"),
                "corrective_action": spec.get("action"),
            }
        )
        self._move(ticket, "done")
        if spec.get("reopened"):
            self._move(ticket, "in_progress")
            ticket.reopened_on = ticket.acknowledged_on
            self._move(ticket, "done")
        ticket.write({"resolved_on": resolved, "closed_date": resolved})
        self._date_closing(ticket)
        self._confirm(ticket)
        self._check(ticket, spec.get("effect"))

    def _confirm(self, ticket):
        """Most customers said that it was solved; some did not answer."""
        now = fields.Datetime.now()
        asked = ticket.resolved_on + timedelta(minutes=5)
        answered = asked + timedelta(hours=self.random.choice((2, 5, 20)))
        if asked > now:
            return
        ticket.confirmation_requested_on = asked
        if answered < now and self.history.chance(0.7):
            ticket.write(
                {"customer_confirmed": "yes", "customer_confirmed_on": answered}
            )

    def _check(self, ticket, effect):
        """Quality looked a month later whether the action had worked."""
        if not ticket.effectiveness_due:
            return
        company = self.clock.company
        days = company.effectiveness_check_days
        due = company._get_service_date(ticket.resolved_on) + timedelta(days=days)
        ticket.effectiveness_due = due
        quality = self.history.user("sgc")
        if due > self.clock.today:
            ticket.activity_schedule(
                "airbag_client_mgmt.mail_activity_type_effectiveness",
                date_deadline=due,
                user_id=quality.id,
            )
            return
        ticket.write(
            {
                "effectiveness": effect or "Sin repetición en el mes siguiente.",
                "effectiveness_result": "effective",
                "effectiveness_checked_by": quality.id,
                "effectiveness_checked_on": self.clock.at(
                    self.clock.working_day(due, -1), 16
                ),
            }
        )

    def _date_closing(self, ticket):
        """Closing also did what the bad answer had asked of the area."""
        activities = ticket.with_context(active_test=False).activity_ids
        activities.date_done = ticket.resolved_on.date()
        ticket.message_ids.write(
            {
                "author_id": ticket.user_id.partner_id.id,
                "date": ticket.resolved_on,
            }
        )

    def _resolution(self, ticket, work):
        received = self.clock.company._get_service_date(ticket.received_on)
        day = self.clock.add_working_days(received, work)
        moment = self.clock.at(day, self.random.choice((11.5, 15, 16.5)))
        latest = fields.Datetime.now() - timedelta(minutes=10)
        return min(max(moment, ticket.received_on + timedelta(hours=3)), latest)

    def _pause(self, ticket, days):
        self._move(ticket, "awaiting")
        self._move(ticket, "in_progress")
        start = ticket.acknowledged_on + timedelta(hours=1)
        ticket.pause_ids.write({"start": start, "stop": start + timedelta(days=days)})

    def _move(self, ticket, stage):
        ticket.stage_id = self.env.ref(STAGE % stage)

    def _date(self, ticket):
        """The helpdesk's own dates, which its writes stamp with now."""
        moment = ticket.resolved_on or ticket.acknowledged_on or ticket.received_on
        ticket.write(
            {
                "last_stage_update": moment,
                "assigned_date": ticket.user_id and ticket.acknowledged_on,
            }
        )
        self.history.backdate(ticket, ticket.received_on)
