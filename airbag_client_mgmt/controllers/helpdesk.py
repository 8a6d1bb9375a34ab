# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class ClientHelpdeskController(HelpdeskTicketController):
    """Portal of complaints and requests: a customer closes only its own."""

    @http.route(methods=["GET", "POST"])
    def support_ticket_close(self, **kw):
        """Close a ticket of the customer; the helpdesk's route checks no owner.

        A link only shows the ticket: scanners of e-mail and images of other pages
        follow links. A complaint without root cause and corrective action cannot close:
        the wish of the customer is then written on the ticket, for the area.
        """
        ticket = self._get_closable_ticket(kw.get("ticket_id"))
        message = ""
        if request.httprequest.method == "POST":
            stage = self._get_closing_stage(ticket, kw.get("stage_id"))
            if not ticket.closed and not self._close_ticket(ticket, stage):
                message = "?message=closing_asked"
        return redirect(f"/my/ticket/{ticket.id}{message}")

    def _close_ticket(self, ticket, stage):
        """Return whether the ticket is closed; if not, its area knows of the wish."""
        try:
            with request.env.cr.savepoint():
                ticket.stage_id = stage
        except UserError:
            ticket.message_post(
                body=request.env._("The customer asks to close this ticket."),
                author_id=request.env.user.partner_id.id,
                message_type="comment",
                partner_ids=ticket._get_area_user().partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
            return False
        return True

    def _get_closable_ticket(self, ticket_id):
        """Return the ticket as superuser, once the user may close it.

        :raise NotFound: for a ticket that is not the user's.
        """
        user = request.env.user
        ticket = request.env["helpdesk.ticket"].sudo().browse(_to_id(ticket_id))
        ticket = ticket.exists()
        if ticket:
            seen = ticket.with_user(user)
            customer = user.partner_id.commercial_partner_id
            own = ticket.commercial_partner_id == customer and seen.has_access("read")
            if own or seen.has_access("write"):
                return ticket
        raise NotFound()

    def _get_closing_stage(self, ticket, stage_id):
        """Return the stage a portal user may close this ticket with.

        :raise NotFound: for any other stage.
        """
        stage = request.env["helpdesk.ticket.stage"].sudo().browse(_to_id(stage_id))
        stage = stage.exists()
        company = stage.company_id in (stage.company_id.browse(), ticket.company_id)
        team = not stage.team_ids or ticket.team_id in stage.team_ids
        if stage and stage.close_from_portal and company and team:
            return stage
        raise NotFound()


def _to_id(value):
    """Return a record id out of a request, 0 when it is none."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
