# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: What a chain is made of, in the order in which it happens.
KINDS = {
    "lead": "crm.lead",
    "order": "sale.order",
    "visit": "airbag.intervention",
    "survey": "survey.user_input",
    "ticket": "helpdesk.ticket",
    "contact": "airbag.renewal.contact",
}
#: How its records point to each other: (kind, field, kind it points to).
LINKS = (
    ("order", "opportunity_id", "lead"),
    ("order", "current_revision_id", "order"),
    ("order", "amended_order_id", "order"),
    ("order", "renewed_order_id", "order"),
    ("visit", "order_id", "order"),
    ("survey", "intervention_id", "visit"),
    ("ticket", "lead_id", "lead"),
    ("ticket", "quotation_id", "order"),
    ("ticket", "order_id", "order"),
    ("ticket", "intervention_id", "visit"),
    ("ticket", "user_input_id", "survey"),
    ("contact", "order_id", "order"),
)
#: What is read of them, in one query each.
FIELDS = {
    "lead": ["active", "create_date", "name", "partner_id", "stage_id", "user_id"],
    "order": [
        "amended_order_id",
        "amendment_start",
        "company_id",
        "contract_end",
        "contract_start",
        "contract_state",
        "current_revision_id",
        "date_order",
        "is_service_contract",
        "name",
        "opportunity_id",
        "partner_id",
        "renewal_state",
        "renewed_order_id",
        "replaced_on",
        "revision_number",
        "signed_on",
        "state",
        "terminated_on",
        "user_id",
    ],
    "visit": [
        "active",
        "company_id",
        "finished_at",
        "name",
        "order_id",
        "partner_id",
        "planned_start",
        "state",
        "treatment_id",
        "user_id",
        "visit_number",
    ],
    "survey": [
        "company_id",
        "contact_deadline",
        "contact_state",
        "contact_user_id",
        "contacted_on",
        "imported_on",
        "intervention_id",
        "is_satisfied",
        "satisfaction_score",
        "state",
    ],
    "ticket": [
        "active",
        "company_id",
        "intervention_id",
        "kind",
        "lead_id",
        "name",
        "number",
        "order_id",
        "partner_id",
        "quotation_id",
        "received_on",
        "resolved_on",
        "stage_id",
        "team_id",
        "user_id",
        "user_input_id",
    ],
    "contact": ["channel", "contacted_on", "note", "order_id", "outcome", "user_id"],
}
#: From these, too: the chains of all their records.
STARTS = {
    "res.partner": ("lead", "order", "visit", "ticket"),
    "airbag.vehicle": ("visit",),
}


@dataclass
class Chain:
    """The records of a chain, as the system sees them, and which the user may read."""

    #: The record that one came from.
    start: models.BaseModel
    #: kind -> recordset, as the superuser.
    records: dict
    #: kind -> ids.
    readable: dict

    def get_readable(self, kind):
        """Return the records of a kind that may be shown."""
        return self.records[kind].filtered(lambda r: r.id in self.readable[kind])

    def count_hidden(self, kind):
        """Return how many records of a kind there are that may not be shown."""
        return len(self.records[kind]) - len(self.readable[kind])


class AirbagTrace(models.AbstractModel):
    """What came before and after a record, in one view. PRO 008 §5, ISO 9001 §8.5.2.

    Opportunity → revisions of the quotation → contract and its amendments → visits →
    surveys → complaints → renewal. The chain is the same from whichever of its
    records it is asked for. It is followed as the system, within the companies the
    user works for; of a record that the user may not read nothing is told but that it
    exists. Takes the same number of queries however long the chain is.
    """

    _name = "airbag.trace"
    _description = "Traceability of a Record"

    # === BUSINESS METHODS === #
    @api.model
    @api.readonly
    def get_trace(self, model, res_id):
        """Return the chain of a record. Called by the client action.

        :param str model: one of ``KINDS``, a customer or a vehicle
        :param int res_id: the record that one came from
        :return: what ``_arrange`` returns
        :raise AccessError: for who may not read the record, or is no employee
        :raise MissingError: when it was deleted
        :raise UserError: for a model that is in no chain
        """
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only employees see where a record comes from.")
            )
        return self._arrange(self._collect(self._get_start(model, res_id)))

    @api.model
    def _get_start(self, model, res_id):
        if model not in (*KINDS.values(), *STARTS):
            raise UserError(
                self.env._(
                    "Open the traceability from an opportunity, an order, a visit, a "
                    "survey, a complaint, a customer or a vehicle."
                )
            )
        # What the address of the page says may be anything.
        ids = [int(res_id)] if str(res_id).isdecimal() else []
        start = self.env[model].browse(ids).exists()
        if not start:
            raise MissingError(self.env._("The record does not exist any more."))
        start.check_access("read")
        return start

    @api.model
    def _collect(self, start) -> Chain:
        """Return the whole chain of a record that the user may read."""
        found = self._follow(self._get_seeds(start))
        chain = Chain(start, {}, {})
        for kind, model in KINDS.items():
            records = self.env[model].sudo().browse(found[kind])
            if records:
                records.fetch(FIELDS[kind])
            chain.records[kind] = records
            chain.readable[kind] = self._get_readable_ids(model, found[kind])
        return chain

    @api.model
    def _get_readable_ids(self, model, ids):
        """Return which of the records the user may read, archived ones included."""
        records = self.env[model].with_context(active_test=False)
        if not ids or not records.has_access("read"):
            return set()
        return set(records._search(Domain("id", "in", ids)).get_result_ids())

    @api.model
    def _get_seeds(self, start):
        """Return {kind: ids} of what the chain is followed from."""
        if start._name == "airbag.vehicle":
            domain = Domain("vehicle_id", "=", start.id)
        elif start._name == "res.partner":
            customer = Domain(
                "commercial_partner_id", "=", start.sudo().commercial_partner_id.id
            )
            domain = Domain("partner_id", "any!", customer)
        else:
            kind = next(kind for kind, model in KINDS.items() if model == start._name)
            return {kind: start.ids}
        return {
            kind: self.env[KINDS[kind]]
            .sudo()
            .with_context(active_test=False)
            ._search(domain & self._get_company_domain())
            .get_result_ids()
            for kind in STARTS[start._name]
        }

    @api.model
    def _get_company_domain(self) -> Domain:
        return Domain("company_id", "in", [*self.env.companies.ids, False])

    @api.model
    def _follow(self, seeds):
        """Return {kind: ids} of all that is linked with the seeds, in one query."""
        for kind, fname, _target in LINKS:
            self.env[KINDS[kind]].flush_model([fname, "company_id"])
        self.env["crm.lead"].flush_model(["company_id"])
        found = {kind: [] for kind in KINDS}
        known = [(kind, id_) for kind, ids in seeds.items() for id_ in ids]
        if known:
            for kind, id_ in self.env.execute_query(self._query_chain(known)):
                found[kind].append(id_)
        return found

    @api.model
    def _query_chain(self, known) -> SQL:
        """Return the query of a chain: it goes from link to link, both ways."""
        steps = []
        for kind, fname, target in LINKS:
            link = SQL(
                "SELECT %s, record.%s FROM %s record",
                target,
                SQL.identifier(fname),
                SQL.identifier(self.env[KINDS[kind]]._table),
            )
            steps.append(
                SQL("%s WHERE node.kind = %s AND record.id = node.id", link, kind)
            )
            steps.append(
                SQL(
                    """SELECT %s, record.id FROM %s record
                        WHERE node.kind = %s AND record.%s = node.id""",
                    kind,
                    SQL.identifier(self.env[KINDS[kind]]._table),
                    target,
                    SQL.identifier(fname),
                )
            )
        of_companies = SQL(" UNION ALL ").join(
            SQL(
                """SELECT node.kind, node.id
                     FROM node
                     JOIN %s record ON record.id = node.id
                    WHERE node.kind = %s
                      AND (record.company_id IS NULL OR record.company_id IN %s)""",
                SQL.identifier(self.env[model]._table),
                kind,
                tuple(self.env.companies.ids),
            )
            for kind, model in KINDS.items()
        )
        return SQL(
            """
            WITH RECURSIVE node(kind, id) AS (
                SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::int[])
                 UNION
                SELECT next.kind, next.id
                  FROM node
            CROSS JOIN LATERAL (%(steps)s) AS next(kind, id)
                 WHERE next.id IS NOT NULL
            )
            SELECT * FROM (%(chain)s) AS chain(kind, id) ORDER BY kind, id
            """,
            kinds=[kind for kind, _id in known],
            ids=[id_ for _kind, id_ in known],
            steps=SQL(" UNION ALL ").join(steps),
            chain=of_companies,
        )
