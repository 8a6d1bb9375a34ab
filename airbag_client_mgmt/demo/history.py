# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A year of PRO AIRBAG up to today, made with the workflow's own methods.

Deterministic: the same day gives the same history. Nothing here writes an e-mail.
"""

import random

from odoo.tools import SQL

from .clock import Clock
from .closings import Closings
from .contracts import Contracts
from .guides import Guides
from .leads import Leads
from .loyalty import Loyalty
from .surveys import Surveys
from .tickets import Tickets
from .visits import Visits

MODULE = "airbag_client_mgmt"
LANGUAGE = "es_419"
#: The past has no chatter of today, and nobody is told about it.
QUIET = {
    "lang": LANGUAGE,
    "tz": "America/Bogota",
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "mail_notrack": True,
}


class History:
    """What the chapters of the demo share. Created by ``airbag.demo``."""

    def __init__(self, env):
        self.env = env(context={**env.context, **QUIET})
        self.random = random.Random(8)
        self.clock = Clock(self.env.company)
        self.late_ones = self.ref("partner_mutual") | self.ref("partner_faro")
        self._next_vehicle = {}
        self.leads = Leads(self)

    def create_all(self):
        """Make the whole history, in the order things happen."""
        Contracts(self).create_all()
        visits = Visits(self).carry_out()
        Guides(self).inform(visits)
        Surveys(self).ask(visits)
        Tickets(self).resolve_all()
        self.leads.create_open()
        Loyalty(self).reward()
        Closings(self).close_all()
        self._date_messages()
        self._silence_bot()

    # --- finding things ---
    def ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def user(self, login):
        return self.ref(f"user_{login}")

    def contact(self, partner):
        """Return the person of a customer who signs, receives and answers."""
        return partner.child_ids[:1] or partner

    def vehicle(self, partner):
        """Return the customer's vehicles, one after the other."""
        vehicles = self.env["airbag.vehicle"].search([("partner_id", "=", partner.id)])
        if not vehicles:
            return vehicles
        turn = self._next_vehicle.get(partner, 0)
        self._next_vehicle[partner] = turn + 1
        return vehicles[turn % len(vehicles)]

    def chance(self, probability):
        return self.random.random() < probability

    # --- the past ---
    def backdate(self, record, moment, fname="create_date"):
        """Say that something happened in the past.

        The ORM stamps today on ``create_date``, which lists and ages show, and on the
        date of an order that is confirmed.
        """
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(fname),
                moment,
                record.id,
            )
        )
        record.invalidate_recordset([fname])

    def _date_messages(self):
        """Commercial wrote the notes, when their document was; not today."""
        orders = self.env["sale.order"].search([])
        messages = self.env["mail.message"].search(
            [("model", "=", "sale.order"), ("res_id", "in", orders.ids)]
        )
        by_id = {order.id: order for order in orders}
        for message in messages:
            order = by_id[message.res_id]
            contacted = order.renewal_contacted_on
            message.write(
                {
                    "author_id": order.user_id.partner_id.id,
                    "date": self.clock.at(contacted, 15)
                    if contacted
                    else order.date_order,
                }
            )

    def _silence_bot(self):
        """The chat that welcomes new users would cover a phone's screen."""
        users = self.env["res.users"].search([("share", "=", False)])
        if "odoobot_state" in users._fields:
            users.odoobot_state = "disabled"
