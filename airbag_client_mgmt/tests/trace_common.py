# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .common import ClientMgmtCommon


class TraceCommon(ClientMgmtCommon):
    """One customer from its request to its renewal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.group_ids += cls.env.ref("sales_team.group_sale_salesman")
        cls.customer.user_id = cls.salesperson
        cls.trace = cls.env["airbag.trace"]
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Thirty vans",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "user_id": cls.salesperson.id,
            }
        )
        cls.request = cls._create_ticket(kind="request", lead_id=cls.lead.id)
        cls.quotation = cls._create_contract(opportunity_id=cls.lead.id)
        cls.quotation.create_revision()
        cls.contract = cls.quotation.current_revision_id
        cls.contract.action_confirm()
        cls.visit = cls._create_done_intervention(order_id=cls.contract.id)
        cls.survey = cls.env["survey.user_input"].sudo()._create_obligations(cls.visit)
        cls.complaint = cls._create_ticket(
            kind="complaint", intervention_id=cls.visit.id, order_id=cls.contract.id
        )
        cls.amendment = cls.contract._create_amendment()
        cls.renewal = cls._create_contract(
            contract_start=cls.contract.contract_end + timedelta(days=1)
        )
        cls.renewal.renewed_order_id = cls.contract
        cls.contact = cls.env["airbag.renewal.contact"].create(
            {"order_id": cls.contract.id}
        )
        cls.env.flush_all()

    @classmethod
    def _create_ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Test ticket",
                "description": "Test",
                "partner_id": cls.customer.id,
                "user_id": False,
                "received_on": fields.Datetime.now() - timedelta(hours=1),
                **values,
            }
        )

    def _get_trace(self, record, user=None):
        trace = self.trace.with_user(user or self.quality)
        return trace.get_trace(record._name, record.id)

    def _list_rows(self, trace):
        """Return the rows of a chain, by key."""
        rows = {}
        for block in trace["blocks"]:
            found = [*block["origins"], *block["documents"], *block["others"]]
            found += block["renewal"]["rows"]
            found += [row for month in block["months"] for row in month["rows"]]
            for row in found:
                for each in (row, *row["children"]):
                    self.assertNotIn(each["key"], rows, "twice in the chain")
                    rows[each["key"]] = each
        return rows

    def _list_gaps(self, record, user=None):
        trace = self._get_trace(record, user)
        rows = self._list_rows(trace)
        kinds = {
            "crm.lead": "lead",
            "sale.order": "order",
            "airbag.intervention": "visit",
            "survey.user_input": "survey",
            "helpdesk.ticket": "ticket",
        }
        return rows[f"{kinds[record._name]}-{record.id}"]["gaps"]

    def _set(self, record, **values):
        """Make a fact that only time, or what was before the module, could make."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(fname), value)
                    for fname, value in values.items()
                ),
                record.id,
            )
        )
        self.env.invalidate_all()

    def _get_step(self, trace, kind):
        return next(step for step in trace["steps"] if step["kind"] == kind)
