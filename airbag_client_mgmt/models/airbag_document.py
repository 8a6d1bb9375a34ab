# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.contexts import drop_proposed
from ..tools.forms import Form

KINDS = [
    ("procedure", "Procedure"),
    ("form", "Form or Register"),
    ("questionnaire", "Questionnaire"),
    ("instruction", "Instruction"),
    ("guide", "Guide"),
    ("external", "External Document"),
]
#: What the system prints, and marks with the code and version in force.
FORMS = [
    ("contract", "Service quotation and contract"),
    ("satisfaction", "Satisfaction register"),
    ("complaint", "Complaints and requests register"),
    ("intervention", "Intervention report"),
    ("attendance", "Attendance list"),
    ("audit", "Audit file"),
    ("questionnaire", "Satisfaction survey"),
]
#: What says which document it is: printed with every version of it.
IDENTITY_FIELDS = {"code", "company_id", "form"}


class AirbagDocument(models.Model):
    """A controlled document: which version is in force, and its history.

    Kept by the QMS responsible; management approves the versions. Forms that the
    system prints carry code, version and date of the version in force on their
    day. PRO 008 §8 and §9; ISO 9001 §7.5.
    """

    _name = "airbag.document"
    _description = "Controlled Document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    # === FIELDS === #
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True, tracking=True)
    withdrawn_on = fields.Date(
        readonly=True,
        copy=False,
        help="Since when it is archived: nothing is printed with it from this day on.",
    )
    code = fields.Char(
        tracking=True, help="Needed to approve a version: it is printed on the forms."
    )
    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    kind = fields.Selection(
        selection=KINDS, required=True, default="form", index=True, tracking=True
    )
    form = fields.Selection(
        selection=FORMS,
        string="Printed On",
        index="btree_not_null",
        help="What the system prints with the code, version and date of this document. "
        "A company's own document goes before one shared among companies.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="restrict",
        help="Leave empty to share the document among all companies.",
    )
    owner_id = fields.Many2one(
        comodel_name="res.users",
        string="Kept By",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who keeps the document up to date.",
    )
    approver_id = fields.Many2one(
        comodel_name="res.users",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who is asked to approve new versions.",
    )
    parent_id = fields.Many2one(
        comodel_name="airbag.document",
        string="Procedure",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('kind', '=', 'procedure')]",
        help="The procedure the form belongs to.",
    )
    child_ids = fields.One2many(
        comodel_name="airbag.document", inverse_name="parent_id", string="Forms"
    )
    related_ids = fields.Many2many(
        comodel_name="airbag.document",
        relation="airbag_document_related_rel",
        column1="document_id",
        column2="related_id",
        string="Related Documents",
        check_company=True,
        help="Documents that are to be known together with this one (PRO 008 §8).",
    )
    survey_id = fields.Many2one(
        comodel_name="survey.survey",
        string="Questionnaire",
        index="btree_not_null",
        ondelete="restrict",
    )
    note = fields.Text(string="Where It Is Kept")
    version_ids = fields.One2many(
        comodel_name="airbag.document.version",
        inverse_name="document_id",
        string="Version History",
    )
    current_version_id = fields.Many2one(
        comodel_name="airbag.document.version",
        compute="_compute_versions",
        string="Version in Force",
    )
    draft_version_id = fields.Many2one(
        comodel_name="airbag.document.version",
        compute="_compute_versions",
        string="In Preparation",
    )
    revision = fields.Char(compute="_compute_versions", string="Version")
    date = fields.Date(compute="_compute_versions", string="In Force Since")
    author = fields.Char(compute="_compute_versions", string="Prepared By")
    approver = fields.Char(compute="_compute_versions", string="Approved By")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "The code of a document must be unique.",
    )
    _form_uniq = models.UniqueIndex(
        "(form, COALESCE(company_id, 0)) WHERE form IS NOT NULL AND active",
        "Another document is printed on this form already: archive it first.",
    )

    # === COMPUTE METHODS === #
    @api.depends("version_ids.state", "version_ids.date", "company_id")
    def _compute_versions(self):
        for company, documents in self.grouped("company_id").items():
            today = (company or self.env.company)._get_service_today()
            for document in documents:
                version = document._get_version_on(today)
                document.current_version_id = version
                # An empty version has a number, too.
                document.revision = version.revision if version else False
                document.date = version.date
                document.author = version.author
                document.approver = version.approver
                document.draft_version_id = document.version_ids.filtered(
                    lambda version: version.state == "draft"
                )[:1]

    @api.depends("code", "name")
    def _compute_display_name(self):
        for document in self:
            parts = (document.code, document.name)
            document.display_name = " · ".join(part for part in parts if part)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_withdrawal(vals)
        env = self.env(context=drop_proposed(self.env.context, {"withdrawn_on"}))
        documents = super(AirbagDocument, self.with_env(env)).create(vals_list)
        documents.filtered(lambda document: not document.active)._stamp_withdrawal()
        self.env.registry.clear_cache()
        return documents.with_env(self.env)

    def write(self, vals):
        if IDENTITY_FIELDS & set(vals):
            self._check_identity(vals)
        self._check_withdrawal(vals)
        result = super().write(vals)
        if "active" in vals:
            self._stamp_withdrawal()
        if {"active", *IDENTITY_FIELDS} & set(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(version.state != "draft" for version in self.version_ids):
            raise UserError(
                self.env._(
                    "A document with approved versions is evidence: archive it "
                    "instead of deleting it."
                )
            )

    # === ACTION METHODS === #
    def action_new_version(self):
        """Open the draft of the next version, a new one if there is none.

        :return: the window of the draft
        """
        self.ensure_one()
        draft = self.draft_version_id or self.draft_version_id.create(
            {"document_id": self.id}
        )
        return draft._get_window()

    def action_print_master_list(self):
        """Return the *Lista maestra de documentos*; all of them when none is chosen."""
        documents = self or self.search([("active", "=", True)])
        return self.env.ref(
            "airbag_client_mgmt.action_report_document_list"
        ).report_action(documents, config=False)

    # === BUSINESS METHODS === #
    def _check_identity(self, vals):
        """:raise UserError: if a document with approved versions became another one."""
        if self.env.su:
            return
        for document in self:
            changed = any(
                document._fields[name].convert_to_write(document[name], document)
                != (vals[name] or False)
                for name in IDENTITY_FIELDS & set(vals)
            )
            if changed and "approved" in document.version_ids.mapped("state"):
                raise UserError(
                    self.env._(
                        "%(document)s has approved versions, which were printed with "
                        "its code: archive it and register another document.",
                        document=document.display_name,
                    )
                )

    @api.model
    def _check_withdrawal(self, vals):
        """:raise UserError: when the day would be written by hand."""
        if "withdrawn_on" in vals and not self.env.su:
            raise UserError(self.env._("A document is withdrawn by archiving it."))

    def _stamp_withdrawal(self):
        """Keep the day on which documents were archived; none once they are back."""
        for document in self.sudo():
            company = document.company_id or self.env.company
            if document.active:
                document.withdrawn_on = False
            elif not document.withdrawn_on:
                document.withdrawn_on = company._get_service_today()

    def _get_version_on(self, day):
        """Return the version that was in force on a day, or an empty record."""
        self.ensure_one()
        approved = self.version_ids.filtered(
            lambda version: version.state == "approved" and version.date <= day
        )
        return approved.sorted("date")[-1:]

    @api.model
    @tools.ormcache("form", "company_id")
    def _get_forms(self, form: str, company_id: int) -> tuple[Form, ...]:
        """Return the approved versions of what prints a form, of any day.

        Kept in memory: whoever prints a hundred contracts asks once. A withdrawn
        document still says what was printed in its time.
        """
        versions = (
            self.env["airbag.document.version"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("document_id.form", "=", form),
                    ("document_id.company_id", "in", [company_id, False]),
                    ("state", "=", "approved"),
                ]
            )
        )
        return tuple(
            Form(
                version.document_id.code,
                str(version.number),
                version.date,
                bool(version.document_id.company_id),
                version.document_id.withdrawn_on or None,
            )
            for version in versions
        )

    @api.model
    def _get_guides(self):
        """Return the good practices guides, which have versions of their own (§5.5.2).

        Called by the master list.
        """
        return self.env["airbag.guide"].search([("current_version_id", "!=", False)])

    def _log_approval(self, version):
        """Keep in the chatter who approved what, from when on."""
        self.ensure_one()
        body = Markup("%s<br/>%s") % (
            self.env._(
                "Version %(number)s approved by %(approver)s, in force from %(date)s.",
                number=version.revision,
                approver=version.approver,
                date=format_date(self.env, version.date),
            ),
            version.changes or "",
        )
        self.message_post(body=body, subtype_xmlid="mail.mt_note")
