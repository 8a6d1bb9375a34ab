# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError

#: What only the scheduled action writes.
FAILURE_FIELDS = {"survey_error", "survey_error_on"}


class AirbagIntervention(models.Model):
    """A visit whose survey could not be created says so to quality. PRO 008 §5.4.1."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    survey_error = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Why the satisfaction survey could not be created; it is tried again.",
    )
    survey_error_on = fields.Datetime(readonly=True, copy=False)

    # === CRUD METHODS === #
    def write(self, vals):
        if not self.env.su and FAILURE_FIELDS & set(vals):
            raise AccessError(
                self.env._("Why a survey is missing is noted by the system.")
            )
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _note_survey_failure(self, error):
        """Say on the visit, and to quality once, why its survey is missing."""
        self.ensure_one()
        visit = self.sudo()
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        known = visit.survey_error
        visit.write({"survey_error": reason, "survey_error_on": fields.Datetime.now()})
        if known:
            return
        user = visit.company_id._get_quality_user()
        visit.with_context(mail_activity_quick_update=True).activity_schedule(
            "airbag_client_mgmt.mail_activity_type_survey_missing",
            date_deadline=visit.company_id._get_service_today(),
            summary=visit.with_context(lang=user.lang).env._(
                "The satisfaction survey could not be created"
            ),
            note=reason,
            user_id=user.id,
        )

    def _forget_survey_failure(self):
        """Take back what was said of these visits: their surveys are created."""
        failed = self.sudo().filtered("survey_error")
        if failed:
            failed.write({"survey_error": False, "survey_error_on": False})
            failed.activity_unlink(
                ["airbag_client_mgmt.mail_activity_type_survey_missing"]
            )
