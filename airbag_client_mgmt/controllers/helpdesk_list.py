# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

from .ticket_confirmation import COMMENT_LIMIT

#: What the page of a ticket may say above it.
MESSAGES = ("received", "closing_asked")


class ClientTicketPortal(CustomerPortalHelpdesk):
    """The customer's complaints and requests: the list, and the page of one."""

    @http.route()
    def portal_my_tickets(self, page=1, **kw):
        """List the tickets; an address typed by hand shows the list all the same."""
        known = {
            "sortby": self._ticket_get_searchbar_sortings(),
            "groupby": self._ticket_get_searchbar_groupby(),
            "search_in": self._ticket_get_searchbar_inputs(),
        }
        for name, choices in known.items():
            if kw.get(name) not in choices:
                kw.pop(name, None)
        if not all(_is_date(kw.get(name)) for name in ("date_begin", "date_end")):
            kw.pop("date_begin", None)
            kw.pop("date_end", None)
        return super().portal_my_tickets(page=page, **kw)

    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, message=None, **kw):
        """Show one ticket, with a word on what the customer has just done."""
        # Nothing else of the address: it would be taken for an argument.
        response = super().portal_my_ticket(ticket_id, access_token=access_token)
        values = getattr(response, "qcontext", None) or {}
        if "ticket" in values:
            values["ticket_message"] = message if message in MESSAGES else None
            values["token"] = values["ticket"]._get_question_token(request.env.user)
            values["limit"] = COMMENT_LIMIT
        return response


def _is_date(value):
    """Tell whether a text is a date, or nothing."""
    try:
        fields.Datetime.to_datetime(value or False)
    except (TypeError, ValueError):
        return False
    return True
