# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from datetime import timedelta

from odoo import fields, http
from odoo.fields import Command, Domain
from odoo.http import request
from odoo.tools import plaintext2html
from odoo.tools.misc import hash_sign, verify_hash_signed

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from ..models.helpdesk_ticket_category import TICKET_KINDS
from ..tools.uploads import KINDS, is_accepted
from ..tools.visitors import clean_line, clean_text
from .helpdesk import _to_id

#: Field of the form -> the most characters it takes.
LIMITS = {"subject": 150, "description": 10_000}
MAX_FILES = 10
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES_BYTES = 40 * 1024 * 1024
#: Tickets that the people of one customer may send in an hour.
TICKETS_PER_HOUR = 20
SCOPE = "airbag_client_mgmt.customer_ticket"


class CustomerTicketForm(HelpdeskTicketController):
    """The form in which a customer complains, claims or asks. PRO 008 §5.4.2.

    In the place of the helpdesk's, whose addresses it keeps.
    """

    @http.route(methods=["GET", "POST"])
    def create_new_ticket(self, **kw):
        """Show the empty form; a link may say which visit it is about."""
        return self._render_ticket_form(
            {"intervention": str(kw.get("intervention") or "")}, {}
        )

    @http.route(methods=["GET", "POST"])
    def submit_ticket(self, **kw):
        """Register what was written, once, or show it again with what is wrong."""
        if request.httprequest.method != "POST":
            return request.redirect("/new/ticket")
        values = self._read_ticket_form(kw)
        files, file_error = self._read_files()
        key = self._get_form_key(values["token"])
        errors = self._find_ticket_errors(values)
        if file_error:
            errors["attachment"] = file_error
        if not key:
            errors["form"] = request.env._(
                "The page was open for too long. Please send it again."
            )
        elif not errors and self._has_sent_too_many(key):
            errors["form"] = request.env._(
                "We have received many messages from you in the last hour. We answer "
                "them soon; if it is urgent, please call us."
            )
        if errors:
            if files:
                errors.setdefault(
                    "attachment", request.env._("Please choose your files again.")
                )
            return self._render_ticket_form(values, errors)
        tickets = request.env["helpdesk.ticket"].sudo()
        ticket = tickets._create_web_request(
            {
                **self._prepare_customer_ticket(values),
                "attachment_ids": [
                    Command.create(
                        {"name": name, "raw": raw, "res_model": tickets._name}
                    )
                    for name, raw in files
                ],
            },
            key,
        )
        ticket.message_subscribe(partner_ids=request.env.user.partner_id.ids)
        return request.redirect(f"/my/ticket/{ticket.id}?message=received")

    # === FORM === #
    def _render_ticket_form(self, values, errors):
        user = request.env.user
        key = f"{user.id}-{uuid.uuid4().hex}"
        return request.render(
            "airbag_client_mgmt.portal_ticket_form",
            {
                "values": values,
                "errors": errors,
                "limits": LIMITS,
                "kinds": self._get_kinds(),
                "category_kinds": self._get_category_kinds(),
                "visits": self._get_own_visits(),
                "token": hash_sign(
                    request.env(su=True), SCOPE, key, expiration_hours=24
                ),
                "max_file_size": MAX_FILE_BYTES,
                "file_limit": _to_mb(MAX_FILE_BYTES),
                "max_files": MAX_FILES,
                "accept": ",".join(f".{ending}" for ending in KINDS),
                "page_name": "new_ticket",
            },
        )

    def _get_kinds(self):
        """Return what a customer may tell us, in the words of the register."""
        selection = request.env["helpdesk.ticket"]._fields["kind"]
        labels = dict(selection._description_selection(request.env))
        helps = {
            "complaint": request.env._("Something went wrong"),
            "claim": request.env._("You ask us to put it right"),
            "query": request.env._("You have a question"),
            "request": request.env._("You need a service"),
        }
        return [(kind, labels[kind], helps[kind]) for kind, _name in TICKET_KINDS]

    def _get_shown_categories(self):
        """Return the categories that customers may choose, of the user's company.

        What is asked of Commercial is said by the kind.
        """
        company = request.env.company
        categories = request.env["helpdesk.ticket.category"].sudo()
        return categories.search(
            Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", (False, company.id))
            & Domain("kind", "!=", "request")
        )

    def _get_category_kinds(self):
        """Return the categories under the kind they usually are."""
        categories = self._get_shown_categories()
        return [
            (label, group)
            for kind, label, _help in self._get_kinds()
            if (group := categories.filtered(lambda one, kind=kind: one.kind == kind))
        ]

    def _get_own_visits(self):
        """Return the last visits of the user's customer, as superuser."""
        user = request.env.user
        visits = request.env["airbag.intervention"].sudo()
        domain = visits._get_portal_domain(user.partner_id, user.company_ids)
        return visits.search(
            domain & Domain("state", "in", ("in_progress", "done")),
            order="planned_start desc, id desc",
            limit=50,
        )

    def _read_ticket_form(self, kw):
        """Return what was filled in, without what no reader would see."""
        names = ("kind", "category", "intervention", "subject", "token")
        values = {name: clean_line(str(kw.get(name) or "")) for name in names}
        return {**values, "description": clean_text(str(kw.get("description") or ""))}

    def _get_form_key(self, token):
        """Return the name of the user's form; None when it is forged or too old."""
        try:
            key = verify_hash_signed(request.env(su=True), SCOPE, token)
        except ValueError:  # not even encoded as ours
            return None
        own = key and str(key).startswith(f"{request.env.user.id}-")
        return key if own else None

    def _read_files(self):
        """Return the files as (name, content), and what is wrong with them or None."""
        files, total = [], 0
        for upload in request.httprequest.files.getlist("attachment"):
            name = clean_line(upload.filename or "")
            if not name:
                continue
            content = upload.read(MAX_FILE_BYTES + 1)
            total += len(content)
            files.append((name, content))
            limit = _to_mb(MAX_FILE_BYTES)
            if len(content) > MAX_FILE_BYTES:
                return files, request.env._(
                    "“%(file)s” is larger than %(limit)s. Send a smaller one, or "
                    "write us and we will tell you another way.",
                    file=name,
                    limit=limit,
                )
            if not is_accepted(name, content):
                return files, request.env._(
                    "“%(file)s” cannot be sent. Send photos, short videos or PDF "
                    "files.",
                    file=name,
                )
            if total > MAX_FILES_BYTES or len(files) > MAX_FILES:
                return files, request.env._(
                    "Send at most %(count)s files, of %(limit)s together.",
                    count=MAX_FILES,
                    limit=_to_mb(MAX_FILES_BYTES),
                )
        return files, None

    # === CHECKS === #
    def _find_ticket_errors(self, values):
        """Return what is wrong with each field, in the customer's language."""
        errors = {}
        for name, limit in LIMITS.items():
            if not values[name]:
                errors[name] = request.env._("Please fill in this field.")
            elif len(values[name]) > limit:
                errors[name] = request.env._(
                    "Please write at most %(limit)s characters.", limit=limit
                )
        choices = {
            "kind": {kind for kind, _name in TICKET_KINDS},
            "category": {"", *map(str, self._get_shown_categories().ids)},
            "intervention": {"", *map(str, self._get_own_visits().ids)},
        }
        for name, allowed in choices.items():
            if values[name] not in allowed:
                errors[name] = request.env._("Please choose one of the list.")
        return errors

    def _has_sent_too_many(self, key):
        """Tell whether the customer's people have sent enough for an hour.

        A form that was already received is received again.
        """
        tickets = request.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        customer = request.env.user.partner_id.commercial_partner_id
        since = fields.Datetime.now() - timedelta(hours=1)
        recent = tickets.search(
            Domain("request_key", "!=", False)
            & Domain("create_date", ">=", since)
            & Domain("commercial_partner_id", "=", customer.id),
            limit=TICKETS_PER_HOUR,
        )
        return len(recent) >= TICKETS_PER_HOUR and key not in recent.mapped(
            "request_key"
        )

    def _prepare_customer_ticket(self, values):
        """Return the values of the ticket: what was written, and its area."""
        partner = request.env.user.partner_id
        visit = self._get_own_visits().browse(_to_id(values["intervention"]))
        company = visit.company_id or request.env.company
        ticket = {
            "company_id": company.id,
            "name": values["subject"],
            "description": plaintext2html(values["description"]),
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "partner_phone": partner.phone,
            "intervention_id": visit.id,
            "order_id": visit.order_id.id,
        }
        if values["kind"] == "request":  # goes to Commercial, as any request
            return ticket
        ref = request.env.ref
        category = (
            self._get_shown_categories().browse(_to_id(values["category"]))
            or ref(
                "airbag_client_mgmt.helpdesk_category_information"
                if values["kind"] == "query"
                else "airbag_client_mgmt.helpdesk_category_general"
            ).sudo()
        )
        return {
            **ticket,
            "kind": values["kind"],
            "category_id": category.id,
            "team_id": (
                category.team_id
                or ref("airbag_client_mgmt.helpdesk_team_customer_care")
            ).id,
        }


def _to_mb(size):
    """Return a size in bytes, in words."""
    return f"{size / 1024 / 1024:.0f} MB"
