# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.tests import freeze_time

from .common import ClientMgmtCommon


class KpiCommon(ClientMgmtCommon):
    """Answers, complaints and contracts of three months, small enough to count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.kpi.report"]
        cls.kpi = {
            kpi.code: kpi
            for kpi in cls.env["airbag.kpi"].search([("active", "=", True)])
        }
        cls.other_customer = cls.env["res.partner"].create({"name": "Other Fleet"})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Driver", "parent_id": cls.customer.id}
        )
        cls.other_treatment = cls.treatment.copy({"code": "T-OTHER"})
        cls._create_history()
        cls.env.flush_all()

    @classmethod
    def _create_history(cls):
        cls.answers = [
            cls._answer(day, partner, treatment, satisfied)
            for day, partner, treatment, satisfied in (
                (datetime(2026, 1, 10, 15), cls.customer, cls.treatment, True),
                (datetime(2026, 1, 11, 15), cls.contact, cls.treatment, False),
                # 1 February in UTC, still 31 January in Bogotá
                (datetime(2026, 2, 1, 3), cls.customer, cls.other_treatment, True),
                (datetime(2026, 2, 20, 15), cls.other_customer, cls.treatment, True),
                (datetime(2026, 3, 5, 15), cls.other_customer, cls.treatment, False),
            )
        ]
        cls.tickets = [
            cls._ticket(*values)
            for values in (
                ("complaint", datetime(2026, 1, 12, 14), datetime(2026, 1, 12, 18)),
                ("claim", datetime(2026, 1, 30, 14), datetime(2026, 2, 2, 15)),
                ("query", datetime(2026, 2, 3, 14), datetime(2026, 2, 3, 15)),
                ("complaint", datetime(2026, 2, 5, 14), None),
            )
        ]
        first, second, third = (
            cls.customer,
            cls.other_customer,
            cls.env["res.partner"].create({"name": "Third Fleet"}),
        )
        cls.contracts = [
            cls._contract(partner, start, outcome)
            for partner, start, outcome in (
                # One customer, two contracts in January: one renewed, one lost.
                (first, date(2025, 1, 10), "renewed"),
                (cls.contact, date(2025, 1, 20), "lost"),
                (second, date(2025, 1, 25), "lost"),
                (third, date(2025, 3, 1), "undecided"),
                (second, date(2025, 2, 11), "renewed"),
                (third, date(2025, 2, 15), "terminated"),
                (third, date(2025, 1, 5), "open"),
            )
        ]

    @classmethod
    def _answer(cls, finished_at, partner, treatment, satisfied):
        visit = cls._create_intervention(
            partner_id=partner.id, treatment_id=treatment.id, vehicle_id=False
        )
        visit.write({"state": "planned", "booking_override_reason": "Test"})
        visit.action_start()
        cls._document(visit)
        visit.write(
            {"started_at": finished_at.replace(hour=0), "finished_at": finished_at}
        )
        visit.action_finish()
        inputs = cls.env["survey.user_input"].sudo()
        answer = inputs._create_obligations(visit) or inputs.search(
            [("intervention_id", "=", visit.id)]
        )
        question = cls.env.ref("airbag_client_mgmt.satisfaction_question_overall")
        answer._record_answers({question: "5" if satisfied else "3"}, "phone")
        return answer

    @classmethod
    def _ticket(cls, kind, received_on, resolved_on):
        ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": kind,
                "description": kind,
                "kind": kind,
                "partner_id": cls.customer.id,
                "received_on": received_on,
                "root_cause": "Known",
                "corrective_action": "Taken",
            }
        )
        if resolved_on:
            with freeze_time(resolved_on):
                ticket.stage_id = cls.env.ref(
                    "helpdesk_mgmt.helpdesk_ticket_stage_done"
                )
        return ticket

    @classmethod
    def _contract(cls, partner, start, outcome):
        order = cls._create_contract(
            partner_id=partner.id,
            contract_start=start,
            is_open_ended=outcome == "open",
        )
        with freeze_time(start):
            order.action_confirm()
        if outcome == "renewed":
            renewal = cls.env["sale.order"].browse(order.action_renew()["res_id"])
            renewal.action_confirm()
        elif outcome == "lost":
            order.renewal_lost_reason_id = cls.env.ref(
                "airbag_client_mgmt.contract_reason_lost_price"
            )
        elif outcome == "terminated":
            with freeze_time(date(2026, 1, 15)):
                order._compute_contract_state()
                order._terminate(
                    date(2026, 1, 15),
                    cls.env.ref("airbag_client_mgmt.contract_reason_price"),
                )
        elif outcome == "undecided":
            # Still within the grace period on the day of the test.
            order.env.company.renewal_grace_days = 10_000
        return order

    # --- what the tests ask for ---
    def _local_day(self, moment):
        return self.company._get_service_date(moment)

    def _get_customers(self):
        """Return the customers of the history."""
        third = self.contracts[3].partner_id.commercial_partner_id
        return self.customer | self.other_customer | third

    def _get_own_domain(self):
        """Return the facts of the history, of the three indicators of PRO 008."""
        customers = self._get_customers()
        return [("partner_id", "in", customers.ids), ("kpi_id.is_main", "=", True)]
