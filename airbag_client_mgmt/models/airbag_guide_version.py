# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import re
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import is_html_empty

from ..tools.contexts import drop_proposed

REPORT = "airbag_client_mgmt.action_report_guide"
#: What publishing stamps, never people.
PUBLICATION_FIELDS = {"approver", "date", "number", "state"}


class AirbagGuideVersion(models.Model):
    """What a guide says from one day on, until the next version is published.

    Life cycle: draft → current → obsolete. Only a draft may be changed or deleted:
    what was published may have been read by a customer. PRO 008 §5.5.2.
    """

    _name = "airbag.guide.version"
    _description = "Good Practices Guide Version"
    _order = "guide_id, number desc, id desc"

    # === FIELDS === #
    guide_id = fields.Many2one(
        comodel_name="airbag.guide", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="guide_id.company_id")
    number = fields.Integer(
        string="Version",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Given when the version is published.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("current", "Current"),
            ("obsolete", "Obsolete"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    content = fields.Html(
        translate=True,
        help="What the customer should do and should not do, in the customer's words.",
    )
    document = fields.Binary(
        string="Own PDF",
        attachment=True,
        copy=False,
        help="When given, this file is what the customer receives.",
    )
    document_name = fields.Char(string="File Name", copy=False)
    changes = fields.Char(
        copy=False, help="What is different from the version before, and why."
    )
    author = fields.Char(
        string="Prepared By",
        required=True,
        copy=False,
        default=lambda self: self.env.user.name,
    )
    approver = fields.Char(string="Approved By", readonly=True, copy=False)
    date = fields.Date(string="Published On", readonly=True, copy=False)

    # One current version of a guide, whichever server publishes.
    _current_uniq = models.UniqueIndex(
        "(guide_id) WHERE state = 'current'",
        "Somebody else has just published a version of this guide.",
    )
    _number_uniq = models.UniqueIndex(
        "(guide_id, number) WHERE number > 0",
        "This version of the guide exists already.",
    )
    _published_complete = models.Constraint(
        "CHECK (state = 'draft' OR (number > 0 AND date IS NOT NULL"
        " AND approver IS NOT NULL))",
        "A published version has its number, its date and who approved it.",
    )

    # === COMPUTE METHODS === #
    @api.depends("guide_id.code", "guide_id.name", "number", "state")
    def _compute_display_name(self):
        for version in self:
            number = (
                self.env._("draft")
                if version.state == "draft"
                else self.env._("v. %(number)s", number=version.number)
            )
            version.display_name = f"{version.guide_id.display_name} · {number}"

    # === CONSTRAINTS === #
    @api.constrains("document", "document_name")
    def _check_document(self):
        for version in self.filtered("document"):
            content = base64.b64decode(version.with_context(bin_size=False).document)
            if not content.startswith(b"%PDF-"):
                raise ValidationError(
                    self.env._(
                        "The file %(file)s of the guide is not a PDF.",
                        file=version.document_name or "",
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Begin versions as drafts, whoever asks: the system alone brings others."""
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            self._check_publication_fields(vals)
        env = self.env(context=drop_proposed(self.env.context, PUBLICATION_FIELDS))
        versions = super(AirbagGuideVersion, self.with_env(env)).create(vals_list)
        return versions.with_env(self.env)

    def write(self, vals):
        """Change drafts; of what was published, the system alone turns the state."""
        if not (self.env.su and set(vals) <= PUBLICATION_FIELDS):
            self._check_frozen()
            self._check_publication_fields(vals)
        return super().write(vals)

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # What was published is as frozen in one language as in another.
        self._check_frozen()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_frozen()

    # === ACTION METHODS === #
    def action_publish(self):
        """Put the version in force and make the one before obsolete.

        :raise AccessError: for anyone but the QMS responsible
        :raise UserError: if the version says nothing, or is not a draft
        """
        self.ensure_one()
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible can publish a guide.")
            )
        self.check_access("write")
        self._check_frozen()
        if is_html_empty(self.content) and not self.document:
            raise UserError(
                self.env._(
                    "Write what the guide says, or upload its PDF, to publish it."
                )
            )
        guide = self.guide_id
        guide.lock_for_update()
        before = guide.current_version_id
        before._stamp({"state": "obsolete"})
        self._stamp(
            {
                "state": "current",
                "number": max(guide.version_ids.mapped("number")) + 1,
                "date": (guide.company_id or self.env.company)._get_service_today(),
                "approver": self.env.user.name,
            }
        )
        guide._log_publication(self)

    def action_print(self):
        """Return the PDF of the version, as customers receive it."""
        self.ensure_one()
        if self.document:
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{self._name}/{self.id}/document?download=true"
                f"&filename={quote(self._get_file_name())}",
                "target": "self",
            }
        return self.env.ref(REPORT).report_action(self)

    # === BUSINESS METHODS === #
    def _check_frozen(self):
        """:raise UserError: naming the versions that were published."""
        for version in self:
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(version)s” was published: it is neither changed nor "
                        "deleted. Prepare a new version of the guide.",
                        version=version.display_name,
                    )
                )

    @api.model
    def _check_publication_fields(self, vals):
        """:raise UserError: when a version would be published by hand."""
        if vals.get("state", "draft") != "draft" or (
            PUBLICATION_FIELDS - {"state"}
        ) & set(vals):
            raise UserError(
                self.env._("A version of a guide is put in force with “Publish”.")
            )

    def _stamp(self, vals):
        """Write what publishing gives a version, at once: the database watches."""
        self.sudo().write(vals)
        self.flush_recordset(list(vals))

    def _get_window(self):
        """Return the dialog of the version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Version of the Guide"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # === FILES === #
    def _get_file_name(self):
        """Return the name under which the customer saves the guide."""
        self.ensure_one()
        title = re.sub(r"[^\w .-]+", " ", self.guide_id.name).strip()
        return f"{self.guide_id.code} v{self.number} {title}.pdf"

    def _get_file(self):
        """Return the name and the bytes of the guide, in the context's language."""
        attachment = self._get_attachment()
        return attachment.name, attachment.raw

    def _get_attachment(self):
        """Return the file of a published version, the same for whoever receives it.

        It is made once for each language and company, whose letterhead it has, and
        kept: what was sent can be seen again as it was.

        :raise UserError: for a draft, which nobody receives
        """
        self.ensure_one()
        if self.state == "draft":
            raise UserError(self.env._("A draft is not sent to customers."))
        attachments = self.env["ir.attachment"].sudo()
        # Its own PDF speaks the language it was written in.
        lang = "" if self.document else self.env.lang or "en_US"
        key = f"guide:{self.env.company.id}:{lang}"
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        found = attachments.search(
            [*domain, ("res_field", "=", False), ("description", "=", key)], limit=1
        )
        return found or attachments.create(
            {
                "name": self._get_file_name(),
                "raw": self._render_file(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "description": key,
            }
        )

    def _render_file(self):
        """Return the bytes of the PDF of the version."""
        self.ensure_one()
        if self.document:
            return base64.b64decode(self.with_context(bin_size=False).document)
        content, _kind = (
            self.env["ir.actions.report"].sudo()._render_qweb_pdf(REPORT, self.ids)
        )
        return content
