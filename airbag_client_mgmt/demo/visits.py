# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits planned, carried out and documented. PRO 008 §5.3."""

from datetime import timedelta

from odoo import fields

from .signature import draw
from .visit_texts import FINDINGS, PARTS, RECOMMENDATIONS

#: Days ahead that the planner has already staffed.
STAFFED_DAYS = 21


class Visits:
    """Plans and carries out what the contracts promised."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock
        self.random = history.random
        self._serials = {}

    def carry_out(self):
        """Plan up to three weeks ahead, carry out the past; return what is done."""
        self._create_today()
        visits = self.env["airbag.intervention"].search(
            [("state", "=", "draft"), ("planned_start", "!=", False)],
            order="planned_start, id",
        )
        self._number()
        self._prepare(visits)
        until = self.clock.at(self.clock.day(days=STAFFED_DAYS), 0)
        staffed = visits.filtered(lambda visit: visit.planned_start < until)
        self._assign(staffed)
        staffed.with_user(self.history.user("planificador")).action_plan()
        midnight = self.clock.at(self.clock.today, 0)
        past = staffed.filtered(lambda visit: visit.planned_start < midnight)
        cancelled = past.filtered(lambda visit: visit.visit_number in (7, 11))[:5]
        cancelled.write({"reschedule_reason": "El cliente no entregó el vehículo"})
        cancelled.action_cancel()
        done = past - cancelled
        self._move_some(staffed - past)
        self._start(done)
        self._document(done)
        done.action_finish()
        self._follow_recommendations(done)
        return done

    # --- §5.3.1 planning ---
    def _create_today(self):
        """Give ``tecnico`` two visits today, one begun, and one tomorrow."""
        technician = self.history.user("tecnico")
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        tomorrow = self.clock.working_day(self.clock.day(days=1))
        plan = [
            ("monserrate", "treatment_rep", now - timedelta(minutes=30)),
            ("andinos", "treatment_diag", now + timedelta(hours=2, minutes=30)),
            ("horizonte", "treatment_mod", self.clock.at(tomorrow, 8)),
        ]
        visits = self.env["airbag.intervention"].create(
            [
                {
                    "partner_id": self.history.ref(f"partner_{partner}").id,
                    "treatment_id": self.history.ref(treatment).id,
                    "planned_start": start,
                    "user_id": technician.id,
                }
                for partner, treatment, start in plan
            ]
        )
        self._prepare(visits)
        visits.with_user(self.history.user("planificador")).action_plan()
        begun = visits[0].with_user(technician)
        begun.action_acknowledge_requirements()
        visits[0].started_at = fields.Datetime.now() - timedelta(minutes=25)
        begun.action_start()
        begun.step_ids[:3].action_toggle_done()

    def _number(self):
        """Number the visits by date, not by contract, each with its year."""
        visits = self.env["airbag.intervention"].search(
            [("state", "in", ("draft", "cancelled")), ("planned_start", "!=", False)],
            order="planned_start, id",
        )
        year = f"/{self.clock.today.year}/"
        names = sorted(visits.mapped("name"))
        for visit, name in zip(visits, names, strict=True):
            visit.name = name.replace(year, f"/{visit.planned_start.year}/")

    def _prepare(self, visits):
        """Say which vehicle and which person each visit is for."""
        for visit in visits:
            visit.contact_id = self.history.contact(visit.partner_id)
            if not visit.vehicle_id:
                visit.vehicle_id = self.history.vehicle(visit.partner_id)

    def _assign(self, visits):
        """Staff the visits; who finds nobody free at that hour goes later."""
        agenda = visits._get_agenda(
            {visit: (visit.planned_start, visit.planned_end) for visit in visits}
        )
        candidates = visits._get_candidates(self.clock.company)
        for visit in visits:
            for _turn in range(9):
                user = visit._get_best_technician(
                    candidates, agenda, visit.planned_start, visit.planned_end
                )
                if user:
                    break
                visit.planned_start += timedelta(hours=1)
                visit.reschedule_reason = "Agenda de los técnicos"
            visit.user_id = user
            agenda[user.id].append((visit.planned_start, visit.planned_end, True))

    def _move_some(self, visits):
        """Customers ask for another hour now and then."""
        for visit in visits[3::9]:
            visit.write(
                {
                    "original_planned_start": visit.planned_start - timedelta(days=1),
                    "reschedule_reason": "A pedido del cliente",
                }
            )

    # --- §5.3.2 execution ---
    def _start(self, visits):
        for visit in visits:
            start = visit.planned_start + timedelta(
                minutes=self.random.choice((-10, -5, 0, 0, 5, 10, 20, 35))
            )
            values = {"started_at": start}
            if visit.special_requirements:
                values |= {
                    "acknowledged_requirements": visit.special_requirements,
                    "requirements_acknowledged_by": visit.user_id.id,
                    "requirements_acknowledged_on": start - timedelta(minutes=5),
                }
            visit.write(values)
        visits.action_start()

    # --- §5.3.3 documentation ---
    def _document(self, visits):
        products, advice = [], []
        visits.step_ids.filtered("mandatory").write({"done": True})
        for visit in visits:
            hours = visit.treatment_id.planned_hours * self.random.uniform(0.75, 1.25)
            finish = visit.started_at + timedelta(minutes=round(hours * 60))
            self._date_steps(visit, finish)
            used = self._choose_parts(visit)
            advised = self.history.chance(0.5) and self._choose_advice(visit)
            products += used
            advice += [advised] if advised else []
            visit.write(
                {
                    "findings": self.random.choice(FINDINGS[visit.treatment_id.code]),
                    "no_products_used": not used,
                    "no_recommendations": not advised,
                    "finished_at": finish,
                    **self._sign(visit, finish),
                    **self._report(visit, finish),
                }
            )
        self.env["airbag.intervention.product"].create(products)
        self.env["airbag.recommendation"].create(advice)

    def _date_steps(self, visit, finish):
        """Spread the ticks over the visit, in the technician's name."""
        steps = visit.step_ids
        pace = (finish - visit.started_at) / (len(steps) + 1)
        for number, step in enumerate(steps, 1):
            if step.done:
                step.write(
                    {
                        "handled_by": visit.user_id.id,
                        "handled_on": (visit.started_at + pace * number).replace(
                            microsecond=0
                        ),
                    }
                )

    def _choose_parts(self, visit):
        chosen = []
        for part, probability in PARTS[visit.treatment_id.code]:
            if self.history.chance(probability):
                product = self.history.ref(part)
                chosen.append(
                    {
                        "intervention_id": visit.id,
                        "product_id": product.id,
                        "lot_name": self._read_label(product, visit),
                    }
                )
        return chosen

    def _read_label(self, product, visit):
        """Return what the label of a part says: each serial once, a lot a quarter."""
        if product.tracking == "serial":
            self._serials[product] = self._serials.get(product, 0) + 1
            return f"{product.default_code}-{24000 + 7 * self._serials[product]}"
        if product.tracking == "lot":
            day = visit.started_at.date()
            return f"{product.default_code}-L{day:%y}{(day.month + 2) // 3}"
        return False

    def _choose_advice(self, visit):
        day = self.clock.company._get_service_date(visit.started_at)
        return {
            "intervention_id": visit.id,
            "name": self.random.choice(RECOMMENDATIONS[visit.treatment_id.code]),
            "date_due": day + timedelta(days=self.random.choice((15, 30, 60, 90))),
        }

    def _sign(self, visit, finish):
        """§5.3.3: most customers sign the report on the technician's phone."""
        if not self.history.chance(0.6):
            return {}
        name = visit.contact_id.name
        return {
            "customer_signature": draw(name),
            "signed_by": name,
            "signed_on": finish + timedelta(minutes=3),
        }

    def _report(self, visit, finish):
        """§5.3.3: the report goes to whoever has an address; few never got it."""
        if not visit.contact_id.email:
            return {"report_state": "no_email"}
        # By number: chance would make another history of all that follows.
        if visit.id % 31 == 0:
            return {"report_state": "failed", "report_error": "Buzón lleno"}
        return {
            "report_state": "sent",
            "report_sent_on": finish + timedelta(minutes=5),
        }

    def _follow_recommendations(self, visits):
        """Customers follow most of what they are told, in time."""
        for advice in visits.recommendation_ids:
            closed = advice.date_due - timedelta(days=self.random.randrange(12))
            recent = closed > self.clock.day(days=-90)
            if closed >= self.clock.today or (recent and self.history.chance(0.3)):
                continue
            advice.write(
                {
                    "state": "done" if self.history.chance(0.8) else "declined",
                    "closed_on": closed,
                    "closed_by": advice.intervention_id.user_id.id,
                }
            )
