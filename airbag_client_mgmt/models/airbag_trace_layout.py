# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo import api, models
from odoo.tools import format_date

from ..tools.trace import find_roots
from .airbag_trace import KINDS
from .airbag_trace_row import TONES

#: Visits sent to the browser; of the older ones only how many there are.
MAX_VISITS = 1000
#: Of so few, all are shown at once.
FEW_VISITS = 12


class Blocks(dict):
    """The blocks of a chain: one for each line of versions, one for all the rest."""

    def __init__(self, orders):
        """:param orders: all orders of the chain, the first one first"""
        super().__init__()
        self.root_of = find_roots(
            {
                order.id: (order.current_revision_id or order.amended_order_id).id
                for order in orders
            }
        )
        self.orders_by_lead = orders.grouped("opportunity_id")

    def of(self, order):
        """Return the block of an order; of none, that of what belongs to no order."""
        key = self.root_of.get(order.id, "none")
        if key not in self:
            self[key] = {
                "key": f"block-{key}",
                "title": "",
                "term": "",
                # What nobody may date comes last.
                "day": date.max,
                "signed": False,
                "hidden_orders": 0,
                "origins": [],
                "documents": [],
                "months": [],
                "visits": 0,
                "hidden_visits": 0,
                "others": [],
                "renewal": {"state": "", "tone": "secondary", "rows": []},
                "open": False,
            }
        return self[key]

    def first_quotation(self, lead):
        """Return the first quotation of an opportunity, or an empty record."""
        return self.orders_by_lead.get(lead, lead.order_ids.browse())[:1]


class AirbagTrace(models.AbstractModel):
    """The rows of a chain put in order: a block for each contract, oldest first.

    A block has the opportunity and requests it began with, its quotations and
    versions, its visits by month (the newest first, each with its survey and
    complaints), the complaints about the contract itself, and its renewal.
    """

    _inherit = "airbag.trace"

    # === BUSINESS METHODS === #
    @api.model
    def _arrange(self, chain):
        """Return the chain as plain values.

        :return: ``title``, ``start``, ``customer``, ``steps`` (one for each kind: how
            many, how many the user may not read, how many gaps), and ``blocks``
        """
        rows = self._get_rows(chain)
        blocks = self._get_blocks(chain, rows)
        return {
            "title": self._get_title(chain.start),
            "start": {"model": chain.start._name, "id": chain.start.id},
            "customer": self._get_customer(chain),
            "steps": self._get_steps(chain, rows),
            "blocks": blocks,
        }

    @api.model
    def _get_title(self, start):
        # Of a survey the customer's name is what one knows it by; it was readable.
        return start.display_name or ""

    @api.model
    def _get_customer(self, chain):
        """Return the customer of the chain, once the user may read it."""
        partners = chain.start if chain.start._name == "res.partner" else None
        if not partners:
            partners = self.env["res.partner"].union(
                *(
                    chain.get_readable(kind).partner_id.sudo(False)
                    for kind in ("order", "visit", "ticket", "lead")
                )
            )
        customers = partners.sudo().commercial_partner_id.sudo(False)
        customers = customers._filtered_access("read")
        if len(customers) != 1:
            return False
        return {"id": customers.id, "name": customers.display_name}

    @api.model
    def _get_steps(self, chain, rows):
        """Return how many records of each kind there are, and what is missing."""
        labels = {
            "lead": self.env._("Opportunities"),
            "order": self.env._("Quotations and contracts"),
            "visit": self.env._("Visits"),
            "survey": self.env._("Surveys"),
            "ticket": self.env._("Complaints and requests"),
            "contact": self.env._("Renewal contacts"),
        }
        return [
            {
                "kind": kind,
                "label": labels[kind],
                "total": len(chain.records[kind]),
                "hidden": chain.count_hidden(kind),
                "gaps": sum(len(row["gaps"]) for row in rows[kind].values()),
            }
            for kind in KINDS
        ]

    @api.model
    def _get_blocks(self, chain, rows):
        """Put every row in the block of its contract, or under its visit."""
        orders = chain.records["order"].sorted("id")
        blocks = Blocks(orders)
        for order in orders:
            block = blocks.of(order)
            if order.id in rows["order"]:
                block["documents"].append(rows["order"][order.id])
            else:
                block["hidden_orders"] += 1
        for kind in ("lead", "visit", "survey", "ticket", "contact"):
            getattr(self, f"_place_{kind}s")(chain, rows, blocks)
        for order in orders:
            if order.id in rows["order"]:
                self._describe_contract(order, blocks.of(order), rows["order"])
        return self._finish_blocks(chain, blocks)

    @api.model
    def _place_leads(self, chain, rows, blocks):
        """An opportunity is where the first of its quotations came from."""
        for lead in chain.get_readable("lead").sorted("id"):
            block = blocks.of(blocks.first_quotation(lead))
            block["origins"].append(rows["lead"][lead.id])

    @api.model
    def _place_visits(self, chain, rows, blocks):
        """The visits of each month, the newest first; those without a date on top."""
        months = {}
        for visit in chain.records["visit"].sorted(
            lambda v: (v.finished_at or v.planned_start or datetime.max, v.id),
            reverse=True,
        ):
            block = blocks.of(visit.order_id)
            block["visits"] += 1
            if visit.id not in rows["visit"]:
                block["hidden_visits"] += 1
                continue
            moment = visit.finished_at or visit.planned_start
            day = moment and visit.company_id._get_service_date(moment).replace(day=1)
            place = block["key"], day
            if place not in months:
                months[place] = self._new_month(block, day)
                block["months"].append(months[place])
            months[place]["rows"].append(rows["visit"][visit.id])

    @api.model
    def _new_month(self, block, day):
        return {
            "key": f"{block['key']}-{day or 'none'}",
            "label": format_date(self.env, day, date_format="MMMM y")
            if day
            else self.env._("Without a date"),
            "rows": [],
            "cut": 0,
            "open": False,
        }

    @api.model
    def _place_surveys(self, chain, rows, blocks):
        for survey in chain.get_readable("survey"):
            row, visit = rows["survey"][survey.id], survey.intervention_id
            if visit.id in rows["visit"]:
                rows["visit"][visit.id]["children"].append(row)
            else:
                blocks.of(visit.order_id)["others"].append(row)

    @api.model
    def _place_tickets(self, chain, rows, blocks):
        """A complaint comes after its visit; a request, before its quotation."""
        for ticket in chain.get_readable("ticket").sorted(
            lambda t: (t.received_on, t.id)
        ):
            row = rows["ticket"][ticket.id]
            visit = ticket.intervention_id or ticket.user_input_id.intervention_id
            if visit.id in rows["visit"]:
                rows["visit"][visit.id]["children"].append(row)
            elif ticket.quotation_id or ticket.lead_id:
                order = ticket.quotation_id or blocks.first_quotation(ticket.lead_id)
                blocks.of(order)["origins"].insert(0, row)
            else:
                blocks.of(ticket.order_id or visit.order_id)["others"].append(row)

    @api.model
    def _place_contacts(self, chain, rows, blocks):
        for contact in chain.get_readable("contact").sorted(
            lambda c: (c.contacted_on, c.id)
        ):
            renewal = blocks.of(contact.order_id)["renewal"]
            renewal["rows"].append(rows["contact"][contact.id])

    @api.model
    def _describe_contract(self, order, block, rows):
        """Name a block after its last signed version, and say how its renewal is."""
        row = rows[order.id]
        signed = order.state == "sale"
        if signed or not block["signed"]:
            block["title"] = f"{row['label']} {row['name']}"
            block["term"] = row["detail"]
            block["signed"] = signed
            block["day"] = order.contract_start or order.date_order.date()
        if signed and order.renewal_state:
            block["renewal"] |= {
                "state": self._format_selection(order, "renewal_state"),
                "tone": TONES["renewal"].get(order.renewal_state, "secondary"),
            }

    @api.model
    def _finish_blocks(self, chain, blocks):
        """Return the blocks in order, folded but for what one looks for.

        One comes from a record: its block and its month are open. From a customer or
        a vehicle, the last block is.
        """
        found = sorted(blocks.values(), key=lambda block: block["day"])
        for block in found:
            block["open"] = any(map(self._has_current, self._iter_rows(block)))
            block["title"] = block["title"] or self._get_loose_title(block)
        if found and not any(block["open"] for block in found):
            found[-1]["open"] = True
        shown = 0
        for block in found[::-1]:
            for place, month in enumerate(block["months"]):
                has_current = any(map(self._has_current, month["rows"]))
                few = block["visits"] <= FEW_VISITS
                month["open"] = has_current or few or not place
                keep = max(MAX_VISITS - shown, 0)
                shown += len(month["rows"])
                if not has_current and len(month["rows"]) > keep:
                    month["cut"] = len(month["rows"]) - keep
                    month["rows"] = month["rows"][:keep]
            block.pop("day")
        return found

    @api.model
    def _get_loose_title(self, block):
        if block["hidden_orders"]:
            return self.env._("Contract you have no access to")
        if block["visits"] or block["others"]:
            return self.env._("Without a contract")
        return self.env._("Without a quotation")

    @api.model
    def _iter_rows(self, block):
        for part in ("origins", "documents", "others"):
            yield from block[part]
        yield from block["renewal"]["rows"]
        for month in block["months"]:
            yield from month["rows"]

    @api.model
    def _has_current(self, row):
        return row["current"] or any(child["current"] for child in row["children"])
