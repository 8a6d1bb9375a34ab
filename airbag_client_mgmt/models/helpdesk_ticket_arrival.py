# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import email_normalize, mute_logger


class HelpdeskTicket(models.Model):
    """A request that arrives by itself: by the web page or by e-mail. §5.2.1."""

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    request_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names one filled-in web form, so that it makes one request, however "
        "often it is sent.",
    )
    request_address = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Tells which web requests came from one place, not from which place.",
    )

    _request_key_uniq = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This request was already received.",
    )
    # Each web request is preceded by a count of those of the last hour.
    _request_received_idx = models.Index("(received_on) WHERE request_key IS NOT NULL")

    # === BUSINESS METHODS === #
    @api.model
    def _get_request_defaults(self, channel):
        """Return the values of every request that comes by a channel."""
        category = self.env.ref("airbag_client_mgmt.helpdesk_category_service_request")
        return {
            "kind": "request",
            "category_id": category.id,
            "team_id": category.team_id.id,
            "channel_id": self.env.ref(
                f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
            ).id,
            "user_id": False,
        }

    @api.model
    def _create_web_request(self, values, key):
        """Return the request of one filled-in web form, once. PRO 008 §5.2.1.

        Called by the public page, as the system.

        :param dict values: what the visitor wrote, already checked
        :param str key: names the form that was filled in
        """
        sent = Domain("request_key", "=", key)
        if known := self.search(sent, limit=1):
            return known
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                ticket = self.create(
                    {
                        **self._get_request_defaults("web"),
                        "company_id": self.env.company.id,
                        "request_key": key,
                        **values,
                    }
                )
        except UniqueViolation as error:
            # The same form was sent at the same moment. This transaction may be too
            # old to see the other's ticket: Odoo then runs the whole request again.
            if known := self.search(sent, limit=1):
                return known
            raise ConcurrencyError("Web request sent twice") from error
        return ticket

    @api.model
    def _count_recent_requests(self, since, **origin):
        """Return how many web requests came since a moment, of all or of one origin.

        :param origin: ``email`` or ``address``, as they were recorded
        """
        recent = Domain("request_key", "!=", False) & Domain("received_on", ">=", since)
        if "email" in origin:
            # Compared as it is: what a visitor writes is no pattern.
            recent &= Domain("partner_email", "=", email_normalize(origin["email"]))
        if "address" in origin:
            recent &= Domain("request_address", "=", origin["address"])
        return self.with_context(active_test=False).search_count(recent)
