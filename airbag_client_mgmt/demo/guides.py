# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Customers informed of good practices, and those still to be. PRO 008 §5.5.2."""

from datetime import timedelta

from odoo import Command

#: Who attended the session that was held: drivers of a fleet and their boss.
ATTENDEES = [
    ("Wilson Peña Arango", "79 512 448", "Conductor"),
    ("Jairo Sandoval Ruiz", "80 233 761", "Conductor"),
    ("Marleny Castro Leal", "52 908 114", "Conductora"),
    ("Óscar Iván Beltrán", "1 014 227 903", "Mecánico"),
    ("Diana Rocío Useche", "53 116 520", "Coordinadora de seguridad vial"),
]
#: How many of the latest visits went without guides: their customers are to be told.
NOT_YET = 12


class Guides:
    """Registers what went with the reports, and gives the training sessions."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock

    def inform(self, visits):
        """Give each customer, with its first visits, the guides of its treatments."""
        visits = visits.sorted("finished_at")
        late = self.history.late_ones.commercial_partner_id
        for visit in visits[:-NOT_YET]:
            if visit.partner_id.commercial_partner_id in late:
                continue
            self.env["airbag.guide.delivery"]._register_versions(
                visit._get_guides_to_send(),
                [
                    {
                        "company_id": visit.company_id.id,
                        "partner_id": visit.partner_id.id,
                        "contact_id": visit.contact_id.id,
                        "channel": "report",
                        "date": visit.finished_at + timedelta(minutes=20),
                        "intervention_id": visit.id,
                        "user_id": visit.user_id.id,
                    }
                ],
            )
        self._hold_session()
        self._plan_session()
        self._explain_in_person()

    def _hold_session(self):
        day = self.clock.working_day(self.clock.day(months=-2))
        session = self._create_session("andinos", day, ["guide_gen", "guide_pir"])
        session.write(
            {
                "place": "Patio de la flota, sala de conductores",
                "duration_hours": 1.5,
                "note": "Preguntaron por los forros con airbag lateral; se mostró "
                "la etiqueta que deben traer.",
                "attendee_ids": [
                    Command.create(
                        {"name": name, "identification": number, "function": function}
                    )
                    for name, number, function in ATTENDEES
                ],
            }
        )
        session.action_hold()

    def _plan_session(self):
        """One more next week, whose attendance list can be printed."""
        day = self.clock.working_day(self.clock.day(days=8))
        session = self._create_session("horizonte", day, ["guide_gen", "guide_mod"])
        session.place = "Instalaciones del cliente"

    def _create_session(self, partner, day, guides):
        customer = self.history.ref(f"partner_{partner}")
        return self.env["airbag.guide.session"].create(
            {
                "partner_id": customer.id,
                "contact_id": self.history.contact(customer).id,
                "date": self.clock.at(day, 8),
                "guide_ids": [
                    Command.set([self.history.ref(guide).id for guide in guides])
                ],
                "user_id": self.history.user("tecnico").id,
            }
        )

    def _explain_in_person(self):
        """Some ask at the counter, and take a printed guide along."""
        customer = self.history.ref("partner_monserrate")
        day = self.clock.working_day(self.clock.day(days=-20), step=-1)
        self.env["airbag.guide.delivery"].create(
            {
                "guide_id": self.history.ref("guide_gen").id,
                "partner_id": customer.id,
                "contact_id": self.history.contact(customer).id,
                "channel": "printed",
                "date": self.clock.at(day, 10.5),
                "user_id": self.history.user("comercial").id,
                "note": "Pidió copias para sus conductores nuevos.",
            }
        )
