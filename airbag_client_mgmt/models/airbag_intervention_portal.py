# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import consteq

from ..tools.visitors import clean_line

#: What the customer sees: neither ideas of the planning nor what was called off.
PORTAL_STATES = ("planned", "in_progress", "done")
#: A drawn signature takes some kilobytes; what is larger is something else.
MAX_SIGNATURE_BYTES = 1024 * 1024
MAX_SIGNER_LENGTH = 100


class AirbagIntervention(models.Model):
    """The customer's page of a visit, where the report is read and signed. §5.3.3.

    Portal users have no rights on the model: what a customer sees is what the page
    shows, of the own visits or with the link of the report. Nothing else can be read
    by RPC, whatever field is added to the model later.
    """

    _name = "airbag.intervention"
    _inherit = ["airbag.intervention", "portal.mixin"]

    # === COMPUTE METHODS === #
    def _compute_access_url(self):
        result = super()._compute_access_url()
        for intervention in self:
            intervention.access_url = f"/my/interventions/{intervention.id}"
        return result

    # === CRUD METHODS === #
    def write(self, vals):
        if vals.get("customer_signature") and not vals.get("signed_by"):
            # On the technician's phone the name is the one of who is there.
            names = {record.signed_by or record.contact_id.name for record in self}
            if len(names) == 1:
                vals = {**vals, "signed_by": names.pop()}
        owners = {}
        if "partner_id" in vals:
            owners = {record: record.commercial_partner_id for record in self}
        result = super().write(vals)
        # The link that the former customer was sent is not the next one's.
        moved = self.filtered(
            lambda record: (
                record in owners and owners[record] != record.commercial_partner_id
            )
        )
        if moved:
            moved.sudo().access_token = False
        return result

    # === ACTION METHODS === #
    def action_preview_intervention(self):
        """Open the customer's page of the visit, as the customer sees it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": self.access_url,
        }

    # === WHO SEES IT === #
    def _get_absolute_portal_url(self):
        """Return the link that opens the page without login. Called by the e-mail."""
        self.ensure_one()
        return self.get_base_url() + self.get_portal_url()

    def _get_report_base_filename(self):
        """Return the name of the PDF that the page offers. Called by the portal."""
        self.ensure_one()
        return self._get_report_title()

    @api.model
    def _get_portal_domain(self, partner, companies):
        """Return the visits that a customer's user sees.

        :param partner: the user's partner; everybody of a customer sees its visits
        :param companies: those of ours that the user deals with
        """
        return (
            Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
            & Domain("company_id", "in", companies.ids)
            & Domain("state", "in", PORTAL_STATES)
        )

    @api.model
    def _get_portal_visit(self, intervention_id, access_token=None):
        """Return a visit that the user may see on its page, as superuser, or none.

        The owner's users, employees who may read it and who has its link.
        """
        visit = self.sudo().browse(intervention_id).exists()
        if not visit or not visit.active or visit.state not in PORTAL_STATES:
            return self.sudo().browse()
        token = visit.access_token
        given = str(access_token or "").encode()
        if token and consteq(token.encode(), given):
            return visit
        user = self.env.user
        if user._is_public():
            return self.sudo().browse()
        if user._is_internal():
            return visit if visit.with_user(user).has_access("read") else visit.browse()
        return visit.filtered_domain(
            self._get_portal_domain(user.partner_id, user.company_ids)
        )

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Keep to the company what it wrote to itself: the link shows the page only."""
        for name in ("hash", "pid", "token"):
            kwargs.pop(name, None)
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Give the person at the visit a link that opens without login."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        visit = self.sudo()
        if len(visit) != 1 or visit.state not in PORTAL_STATES:
            return groups
        person = visit._get_report_recipient()
        access = {
            "active": True,
            "has_button_access": True,
            "button_access": {"url": visit._get_absolute_portal_url()},
        }
        return [
            ("person_at_visit", lambda data: data["id"] == person.id, access),
            *groups,
        ]

    # === SIGNATURE === #
    def _is_to_sign(self):
        """Tell whether the customer is still to sign the report."""
        self.ensure_one()
        return self.state == "done" and not self.customer_signature

    def _sign_by_customer(self, name, signature, author):
        """Keep the signature that a customer drew on the page, once.

        :param str name: who signs
        :param str signature: a picture in base64
        :param author: the partner who is logged in, or has the link
        :raise UserError: saying what the customer can do about it
        """
        self.ensure_one()
        visit = self.sudo()
        try:
            visit.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody is signing this report now. Reload the page.")
            ) from error
        visit.invalidate_recordset()
        if visit.customer_signature:
            raise UserError(
                self.env._(
                    "%(name)s has already signed this report.",
                    name=visit.signed_by or self.env._("Somebody"),
                )
            )
        if not visit._is_to_sign():
            raise UserError(
                self.env._("The report can be signed when the visit is finished.")
            )
        signer = self._clean_signer(name)
        visit.write(
            {
                "signed_by": signer,
                "customer_signature": self._clean_signature(signature),
            }
        )
        visit._notify_signature(signer, author)

    @api.model
    def _clean_signer(self, name):
        """:raise UserError: without the name of who signs."""
        signer = clean_line(name) if isinstance(name, str) else ""
        if not signer or len(signer) > MAX_SIGNER_LENGTH:
            raise UserError(self.env._("Please write your name."))
        return signer

    @api.model
    def _clean_signature(self, signature):
        """Return a picture in base64.

        :raise UserError: for what is no picture, or far too large for a signature
        """
        if not isinstance(signature, str) or not signature:
            raise UserError(self.env._("Please draw your signature."))
        if len(signature) > MAX_SIGNATURE_BYTES * 4 / 3:
            raise UserError(
                self.env._("The picture of the signature is too large. Draw it again.")
            )
        try:
            raw = base64.b64decode(signature, validate=True)
            with Image.open(io.BytesIO(raw), formats=("PNG", "JPEG")) as picture:
                picture.verify()
        except (
            binascii.Error,
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ) as error:
            raise UserError(
                self.env._("The signature is no picture. Draw it again.")
            ) from error
        return signature

    def _notify_signature(self, signer, author):
        """Tell the responsible technician who signed; the signed PDF follows."""
        user = self.user_id
        env = self.with_context(lang=user.lang or self.company_id._get_lang()).env
        self.message_post(
            body=env._("%(name)s signed the report on the portal.", name=signer),
            author_id=author.id,
            partner_ids=user.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
