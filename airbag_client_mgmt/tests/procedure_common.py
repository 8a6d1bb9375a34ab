# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tools import SQL

from .guide_common import GuideCommon

#: The period of the tests: long past, whatever the day is on which they run.
FIRST, LAST = "2024-03-01", "2024-03-31"
#: The first and the last moment of that month in Bogota, in UTC.
DAWN, DUSK = datetime(2024, 3, 1, 5), datetime(2024, 4, 1, 4, 59)
NOON = datetime(2024, 3, 14, 17)
#: Moments that are March in UTC, or nearly, but not where the company works.
OUTSIDE = (datetime(2024, 3, 1, 4, 59), datetime(2024, 4, 1, 5))


class ProcedureCommon(GuideCommon):
    """Records of March 2024, made past every lock: only what they show matters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.survey_since = False
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.other_company.resource_calendar_id.tz = "America/Bogota"
        cls.hours = iter(range(10**6))

    # === RECORDS === #
    @classmethod
    def _force(cls, record, **values):
        """Write columns as another program would, past each lock and each compute."""
        cls.env.flush_all()
        for fname, value in values.items():
            cls.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(record._table),
                    SQL.identifier(fname),
                    cls._to_column(record, fname, value),
                    tuple(record.ids),
                )
            )
        cls.env.invalidate_all()
        return record

    @classmethod
    def _to_column(cls, record, fname, value):
        is_flag = record._fields[fname].type == "boolean"
        return None if value is False and not is_flag else value

    @classmethod
    def _lead(cls, moment=NOON, **values):
        lead = cls.env["crm.lead"].create(
            {"name": "Lead", "company_id": cls.company.id, **values}
        )
        return cls._force(lead, create_date=moment)

    @classmethod
    def _partner(cls, **values):
        return cls.env["res.partner"].create(
            {
                "name": f"Customer {next(cls.hours)}",
                "is_company": True,
                "email": "someone@example.com",
                "specific_needs": "Night service",
                **values,
            }
        )

    @classmethod
    def _order(cls, moment=NOON, state="sent", lines=None, **values):
        """Return a quotation of that moment, with one service by default."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": values.pop("partner_id", cls.customer.id),
                "company_id": values.pop("company_id", cls.company.id),
                "order_line": lines or [Command.create({"product_id": cls.service.id})],
            }
        )
        return cls._force(order, date_order=moment, state=state, **values)

    @classmethod
    def _contract(cls, moment=NOON, **values):
        """Return a contract confirmed at that moment, signed and complete."""
        order = cls._create_contract(
            contract_start=values.pop("contract_start", moment.date()),
            **{
                key: values.pop(key)
                for key in ("obligation_ids", "line", "company_id", "partner_id")
                if key in values
            },
        )
        terms = {"state": "sale", "date_order": moment, "signed_on": moment, **values}
        return cls._force(order, **terms)

    @classmethod
    def _visit(cls, moment=NOON, state="done", **values):
        """Return a visit planned, and if done made, at that moment."""
        visit = cls._create_intervention(
            planned_start=datetime(2030, 1, 1) + timedelta(days=next(cls.hours)),
            **{
                key: values.pop(key)
                for key in ("company_id", "partner_id", "treatment_id", "vehicle_id")
                if key in values
            },
        )
        done = {}
        if state == "done":
            done = {
                "started_at": moment - timedelta(minutes=1),
                "finished_at": moment,
                "no_products_used": True,
                "no_recommendations": True,
                "report_state": "sent",
            }
        facts = {"state": state, "planned_start": moment, **done, **values}
        return cls._force(visit, **facts)

    @classmethod
    def _ticket(cls, kind, moment=NOON, **values):
        """Return a ticket attended and resolved within the hour, unless said."""
        company = values.pop("company", cls.company)
        ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Ticket",
                "description": "What the customer said",
                "kind": kind,
                "company_id": company.id,
                "partner_id": cls.customer.id,
                "team_id": cls.env["helpdesk.ticket.team"].create({"name": "Area"}).id,
                "received_on": moment,
            }
        )
        hour = timedelta(hours=1)
        facts = {
            "acknowledged_on": moment,
            "acknowledgement_deadline": moment + hour,
            "resolved_on": moment + hour,
            "resolution_deadline": moment + 2 * hour,
            "root_cause": "Loose plug",
            "corrective_action": "New plugs",
            "company_id": company.id,
            **values,
        }
        return cls._force(ticket, **facts)

    @classmethod
    def _survey(cls, visit, timing="in_time", **values):
        survey = cls.env["survey.user_input"].sudo()
        row = survey.create(
            {
                "survey_id": cls.company.satisfaction_survey_id.id,
                "intervention_id": visit.id,
            }
        )
        facts = {"contact_state": "contacted", "contact_timing": timing, **values}
        return cls._force(row, **facts)

    @contextmanager
    def _reopened(self, visit):
        """Let something be recorded on a visit, which is then what it was."""
        state = visit.state
        self._force(visit, state="in_progress")
        yield
        self._force(visit, state=state)

    # === ASSERTIONS === #
    def _get_step(self, code, user=None, **context):
        steps = self.env["airbag.procedure.step"].with_user(user or self.management)
        context = {"procedure_from": FIRST, "procedure_to": LAST, **context}
        return steps.with_context(**context).search([("code", "=", code)])

    def _open(self, action, user=None):
        """Return the records a window shows, as the browser asks for them."""
        model = self.env[action["res_model"]].with_user(user or self.management)
        return model.with_context(**action["context"]).search(action["domain"])

    def _check(self, code, complete, lacking, not_expected=None, spared=None):
        """Assert the figures of a step and of each evidence, and what they open.

        :param complete: records that have all of the evidence
        :param lacking: by code of evidence, the records that lack it alone
        :param spared: by code of evidence, the expected records that need not have it
        """
        step = self._get_step(code)
        missing = sum(lacking.values(), complete.browse())
        self.assertEqual(
            (step.expected_count, step.done_count, step.missing_count),
            (len(complete | missing), len(complete), len(missing)),
        )
        self.assertEqual(self._open(step.action_open_records()), complete | missing)
        self.assertEqual(self._open(step.action_open_missing()), missing)
        self.assertEqual(self._open(step.action_open_done()), complete)
        self.assertEqual(set(step.evidence_ids.mapped("code")), set(lacking))
        for evidence in step.evidence_ids:
            with self.subTest(evidence=evidence.code):
                records = lacking[evidence.code]
                self.assertEqual(evidence.missing_count, len(records))
                self.assertEqual(self._open(evidence.action_open_missing()), records)
                expected = self._open(evidence.action_open_records())
                self.assertEqual(len(expected), evidence.expected_count)
                need_not = (spared or {}).get(evidence.code, records.browse())
                self.assertEqual(expected, (complete | missing) - need_not)
        for other in not_expected or ():
            self.assertNotIn(other, self._open(step.action_open_records()))
