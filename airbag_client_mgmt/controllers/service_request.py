# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re
from odoo.tools.misc import hash_sign, verify_hash_signed

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
        values = {
            name: str(kw.get(name) or "").strip()
            for name in (*LIMITS, "product", "token")
        }
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
        ticket = (
            request.env["helpdesk.ticket"]
            .sudo()
            ._create_web_request(self._prepare_request_values(values), key)
        )
        return self._render_thanks(ticket.number)

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
        if not errors and self._asks_too_often(values["email"]):
            errors["form"] = request.env._(
                "We have already received several requests from this e-mail. We will "
                "answer them soon; if it is urgent, please call us."
            )
        return errors

    def _asks_too_often(self, email):
        since = fields.Datetime.now() - timedelta(hours=1)
        tickets = request.env["helpdesk.ticket"].sudo()
        return tickets._count_recent_requests(email, since) >= REQUESTS_PER_HOUR

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
            "requested_product_id": service.id,
        }
