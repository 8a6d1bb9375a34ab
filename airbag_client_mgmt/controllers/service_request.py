# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, http
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re
from odoo.tools.misc import hash_sign, hmac, verify_hash_signed

from ..tools.visitors import clean_line, clean_text, network_of

#: Field of the page -> the most characters it takes.
LIMITS = {
    "name": 80,
    "company": 80,
    "email": 120,
    "phone": 30,
    "plate": 12,
    "message": 3000,
}
REQUIRED = ("name", "email", "message")
#: Requests that one e-mail may make in an hour.
REQUESTS_PER_HOUR = 5
#: Those of one remote address: a whole office may be behind it.
REQUESTS_PER_ADDRESS = 20
#: Those of everybody: a robot with many addresses makes no more work than this.
REQUESTS_IN_ALL = 200
SCOPE = "airbag_client_mgmt.service_request"


class ServiceRequest(http.Controller):
    """The page on which anybody asks for a service. PRO 008 §5.2.1."""

    @http.route(
        "/service-request",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=True,
    )
    def service_request(self, **kw):
        """Show the empty form; a customer logged in finds its data there."""
        return self._render_form(self._get_own_values(), {})

    @http.route(
        "/service-request/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def service_request_send(self, **kw):
        """Register the request, or show the form again with what is wrong."""
        values = self._read_form(kw)
        if kw.get("website_url"):  # a field that people do not see
            return self._render_thanks("–")
        key = self._get_form_key(values["token"])
        errors = self._find_errors(values)
        if not key:
            errors["form"] = request.env._(
                "The page was open for too long. Please send it again."
            )
        if errors:
            return self._render_form(values, errors)
        ticket = self._get_tickets()._create_web_request(
            self._prepare_request_values(values), key
        )
        return self._render_thanks(ticket.number)

    def _read_form(self, kw):
        """Return what was filled in, without what no reader would see."""
        values = {
            name: clean_line(str(kw.get(name) or ""))
            for name in (*LIMITS, "product", "token")
        }
        return {**values, "message": clean_text(str(kw.get("message") or ""))}

    def _get_tickets(self):
        """Return the register as who receives a request: a customer, or the system."""
        tickets = request.env["helpdesk.ticket"].sudo()
        company = request.env.company
        if request.env.user._is_public():
            # What a stranger asks is not written by somebody called "Public user".
            tickets = tickets.with_user(SUPERUSER_ID).with_company(company)
            tickets = tickets.with_context(lang=company.sudo()._get_lang())
        return tickets

    def _render_form(self, values, errors):
        token = hash_sign(
            request.env(su=True), SCOPE, uuid.uuid4().hex, expiration_hours=24
        )
        return request.render(
            "airbag_client_mgmt.service_request_form",
            {
                "values": values,
                "errors": errors,
                "limits": LIMITS,
                "token": token,
                "services": self._get_services(),
                "page_name": "service_request",
            },
        )

    def _render_thanks(self, number):
        return request.render(
            "airbag_client_mgmt.service_request_thanks",
            {"number": number, "page_name": "service_request"},
        )

    def _get_own_values(self):
        """Return what is known of a customer who has logged in."""
        user = request.env.user
        if user._is_public():
            return {}
        partner = user.partner_id
        return {
            "name": partner.name,
            "company": partner.commercial_company_name,
            "email": partner.email,
            "phone": partner.phone,
        }

    def _get_form_key(self, token):
        """Return the name of the form that was filled in; None: forged or too old."""
        try:
            return verify_hash_signed(request.env(su=True), SCOPE, token)
        except ValueError:  # not even encoded as ours
            return None

    def _get_services(self):
        """Return the services one can ask for. Their names are no secret."""
        return (
            request.env["product.product"]
            .sudo()
            .search(
                [
                    ("treatment_id", "!=", False),
                    ("sale_ok", "=", True),
                    ("company_id", "in", (False, request.env.company.id)),
                ],
                order="default_code, id",
            )
        )

    def _find_errors(self, values):
        """Return what is wrong with each field, in the visitor's language."""
        errors = {}
        for name in REQUIRED:
            if not values[name]:
                errors[name] = request.env._("Please fill in this field.")
        for name, limit in LIMITS.items():
            if len(values[name]) > limit:
                errors[name] = request.env._(
                    "Please write at most %(limit)s characters.", limit=limit
                )
        if values["email"] and not single_email_re.fullmatch(values["email"]):
            errors["email"] = request.env._(
                "Please write an e-mail address such as ana@example.com."
            )
        if values["phone"] and sum(char.isdigit() for char in values["phone"]) < 7:
            errors["phone"] = request.env._("Please write the whole phone number.")
        if not errors and (refusal := self._find_refusal(values["email"])):
            errors["form"] = refusal
        return errors

    def _find_refusal(self, email):
        """Return why no more requests are taken for now, or None."""
        since = fields.Datetime.now() - timedelta(hours=1)
        count = request.env["helpdesk.ticket"].sudo()._count_recent_requests
        if count(since, email=email) >= REQUESTS_PER_HOUR:
            return request.env._(
                "We have already received several requests from this e-mail. We will "
                "answer them soon; if it is urgent, please call us."
            )
        address = self._get_address()
        if (
            count(since, address=address) >= REQUESTS_PER_ADDRESS
            or count(since) >= REQUESTS_IN_ALL
        ):
            return request.env._(
                "We are receiving too many requests just now. Please try again in an "
                "hour; if it is urgent, please call us."
            )
        return None

    def _get_address(self):
        """Return what stands for the visitor's address; nobody reads it back from it.

        Behind a proxy, Odoo puts the visitor's address there in ``proxy_mode`` only.
        """
        address = network_of(request.httprequest.remote_addr)
        return hmac(request.env(su=True), SCOPE, address)[:32]

    def _prepare_request_values(self, values):
        """Return the values of the ticket. A stranger's e-mail proves nothing.

        Only who has logged in is linked to its customer; Commercial sees for
        everybody else who it may be.
        """
        user = request.env.user
        partner = user.partner_id if not user._is_public() else user.partner_id.browse()
        service = self._get_services().filtered(
            lambda product: str(product.id) == values["product"]
        )
        details = [
            (request.env._("Company"), values["company"]),
            (request.env._("License plate"), values["plate"]),
        ]
        body = Markup("").join(
            [
                Markup("<p>%s</p>") % line
                for line in values["message"].splitlines()
                if line.strip()
            ]
            + [Markup("<p>%s: %s</p>") % detail for detail in details if detail[1]]
        )
        subject = service.name or request.env._("Service request")
        return {
            "name": f"{subject} – {values['company'] or values['name']}",
            "description": body,
            "partner_id": partner.id,
            "partner_name": values["name"],
            "partner_email": email_normalize(values["email"]),
            "partner_phone": values["phone"],
            "partner_company_name": values["company"],
            "request_address": self._get_address(),
            "requested_product_id": service.id,
        }
