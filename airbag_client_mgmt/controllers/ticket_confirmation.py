# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, http
from odoo.exceptions import LockError
from odoo.http import request

ROUTE = "/ticket/solved/<int:ticket_id>/<token>"
ANSWERS = ("yes", "no")
#: The most characters of a comment.
COMMENT_LIMIT = 2000


class TicketConfirmation(http.Controller):
    """The page on which a customer says whether a complaint is solved. §5.4.2.

    Who has the link of the e-mail answers. Opening it changes nothing: mail scanners
    open links too; the button of the page does.
    """

    @http.route(
        ROUTE,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ticket_solved(self, ticket_id, token, answer=None, **kw):
        """Show the question, or what became of it."""
        return self._render(self._get_ticket(ticket_id), token, answer)

    @http.route(
        f"{ROUTE}/send", type="http", auth="public", methods=["POST"], website=True
    )
    def ticket_solved_send(self, ticket_id, token, answer=None, comment="", **kw):
        """Record the answer once, then show the page: reloading it sends nothing."""
        ticket = self._get_ticket(ticket_id)
        if ticket._get_confirmation_state(token) == "invalid" or answer not in ANSWERS:
            return self._render(ticket, token, None)
        try:
            ticket.lock_for_update(allow_referencing=True)
        except LockError:
            # A second click, while the first is being recorded.
            return request.redirect(f"/ticket/solved/{ticket_id}/{token}")
        ticket.invalidate_recordset()
        if ticket._get_confirmation_state(token) == "open":
            ticket._record_confirmation(
                answer,
                str(comment or "")[:COMMENT_LIMIT],
                author=self._get_author(ticket),
            )
        return request.redirect(f"/ticket/solved/{ticket_id}/{token}")

    def _get_ticket(self, ticket_id):
        """Return the ticket as the system: who clicks is "Public user" to Odoo.

        Nothing of it may be shown before its token was compared.
        """
        tickets = request.env["helpdesk.ticket"].with_user(SUPERUSER_ID)
        ticket = tickets.browse(ticket_id).exists()
        return ticket.with_company(ticket.company_id).with_context(
            lang=ticket.company_id._get_lang() if ticket else request.env.lang
        )

    def _get_author(self, ticket):
        """Return who answers: a colleague who is logged in, else who complained."""
        partner = request.env.user.partner_id
        customer = ticket.commercial_partner_id
        own = customer and partner.commercial_partner_id == customer
        return partner if own else ticket.partner_id

    def _render(self, ticket, token, answer):
        """Return the page, in the language of the customer's e-mails."""
        state = ticket._get_confirmation_state(token)
        values = {"state": state, "page_name": "ticket_solved"}
        if state != "invalid":
            request.update_context(lang=ticket._get_customer_lang())
            values |= {
                "ticket": ticket.with_context(lang=request.env.lang),
                "token": token,
                "answer": answer if answer in ANSWERS else None,
                "limit": COMMENT_LIMIT,
            }
        response = request.render("airbag_client_mgmt.ticket_solved_page", values)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
