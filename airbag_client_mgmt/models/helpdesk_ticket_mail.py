# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import (
    email_normalize,
    human_size,
    is_html_empty,
    parse_contact_from_email,
    plaintext2html,
)

from ..tools.visitors import clean_line

#: Days after a visit in which a message of its customer is taken to be about it.
VISIT_DAYS = 30
#: Files of one message, in bytes: what is larger is not kept, and the ticket says so.
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_FILES_BYTES = 50 * 1024 * 1024
MAX_SUBJECT_LENGTH = 200


class HelpdeskTicket(models.Model):
    """A complaint that arrives by e-mail, at the alias of an area. PRO 008 §5.4.2.

    Requests, at the alias of Commercial, arrive the same way (§5.2.1).
    """

    _inherit = "helpdesk.ticket"

    # === FIELDS === #
    recent_intervention_ids = fields.Many2many(
        comodel_name="airbag.intervention",
        string="Recent Visits",
        compute="_compute_recent_intervention_ids",
        compute_sudo=True,
        help="Last visits of the customer, for a ticket that says not which one it is "
        "about.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "intervention_id", "company_id")
    def _compute_recent_intervention_ids(self):
        """As the system: who may not read visits is shown none, not an error."""
        visits = self.env["airbag.intervention"]
        readable = visits.sudo(False).has_access("read")
        for ticket in self:
            found = visits
            if readable and ticket.partner_id and not ticket.intervention_id:
                found = ticket._find_recent_visits().sudo(False)
                found = found._filtered_access("read")[:5].sudo()
            ticket.recent_intervention_ids = found

    # === MAIL GATEWAY === #
    @api.model
    def message_new(self, msg, custom_values=None):
        """Register what an e-mail says; no message is lost for what it lacks."""
        values = self._prepare_mail_values(msg, dict(custom_values or {}))
        dropped = self._drop_large_files(msg)
        ticket = super().message_new(msg, custom_values=values)
        ticket._keep_outsiders_out(self.env["res.partner"])
        ticket._link_only_visit()
        ticket._note_arrival(msg, dropped)
        return ticket

    def message_update(self, msg, update_vals=None):
        """A reply says no more than its first message to those in copy."""
        followers = {ticket: ticket.message_partner_ids for ticket in self}
        dropped = self._drop_large_files(msg)
        result = super().message_update(msg, update_vals=update_vals)
        for ticket in self:
            ticket._keep_outsiders_out(followers[ticket])
            ticket._note_dropped(dropped)
        return result

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Return the tickets one address made, by which a loop is recognised."""
        return [("partner_email", "=", email_from_normalized)]

    @api.model
    def _prepare_mail_values(self, msg, values):
        """Return the values of the ticket that a message makes.

        :param dict values: those of the alias, which say the area
        """
        name, email = parse_contact_from_email(msg.get("email_from") or msg.get("from"))
        told = self.with_context(lang=self.env.company._get_lang())
        subject = clean_line(msg.get("subject") or "") or told.env._("No subject")
        if is_html_empty(msg.get("body") or ""):
            msg["body"] = plaintext2html(told.env._("The message has no text."))
        sender = self._find_sender(email)
        values = {
            "name": subject[:MAX_SUBJECT_LENGTH],
            "partner_id": sender.id,
            "partner_name": name or email,
            # The bare address: it is compared, and written to.
            "partner_email": email,
            **self._get_alias_defaults(values),
            **values,
        }
        if sender.company_id:
            values.setdefault("company_id", sender.company_id.id)
        if self._find_colleague(email):
            # Somebody of ours passes on what a customer said: who, is to be chosen.
            values |= {"partner_id": False, "partner_name": False}
            values["partner_email"] = False
        return values

    @api.model
    def _get_alias_defaults(self, values):
        """Return what a message is until somebody reads it.

        At the alias of Commercial a request, at another one a complaint.
        """
        team = self.env["helpdesk.ticket.team"].browse(values.get("team_id"))
        ref = self.env.ref
        commercial = ref(
            "airbag_client_mgmt.helpdesk_team_commercial", raise_if_not_found=False
        )
        if team and team == commercial:
            return self._get_request_defaults("email")
        category = ref(
            "airbag_client_mgmt.helpdesk_category_general", raise_if_not_found=False
        )
        channel = ref("helpdesk_mgmt.helpdesk_ticket_channel_email")
        defaults = {"channel_id": channel.id, "kind": "complaint", "user_id": False}
        if category and category.active:
            defaults |= {
                "category_id": category.id,
                "team_id": (team or category.team_id).id,
            }
        return defaults

    @api.model
    def _find_sender(self, email):
        """Return the contact who has an address, unless several customers have it."""
        address = email_normalize(email)
        partners = self.env["res.partner"].sudo()
        if not address:
            return partners
        found = partners.search(
            Domain("email_normalized", "=", address)
            & Domain("company_id", "in", (False, *self.env.companies.ids)),
            order="is_company, id",
            limit=20,
        )
        return found[:1] if len(found.commercial_partner_id) == 1 else partners

    @api.model
    def _find_colleague(self, email):
        """Return the employee who writes from an address."""
        address = email_normalize(email)
        users = self.env["res.users"].sudo()
        if not address:
            return users
        return users.search(
            [("email_normalized", "=", address), ("share", "=", False)], limit=1
        )

    # === WHICH VISIT === #
    def _find_recent_visits(self):
        """Return the last visits carried out for the customer, newest first."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=VISIT_DAYS)
        return self.env["airbag.intervention"].search(
            Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.ids)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "done")
            & Domain("finished_at", ">=", since),
            order="finished_at desc",
            limit=20,
        )

    def _link_only_visit(self):
        """Say which visit a complaint is about, when it can only be one.

        The only one of the person who writes, else the only one of the customer.
        """
        for ticket in self:
            if not ticket.partner_id or ticket.kind == "request":
                continue
            visits = ticket._find_recent_visits()
            own = visits.filtered(
                lambda visit, person=ticket.partner_id: visit.contact_id == person
            )
            visit = own if len(own) == 1 else visits
            if len(visit) == 1 and not ticket.intervention_id:
                ticket.write(
                    {"intervention_id": visit.id, "order_id": visit.order_id.id}
                )

    # === WHO SEES IT === #
    def _keep_outsiders_out(self, known):
        """Take out of the followers who is neither of the customer nor of ours.

        Followers read the whole conversation, addresses included; somebody in copy of
        a message was only meant to read that one.
        """
        self.ensure_one()
        outsiders = (self.message_partner_ids - known).filtered(
            lambda partner: (
                partner.partner_share
                and partner.commercial_partner_id != self.commercial_partner_id
            )
        )
        self.message_unsubscribe(outsiders.ids)

    def _note_arrival(self, msg, dropped):
        """Say to the area what it has to complete."""
        self.ensure_one()
        __, email = parse_contact_from_email(msg.get("email_from") or msg.get("from"))
        told = self.with_context(lang=self.company_id._get_lang())
        if colleague := self._find_colleague(email):
            told._message_log(
                body=told.env._(
                    "%(name)s passed this on by e-mail. Choose the customer: nobody "
                    "is told anything until then.",
                    name=colleague.name,
                )
            )
        elif not self.partner_id:
            told._message_log(
                body=told.env._(
                    "No customer, or more than one, has the address %(email)s. Choose "
                    "who it is.",
                    email=email,
                )
            )
        self._note_dropped(dropped)

    # === FILES === #
    @api.model
    def _drop_large_files(self, msg):
        """Leave the files of a message that are too large out of it.

        :return: their names and sizes, in words
        """
        total, kept, dropped = 0, [], []
        for file in msg.get("attachments") or []:
            content = file[1]
            if not isinstance(content, (bytes, str)):
                content = bytes(content)
            size = len(content)
            if size > MAX_FILE_BYTES or total + size > MAX_FILES_BYTES:
                dropped.append(f"{file[0]} ({human_size(size)})")
            else:
                total += size
                kept.append(file)
        if dropped:
            msg["attachments"] = kept
        return dropped

    def _note_dropped(self, dropped):
        self.ensure_one()
        if not dropped:
            return
        told = self.with_context(lang=self.company_id._get_lang())
        told._message_log(
            body=told.env._(
                "Files too large to be kept, ask for them in another way: %(files)s",
                files=", ".join(dropped),
            )
        )
