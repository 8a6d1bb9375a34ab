# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Potential customers: opportunities and commercial visits. PRO 008 §5.1."""

from datetime import timedelta

from .lead_list import LOST_LEADS, OPEN_LEADS

VISIT = "airbag_client_mgmt.mail_activity_type_commercial_visit"
STAGES = ("crm.stage_lead1", "crm.stage_lead2", "crm.stage_lead3")


class Leads:
    """Makes the opportunities, won, lost and open."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock

    def create_won(self, partner, channel, day):
        """Return the opportunity from which a contract came."""
        customer = self.history.ref(f"partner_{partner}")
        lead = self._create(
            f"Contrato anual para {customer.name}",
            channel,
            day,
            partner_id=customer.id,
            alliance_partner_id=customer.alliance_partner_id.id,
        )
        if channel == "commercial_visit":
            self._visit(
                lead, day + timedelta(days=6), "Visita a patios; pide propuesta."
            )
        lead.action_set_won()
        lead.date_closed = self.clock.at(day + timedelta(days=40), 16)
        return lead

    def create_open(self):
        """Create what Commercial works on today, and what it lost."""
        for spec in OPEN_LEADS:
            self._open(spec)
        reason = self.env.ref("crm.lost_reason_1", raise_if_not_found=False)
        for name, company, channel, value, days in LOST_LEADS:
            lead = self._create(
                name,
                channel,
                self.clock.day(days=days),
                partner_name=company,
                expected_revenue=value,
            )
            lead.action_set_lost(lost_reason_id=reason and reason.id)
            lead.date_closed = self.clock.at(self.clock.day(days=days + 21), 16)

    def _open(self, spec):
        ally = spec.get("ally")
        customer = spec.get("partner")
        values = {
            "expected_revenue": spec["value"],
            "probability": (15, 40, 70)[spec["stage"]],
            "stage_id": self.env.ref(STAGES[spec["stage"]]).id,
            "specific_needs": spec.get("needs"),
            "special_requirements": spec.get("requirements"),
            "alliance_partner_id": ally and self.history.ref(f"partner_{ally}").id,
        }
        if customer:
            values["partner_id"] = self.history.ref(f"partner_{customer}").id
        else:
            values |= {
                "partner_name": spec["company"],
                "contact_name": spec["person"],
                "phone": f"+57 300 555 {1000 + len(spec['name']) * 37}",
            }
        lead = self._create(
            spec["name"], spec["channel"], self.clock.day(days=spec["days"]), **values
        )
        if spec.get("visit"):
            days, outcome = spec["visit"]
            self._visit(lead, self.clock.day(days=days), outcome)

    def _create(self, name, channel, day, **values):
        moment = self.clock.at(self.clock.working_day(day, -1), 9)
        lead = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": name,
                "user_id": self.history.user("comercial").id,
                "medium_id": self.history.ref(f"utm_medium_{channel}").id,
                **values,
            }
        )
        lead.date_open = moment
        self.history.backdate(lead, moment)
        return lead

    def _visit(self, lead, day, outcome):
        """Plan a commercial visit; with an outcome, it was made (§5.1.1)."""
        day = self.clock.working_day(day)
        activity = lead.activity_schedule(
            VISIT, date_deadline=day, user_id=lead.user_id.id
        )
        if not outcome:
            return
        author = lead.user_id
        activity = activity.with_user(author)
        message = self.env["mail.message"].browse(
            activity.action_feedback(feedback=outcome)
        )
        message.sudo().date = self.clock.at(day, 15)
        activity.sudo().date_done = day
