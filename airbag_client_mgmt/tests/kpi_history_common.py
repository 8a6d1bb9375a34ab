# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import copy
from datetime import timedelta
from types import SimpleNamespace

from odoo import Command
from odoo.tools import SQL

from .common import ClientMgmtCommon
from .kpi_history import ZONES, days_of, later, local_day

#: Stored figures that the rows leave to the system, table by table.
COMPUTED = {
    "sale.order": (
        "contract_state",
        "renewal_contacted_on",
        "renewal_first_contacted_on",
        "renewal_state",
    ),
    "airbag.intervention": ("promised_date",),
    "survey.user_input": (
        "company_id",
        "order_id",
        "customer_id",
        "treatment_id",
        "technician_id",
        "salesperson_id",
        "service_date",
        "contact_timing",
    ),
    "helpdesk.ticket": ("incident_date", "commitment_date"),
}
CODES = (
    "satisfaction",
    "resolution",
    "retention",
    "contact",
    "response",
    "resolution_in_time",
    "visits",
    "renewal_contact",
)


class KpiHistoryCommon(ClientMgmtCommon):
    """Two companies in different time zones, to which histories are written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.kpi.report"]
        cls.kpis = {kpi.code: kpi for kpi in cls.env["airbag.kpi"].search([])}
        cls.companies = cls.env["res.company"].create(
            [
                {"name": zone, "resource_calendar_id": cls._calendar(zone).id}
                for zone in ZONES
            ]
        )
        cls.people = cls.technician | cls.salesperson
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "user_id": user.id}
                for n, user in enumerate(
                    (cls.salesperson, cls.env["res.users"], cls.planner)
                )
            ]
        )
        cls.contacts = cls.env["res.partner"].create(
            [{"name": "Contact", "parent_id": c.id} for c in cls.customers]
        )
        cls.teams = cls.env.ref("airbag_client_mgmt.helpdesk_team_quality") | (
            cls.env.ref("airbag_client_mgmt.helpdesk_team_operations")
        )
        cls.treatments = cls.treatment | cls.treatment.copy({"code": "T-OTHER"})
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id
            for name in ("new", "awaiting", "done", "cancelled")
        }
        cls.reason = cls.env.ref("airbag_client_mgmt.contract_reason_lost_price")
        cls._create_models()
        cls.world = SimpleNamespace(
            companies=cls.companies.ids,
            people=cls.people.ids,
            customers=cls.customers.ids,
            teams=cls.teams.ids,
            treatments=cls.treatments.ids,
            sellers={c.id: c.user_id.id or None for c in cls.customers},
            areas={code: cls.kpis[code].team_id.id for code in CODES},
        )
        cls.management.write(
            {"company_ids": [Command.set(cls.companies.ids + cls.company.ids)]}
        )
        cls.env.flush_all()

    @classmethod
    def _calendar(cls, zone):
        return cls.env["resource.calendar"].create({"name": zone, "tz": zone})

    @classmethod
    def _create_models(cls):
        """Create one row of each table, of which the others are copies."""
        contract = cls._create_contract()
        visit = cls._create_intervention(vehicle_id=False, user_id=False)
        survey = (
            cls.env["survey.user_input"]
            .sudo()
            .create({"survey_id": cls.company.satisfaction_survey_id.id})
        )
        ticket = cls.env["helpdesk.ticket"].create(
            {"name": "Model", "description": "Model", "kind": "query"}
        )
        cls.env.flush_all()
        cls.models = {
            "sale.order": contract.id,
            "sale.order.line": contract.order_line.id,
            "airbag.intervention": visit.id,
            "survey.user_input": survey.id,
            "helpdesk.ticket": ticket.id,
        }
        cls.columns = {}
        for model in cls.models:
            cls.env.cr.execute(
                "SELECT column_name, udt_name FROM information_schema.columns"
                " WHERE table_name = %s AND column_name != 'id'",
                [cls.env[model]._table],
            )
            cls.columns[model] = dict(cls.env.cr.fetchall())

    # --- writing a history ---
    def _insert(self, model, rows):
        """Write rows as they are, the rest as in the model row; return their ids."""
        if not rows:
            return []
        table = SQL.identifier(self.env[model]._table)
        types, given_names = self.columns[model], list(rows[0])
        select = SQL(", ").join(
            SQL("CAST(given.%s AS %s)", SQL.identifier(name), SQL(types[name]))
            if name in given_names
            else SQL.identifier("model", name)
            for name in types
        )
        values = SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (id, %(names)s)
                SELECT given.new_id, %(select)s
                  FROM %(table)s model,
                       (SELECT nextval(pg_get_serial_sequence(%(name)s, 'id'))
                                   AS new_id, raw.*
                          FROM (VALUES %(values)s) raw (%(given)s)) given
                 WHERE model.id = %(model)s
                RETURNING id
                """,
                table=table,
                name=self.env[model]._table,
                names=SQL(", ").join(map(SQL.identifier, types)),
                select=select,
                values=values,
                given=SQL(", ").join(map(SQL.identifier, given_names)),
                model=self.models[model],
            )
        )
        return sorted(row[0] for row in self.env.cr.fetchall())

    def _id(self, records, index):
        return None if index is None else records.ids[index]

    def _partner(self, row):
        people = self.contacts if row["by_contact"] else self.customers
        return people.ids[row["customer"]]

    def _write(self, history):
        """Write a history and have the system compute what it stores of it."""
        history = copy.deepcopy(history)
        contracts = [
            days_of(contract, ZONES[contract["company"]])
            for contract in history["contracts"]
        ]
        history = history | {"contracts": contracts}
        self._link(history)
        self._write_contracts(contracts)
        self._write_visits(history)
        self._write_surveys(history["surveys"])
        self._write_tickets(history["tickets"])
        self.env.invalidate_all()
        for model, names in COMPUTED.items():
            records = (
                self.env[model]
                .sudo()
                .with_context(active_test=False)
                .search([("company_id", "in", [*self.companies.ids, False])])
            )
            if model == "survey.user_input":
                records = (
                    self.env[model].sudo().search([("intervention_id", "!=", False)])
                )
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
                records.flush_recordset([name])
        return history

    def _link(self, history):
        """Have surveys and tickets point to rows that there are."""
        for visit in history["visits"]:
            visit["contract"] %= len(history["contracts"])
        for name in ("surveys", "tickets"):
            for row in history[name]:
                for link, rows in (("contract", "contracts"), ("survey", "surveys")):
                    index, found = row.get(link), history[rows]
                    if isinstance(index, int):
                        row[link] = found[index % len(found)] if found else None
        for survey in history["surveys"]:
            if contract := survey["contract"]:
                for name in ("company", "customer"):
                    survey[name] = contract[name]
        for ticket in history["tickets"]:
            limit, paused = ticket["deadline"], ticket["paused"]
            start = ticket["received"]
            ticket["deadline_hour"] = None if limit is None else start + limit
            ticket["paused_hour"] = min(start + paused, -1)

    def _write_contracts(self, contracts):
        rows = [
            {
                "name": f"C{index}",
                "unrevisioned_name": f"C{index}",
                "company_id": self._id(self.companies, contract["company"]),
                "partner_id": self._partner(contract),
                "user_id": self._id(self.people, contract["salesperson"]),
                "state": contract["state"],
                "is_service_contract": contract["is_contract"],
                "is_open_ended": contract["last_day"] is None,
                "contract_start": contract["first_day"],
                "contract_end": contract["last_day"],
                "terminated_on": contract["terminated_on"],
                "replaced_on": contract["replaced_on"],
                "renewal_lost_reason_id": self.reason.id if contract["lost"] else None,
                "access_token": None,
            }
            for index, contract in enumerate(contracts)
        ]
        for contract, number in zip(
            contracts, self._insert("sale.order", rows), strict=True
        ):
            contract["id"] = number
        lines = [{"order_id": contract["id"]} for contract in contracts]
        for contract, number in zip(
            contracts, self._insert("sale.order.line", lines), strict=True
        ):
            contract["line_id"] = number
        self._insert("sale.order", list(self._get_renewals(contracts)))
        self.env.cr.executemany(
            "INSERT INTO airbag_renewal_contact"
            " (order_id, company_id, contacted_on, outcome, channel, user_id)"
            " VALUES (%s, %s, %s, %s, 'phone', 1)",
            [
                (
                    contract["id"],
                    self._id(self.companies, contract["company"]),
                    when,
                    outcome,
                )
                for contract in contracts
                for when, outcome in contract["contact_moments"]
            ],
        )

    def _get_renewals(self, contracts):
        for contract in contracts:
            if not contract["renewal"]:
                continue
            state, _when, withdrawn = contract["renewal"]
            start = (contract["last_day"] or contract["first_day"]) + timedelta(days=1)
            yield {
                "name": f"R{contract['id']}",
                "unrevisioned_name": f"R{contract['id']}",
                "company_id": self._id(self.companies, contract["company"]),
                "partner_id": self._partner(contract),
                "state": state,
                "renewed_order_id": contract["id"],
                "is_open_ended": True,
                "contract_start": start,
                "contract_end": None,
                "date_order": contract["renewal_moment"],
                "terminated_on": start - timedelta(days=1) if withdrawn else None,
                "access_token": None,
            }

    def _write_visits(self, history):
        self._insert(
            "airbag.intervention",
            [
                {
                    "name": f"V{number}",
                    "company_id": self._id(self.companies, contract["company"]),
                    "partner_id": self._partner(contract),
                    "order_id": contract["id"],
                    "order_line_id": contract["line_id"] if visit["line"] else None,
                    "visit_number": number if visit["numbered"] else None,
                    "state": visit["state"],
                    "planned_start": self._moment(visit["planned"]),
                    "planned_end": None,
                    "original_planned_start": self._moment(visit["original"]),
                    "user_id": self._id(self.people, visit["technician"]),
                    "treatment_id": self._id(self.treatments, visit["treatment"]),
                }
                for number, visit in enumerate(history["visits"], start=1)
                for contract in [history["contracts"][visit["contract"]]]
            ],
        )

    def _moment(self, count):
        return None if count is None else later(count)

    def _write_surveys(self, surveys):
        visits = self._insert(
            "airbag.intervention",
            [
                {
                    "name": f"S{number}",
                    "company_id": self._id(self.companies, survey["company"]),
                    "partner_id": self._partner(survey["contract"] or survey),
                    "order_id": (survey["contract"] or {}).get("id"),
                    "order_line_id": None,
                    "visit_number": None,
                    "state": "done",
                    "planned_start": None,
                    "planned_end": None,
                    "original_planned_start": None,
                    "finished_at": later(survey["finished"]),
                    "user_id": self._id(self.people, survey["technician"]),
                    "treatment_id": self._id(self.treatments, survey["treatment"]),
                }
                for number, survey in enumerate(surveys)
            ],
        )
        for survey, visit_id in zip(surveys, visits, strict=True):
            survey["visit_id"] = visit_id
        self._insert("survey.user_input", [self._get_survey(row) for row in surveys])

    def _get_survey(self, survey):
        contact = survey["contact"]
        answered = contact == "answered"
        finished = later(survey["finished"])
        day = local_day(finished, ZONES[survey["company"]])
        score = survey["score"] if answered else None
        asked = contact in ("contacted", "answered")
        return {
            "intervention_id": survey["visit_id"],
            "access_token": f"token-{survey['visit_id']}",
            "state": "done" if answered else survey["state"],
            "test_entry": survey["test"],
            "contact_state": contact,
            "contact_deadline": day + timedelta(days=5),
            "contacted_on": finished + timedelta(hours=survey["contacted"])
            if asked
            else None,
            "contact_user_id": self._id(self.people, survey["by"]),
            "satisfaction_score": score,
            "is_satisfied": bool(score and score >= 4),
        }

    def _write_tickets(self, tickets):
        rows = [
            {
                "name": "Ticket",
                "number": f"T{number}",
                "access_token": None,
                "kind": ticket["kind"],
                "company_id": self._id(self.companies, ticket["company"]),
                "partner_id": self._partner(ticket),
                "team_id": self._id(self.teams, ticket["team"]),
                "user_id": self._id(self.people, ticket["user"]),
                "intervention_id": (ticket["survey"] or {}).get("visit_id"),
                "order_id": (ticket["contract"] or {}).get("id"),
                "received_on": later(ticket["received"]),
                "resolved_on": None
                if ticket["resolved"] is None
                else later(ticket["received"] + ticket["resolved"]),
                "resolution_hours": ticket["resolution_hours"],
                "resolution_deadline": self._moment(ticket["deadline_hour"]),
                "stage_id": self.stages[
                    ticket["stage"] if ticket["resolved"] is None else "done"
                ],
            }
            for number, ticket in enumerate(tickets)
        ]
        numbers = self._insert("helpdesk.ticket", rows)
        self.env.cr.executemany(
            'INSERT INTO airbag_ticket_pause (ticket_id, "start", stop)'
            " VALUES (%s, %s, %s)",
            [
                (number, later(ticket["paused_hour"]), later(-1) if over else None)
                for number, ticket in zip(numbers, tickets, strict=True)
                for over in [ticket["resolved"] is not None]
                if over or ticket["stage"] == "awaiting"
            ],
        )
