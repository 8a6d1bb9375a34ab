# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.contexts import drop_proposed

#: What the approval stamps, never people.
APPROVAL_FIELDS = {"approved_on", "approver", "approver_id", "number", "state"}
ACTIVITY_TODO = "mail.mail_activity_data_todo"


class AirbagDocumentVersion(models.Model):
    """What a controlled document says from one day on. PRO 008 §9.

    Prepared by the QMS responsible, approved by management: never by who wrote it.
    Life cycle: draft → approved; an approved one enters into force on its date and
    is superseded on the date of the next one, without anybody doing anything. It
    is changed and deleted in no way, not even by the system.
    """

    _name = "airbag.document.version"
    _description = "Document Version"
    _order = "document_id, number desc, id desc"

    # === FIELDS === #
    document_id = fields.Many2one(
        comodel_name="airbag.document", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="document_id.company_id")
    number = fields.Integer(readonly=True, copy=False, aggregator=None)
    revision = fields.Char(
        string="Version",
        compute="_compute_revision",
        help="The number as the procedure writes it: 000, 001…",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    status = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("coming", "Not Yet in Force"),
            ("current", "Current"),
            ("superseded", "Superseded"),
        ],
        compute="_compute_status",
        help="Follows the calendar: a version is in force from its date until that "
        "of the next one.",
    )
    date = fields.Date(
        string="Entry into Force",
        required=True,
        copy=False,
        default=lambda self: self.env.company._get_service_today(),
        help="First day on which forms are printed with this version.",
    )
    date_end = fields.Date(string="In Force Until", compute="_compute_status")
    author = fields.Char(
        string="Prepared By",
        required=True,
        copy=False,
        default=lambda self: self.env.user.name,
    )
    approver = fields.Char(string="Approved By", readonly=True, copy=False)
    approver_id = fields.Many2one(
        comodel_name="res.users",
        string="Approved By (User)",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    changes = fields.Char(
        string="Description of the Change",
        copy=False,
        help="What is different from the version before, and why.",
    )
    # In the table itself: a file beside it could be exchanged.
    document = fields.Binary(string="File", attachment=False, copy=False)
    document_name = fields.Char(string="File Name", copy=False)

    # One version in force on any day: that of the latest date.
    _date_uniq = models.UniqueIndex(
        "(document_id, date) WHERE state = 'approved'",
        "Another version of this document enters into force on that day.",
    )
    _number_uniq = models.UniqueIndex(
        "(document_id, number)", "This version of the document exists already."
    )
    _draft_uniq = models.UniqueIndex(
        "(document_id) WHERE state = 'draft'",
        "A version of this document is in preparation already: approve it first.",
    )
    _approved_complete = models.Constraint(
        "CHECK (number >= 0 AND (state = 'draft'"
        " OR (date IS NOT NULL AND approver IS NOT NULL)))",
        "An approved version has its number, its date and who approved it.",
    )

    # === COMPUTE METHODS === #
    @api.depends("number")
    def _compute_revision(self):
        for version in self:
            version.revision = f"{version.number:03d}"

    @api.depends("document_id.version_ids.state", "document_id.version_ids.date")
    def _compute_status(self):
        for document, versions in self.grouped("document_id").items():
            company = document.company_id or self.env.company
            today = company._get_service_today()
            days = sorted(
                version.date
                for version in document.version_ids
                if version.state == "approved"
            )
            for version in versions:
                later = [day for day in days if version.date and day > version.date]
                version.date_end = (
                    version.state == "approved"
                    and later
                    and fields.Date.subtract(later[0], days=1)
                )
                version.status = version._get_status(today, later)

    @api.depends("document_id.display_name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = (
                f"{version.document_id.display_name} · {version.revision}"
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Begin versions as drafts, whoever asks: the system alone brings others."""
        env = self.env
        if not env.su:
            for vals in vals_list:
                self._check_approval_fields(vals)
            env = env(context=drop_proposed(env.context, APPROVAL_FIELDS))
        self._number(vals_list)
        versions = super(AirbagDocumentVersion, self.with_env(env)).create(vals_list)
        self.env.registry.clear_cache()
        return versions.with_env(self.env)

    def write(self, vals):
        self._check_frozen()
        if not self.env.su:
            self._check_approval_fields(vals)
            if "document_id" in vals:
                raise UserError(
                    self.env._("A version stays with the document it is of.")
                )
        result = super().write(vals)
        if "state" in vals:
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_frozen()

    # === ACTION METHODS === #
    def action_request_approval(self):
        """Ask the approver of the document, with an activity.

        :raise UserError: if nobody is named to approve it
        """
        self.ensure_one()
        self.check_access("write")
        self._check_frozen()
        document = self.document_id
        if not document.approver_id:
            raise UserError(
                self.env._(
                    "Say on %(document)s who approves it.",
                    document=document.display_name,
                )
            )
        document.activity_unlink([ACTIVITY_TODO])
        document.activity_schedule(
            ACTIVITY_TODO,
            summary=self.env._("Approve version %(number)s", number=self.revision),
            note=self.changes,
            user_id=document.approver_id.id,
        )

    def action_approve(self):
        """Approve the version: it is in force from its date on.

        :raise AccessError: for anyone but management, and for who prepared it
        :raise UserError: if the version cannot enter into force as it is
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_reviewer"):
            raise AccessError(
                self.env._("Only management can approve a version of a document.")
            )
        self._check_frozen()
        version = self.sudo()
        version.document_id.lock_for_update()
        version._check_approvable()
        version.write(
            {
                "state": "approved",
                "approver": self.env.user.name,
                "approver_id": self.env.user.id,
                "approved_on": fields.Datetime.now(),
            }
        )
        # At once: the database watches.
        version.flush_recordset()
        version.document_id.activity_feedback([ACTIVITY_TODO])
        version.document_id._log_approval(version)

    # === BUSINESS METHODS === #
    def _get_status(self, today, later):
        """Return where the version is in its life.

        :param list later: first days of the versions that follow it
        """
        self.ensure_one()
        if self.state != "approved":
            return "draft"
        if self.date > today:
            return "coming"
        return "superseded" if later and later[0] <= today else "current"

    def _number(self, vals_list):
        """Give the versions that are to be created the numbers that follow."""
        asked = {vals.get("document_id") for vals in vals_list if "number" not in vals}
        last = dict(
            self.sudo()._read_group(
                [("document_id", "in", list(asked - {None, False}))],
                ["document_id"],
                ["number:max"],
            )
        )
        following = {document.id: number + 1 for document, number in last.items()}
        for vals in vals_list:
            if "number" not in vals:
                key = vals.get("document_id") or self.env.context.get(
                    "default_document_id"
                )
                vals["number"] = following.get(key, 0)
                following[key] = vals["number"] + 1

    def _check_frozen(self):
        """:raise UserError: naming the versions that were approved."""
        for version in self:
            if version.state == "approved":
                raise UserError(
                    self.env._(
                        "“%(version)s” was approved: it is neither changed nor "
                        "deleted. Prepare a new version of the document.",
                        version=version.display_name,
                    )
                )

    @api.model
    def _check_approval_fields(self, vals):
        """:raise UserError: when a version would be approved by hand."""
        if vals.get("state", "draft") != "draft" or (APPROVAL_FIELDS - {"state"}) & set(
            vals
        ):
            raise UserError(
                self.env._("A version of a document is put in force with “Approve”.")
            )

    def _check_approvable(self):
        """:raise UserError: saying why the version cannot enter into force."""
        self.ensure_one()
        document = self.document_id
        writers = self.create_uid | self.write_uid
        if self.env.user in writers and self.env.user != self.env.ref("base.user_root"):
            raise AccessError(
                self.env._(
                    "Who prepares a version does not approve it: ask somebody else of "
                    "management."
                )
            )
        if not document.code:
            raise UserError(self.env._("Give the document its code first."))
        before = document.version_ids.filtered(
            lambda version: version.state == "approved"
        )
        if not before:
            return
        if not self.changes:
            raise UserError(self.env._("Describe what changes in this version."))
        latest = max(before.mapped("date"))
        if self.date <= latest:
            raise UserError(
                self.env._(
                    "The version before is in force from %(date)s: this one enters "
                    "into force later.",
                    date=format_date(self.env, latest),
                )
            )
        company = document.company_id or self.env.company
        if document.form and self.date < company._get_service_today():
            raise UserError(
                self.env._(
                    "Forms were printed with the version before: this one enters into "
                    "force today or later."
                )
            )

    def _get_window(self):
        """Return the window of the version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Version of the Document"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
