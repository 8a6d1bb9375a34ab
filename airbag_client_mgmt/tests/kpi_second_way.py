# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the indicators say of a history, in plain Python.

Counted from the formulas of the indicators, without a line of the code that counts
them in the database.
"""

from collections import namedtuple
from datetime import timedelta

from .kpi_history import NOW, ZONES, later, local_day

Fact = namedtuple(
    "Fact",
    "code date company_id partner_id user_id technician_id salesperson_id team_id"
    " treatment_id numerator denominator pending",
)


class SecondWay:
    """The facts of a history, from its rows alone.

    :param world: what the rows point to: companies, people, areas, treatments
    :param history: see :data:`HISTORY`, with the ids the rows got
    """

    def __init__(self, world, history):
        self.world, self.history = world, history

    def get_facts(self):
        for contract in self.history["contracts"]:
            yield from self._of_contract(contract)
        for visit in self.history["visits"]:
            yield from self._of_visit(visit)
        for survey in self.history["surveys"]:
            yield from self._of_survey(survey)
        for ticket in self.history["tickets"]:
            yield from self._of_ticket(ticket)

    # --- what all have ---
    def _zone(self, row):
        return ZONES[row["company"]]

    def _today(self, row):
        return local_day(NOW, self._zone(row))

    def _fact(self, code, row, day, figures, salesperson=None, **dimensions):
        world = self.world
        customer = world.customers[row["customer"]]
        seller = world.people[salesperson] if salesperson is not None else None
        numerator, denominator, pending = figures
        return Fact(
            **{
                "code": code,
                "date": day,
                "company_id": world.companies[row["company"]],
                "partner_id": customer,
                "salesperson_id": seller or world.sellers[customer],
                "user_id": None,
                "technician_id": None,
                "team_id": world.areas[code],
                "treatment_id": None,
                "numerator": float(numerator),
                "denominator": float(denominator),
                "pending": float(pending),
                **dimensions,
            }
        )

    def _person(self, index):
        return None if index is None else self.world.people[index]

    # --- contracts ---
    def _outcome(self, contract):
        """Return renewed, lost, open or not_due; None for what is no renewal."""
        today = self._today(contract)
        start, end = contract["first_day"], contract["last_day"]
        ended_early = contract["terminated_on"]
        if ended_early:
            return None if ended_early < start else "lost"
        state, _when, withdrawn = contract["renewal"] or (None, None, None)
        if state == "sale" and not withdrawn:
            return "renewed"
        if not end:
            return "not_due"
        if contract["lost"] or today > end + timedelta(days=30):
            return "lost"
        notice = end - timedelta(days=45)
        spoken = [
            day for day, outcome in contract["contact_days"] if outcome != "no_answer"
        ]
        if state == "sent" or today >= notice or (spoken and max(spoken) >= notice):
            return "open"
        return "not_due"

    def _of_contract(self, contract):
        end = contract["last_day"]
        signed = contract["state"] == "sale" and contract["is_contract"]
        if not (signed and end) or contract["replaced_on"]:
            return
        outcome = self._outcome(contract)
        seller = {
            "salesperson": contract["salesperson"],
            "user_id": self._person(contract["salesperson"]),
        }
        if outcome in ("renewed", "lost", "open"):
            figures = (outcome == "renewed", outcome != "open", outcome == "open")
            day = contract["terminated_on"] or end
            yield self._fact("retention", contract, day, figures, **seller)
        if contract["terminated_on"] or not outcome:
            return
        decided = outcome in ("renewed", "lost") or end < self._today(contract)
        if not decided and outcome != "open":
            return
        asked = any(
            outcome != "no_answer" and day <= end
            for day, outcome in contract["contact_days"]
        )
        if outcome == "renewed":
            asked = asked or contract["renewal_day"] <= end
        figures = (decided and asked, decided, not decided)
        yield self._fact("renewal_contact", contract, end, figures, **seller)

    # --- visits ---
    def _of_visit(self, visit):
        contract = self.history["contracts"][visit["contract"]]
        signed = contract["state"] == "sale" and contract["is_contract"]
        if not (visit["line"] and visit["numbered"] and signed):
            return
        zone, today = self._zone(contract), self._today(contract)
        days = [
            contract[name]
            for name in ("last_day", "replaced_on", "terminated_on")
            if contract[name]
        ]
        last = min(days, default=None)
        if visit["planned"] is not None:
            day = local_day(later(visit["planned"]), zone)
            passed = day < today and (last is None or day <= last)
        else:
            over = last is not None and last < today
            over = over or contract["terminated_on"] == today
            passed = visit["state"] in ("draft", "planned") and over
        done = visit["state"] == "done"
        if visit["state"] == "cancelled" and not passed:
            return
        first = visit["planned"] if visit["original"] is None else visit["original"]
        technician = self._person(visit["technician"])
        yield self._fact(
            "visits",
            contract,
            last if first is None else local_day(later(first), zone),
            (done, done or passed, not done and not passed),
            salesperson=contract["salesperson"],
            user_id=technician,
            technician_id=technician,
            treatment_id=self.world.treatments[visit["treatment"]],
        )

    # --- surveys ---
    def _of_survey(self, survey):
        if survey["test"]:
            return
        zone = self._zone(survey)
        day = local_day(later(survey["finished"]), zone)
        contact, answered = survey["contact"], survey["contact"] == "answered"
        contract = survey["contract"]
        seller = contract and contract["salesperson"]
        technician = self._person(survey["technician"])
        of_visit = {
            "salesperson": seller,
            "technician_id": technician,
            "treatment_id": self.world.treatments[survey["treatment"]],
        }
        if contact == "waived":
            return
        if not answered or survey["score"]:
            satisfied = answered and survey["score"] >= 4
            figures = (satisfied, answered, not answered)
            yield self._fact(
                "satisfaction", survey, day, figures, user_id=technician, **of_visit
            )
        by = self._person(survey["by"])
        if by is None:
            by = self._fact("contact", survey, day, (0, 0, 0), **of_visit)
            by = by.salesperson_id
        of_visit["user_id"] = by
        asked = contact in ("contacted", "answered")
        yield self._fact(
            "response", survey, day, (answered, asked, not asked), **of_visit
        )
        in_time = False
        if asked:
            spoken = local_day(later(survey["finished"] + survey["contacted"]), zone)
            in_time = spoken <= day + timedelta(days=5)
        decided = contact != "pending"
        yield self._fact(
            "contact", survey, day, (in_time, decided, not decided), **of_visit
        )

    # --- complaints ---
    def _of_ticket(self, ticket):
        if ticket["kind"] not in ("complaint", "claim"):
            return
        zone, survey = self._zone(ticket), ticket["survey"]
        contract = ticket["contract"] or (survey and survey["contract"])
        of_ticket = {
            "salesperson": contract and contract["salesperson"],
            "user_id": self._person(ticket["user"]),
            "team_id": self.world.teams[ticket["team"]]
            if ticket["team"] is not None
            else None,
            "technician_id": survey and self._person(survey["technician"]),
            "treatment_id": survey and self.world.treatments[survey["treatment"]],
        }
        received = local_day(later(ticket["received"]), zone)
        limit = ticket["deadline_hour"]
        if ticket["resolved"] is not None:
            solved = ticket["received"] + ticket["resolved"]
            figures = (ticket["resolution_hours"], 1, 0)
            day = local_day(later(solved), zone)
            yield self._fact("resolution", ticket, day, figures, **of_ticket)
            if limit is not None:
                day = local_day(later(min(solved, limit)), zone)
                figures = (solved <= limit, 1, 0)
                yield self._fact(
                    "resolution_in_time", ticket, day, figures, **of_ticket
                )
            return
        if ticket["stage"] == "cancelled":
            return
        yield self._fact("resolution", ticket, received, (0, 0, 1), **of_ticket)
        if limit is None:
            return
        waits = ticket["stage"] == "awaiting" and ticket["paused_hour"] <= limit
        late = limit < 0 and not waits
        day = local_day(later(limit), zone) if late else received
        yield self._fact(
            "resolution_in_time", ticket, day, (0, late, not late), **of_ticket
        )
