# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

#: What a file is, where it belongs and who may read it.
EVIDENCE_FIELDS = {
    "company_id",
    "datas",
    "db_datas",
    "mimetype",
    "name",
    "public",
    "raw",
    "res_field",
    "res_id",
    "res_model",
    "store_fname",
    "type",
    "url",
}
#: What says where a file belongs.
PLACE_FIELDS = {"res_field", "res_id", "res_model"}
GUIDE_VERSION = "airbag.guide.version"


class IrAttachment(models.Model):
    """Files that are evidence: signatures, documents, photos, guides, attendance.

    PRO 008 §5.2.3, §5.3.3, §5.5.2.
    """

    _inherit = "ir.attachment"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        # A second file for a field would stand in place of the signature, one of a
        # guide in place of what customers receive.
        files.filtered(
            lambda file: file.res_field or file.res_model == GUIDE_VERSION
        )._check_not_evidence()
        return files

    def write(self, vals):
        if EVIDENCE_FIELDS & set(vals):
            self._check_not_evidence()
        result = super().write(vals)
        if PLACE_FIELDS & set(vals):
            self._check_not_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._check_not_evidence()

    # === BUSINESS METHODS === #
    def _check_not_evidence(self):
        """Refuse to change what proves a contract, a visit, or who was informed.

        :raise AccessError: for a user who changes or deletes it
        """
        if self.env.su or not self:
            return
        files = self.sudo()
        if (
            files._has_signed_contract()
            or files._has_closed_visit()
            or files._has_published_guide()
            or files._has_session_held()
        ):
            raise AccessError(
                self.env._(
                    "What was signed or documented is evidence: it is neither changed "
                    "nor deleted."
                )
            )

    def _has_signed_contract(self):
        """Tell whether one of the files is a signature of a contract, or its document.

        PRO 008 §5.2.3.
        """
        files = self._filter_attached_by_system("sale.order")
        orders = self.env["sale.order"].browse(files.mapped("res_id"))
        return any(order._is_frozen_contract() for order in orders.exists())

    def _has_closed_visit(self):
        """Tell whether one of the files is a photo or the signature of a closed visit.

        Or a report: what was sent or signed is kept while the visit is corrected, too.
        PRO 008 §5.3.3.
        """
        visits = self.env["airbag.intervention"].with_context(active_test=False)
        files = self._filter_attached_by_system("airbag.intervention")
        if not all(files.mapped("res_field")):
            return True
        signed = visits.browse(files.mapped("res_id")).exists()
        pictured = self.ids and visits.search([("photo_ids", "in", self.ids)])
        return any(visit._is_evidence() for visit in signed | (pictured or visits))

    def _has_published_guide(self):
        """Tell whether one of the files is what customers received. PRO 008 §5.5.2."""
        files = self.filtered(lambda file: file.res_model == GUIDE_VERSION)
        versions = self.env[GUIDE_VERSION].browse(files.mapped("res_id"))
        return any(version.state != "draft" for version in versions.exists())

    def _has_session_held(self):
        """Tell whether one of the files proves who attended. PRO 008 §5.5.2."""
        attendees = self.env["airbag.guide.attendee"]
        signatures = self.filtered(
            lambda file: file.res_model == attendees._name and file.res_field
        )
        signed = attendees.browse(signatures.mapped("res_id")).exists().session_id
        sessions = self.env["airbag.guide.session"]
        files = self.filtered(lambda file: file.res_model == sessions._name)
        sessions = sessions.browse(files.mapped("res_id")).exists()
        listed = sessions.filtered(lambda session: session.attachment_ids & files)
        return any(session.state == "held" for session in signed | listed)

    def _filter_attached_by_system(self, model):
        """Keep the fields' files, and the documents that the system attached itself."""
        root = self.env.ref("base.user_root")
        files = self.filtered(
            lambda file: (
                file.res_model == model
                and (
                    file.res_field
                    or (file.mimetype == "application/pdf" and file.create_uid == root)
                )
            )
        )
        if not files:
            return files
        # What somebody sent by e-mail is stored by the system as well.
        messages = self.env["mail.message"].search(
            [("attachment_ids", "in", files.ids), ("message_type", "=", "email")]
        )
        return files - messages.attachment_ids
