# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

COMMERCIAL_VISIT = "airbag_client_mgmt.mail_activity_type_commercial_visit"
#: What a visit that was held is evidence of: where, by whom, when and its outcome.
EVIDENCE_FIELDS = (
    "active",
    "activity_type_id",
    "date_done",
    "feedback",
    "res_id",
    "res_model_id",
    "user_id",
)


class MailActivity(models.Model):
    """A commercial visit, planned or held, with its outcome. PRO 008 §5.1.1.

    Odoo archives what is done and keeps its feedback: the outcome of a visit.
    """

    _inherit = "mail.activity"

    # === CRUD METHODS === #
    def write(self, vals):
        """Keep the outcome of a visit as it was recorded."""
        if not self.env.su:
            self.sudo()._check_held_visits_kept(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held_visit(self):
        if not self.env.su and self._filter_held_visits():
            raise UserError(
                self.env._(
                    "A commercial visit that was held is evidence, with its outcome: "
                    "it cannot be deleted."
                )
            )

    # === BUSINESS METHODS === #
    @api.model
    def _find_held_visit(self, domain):
        """Return one visit already held; whoever asks need not see it itself."""
        visit = self.env.ref(COMMERCIAL_VISIT, raise_if_not_found=False)
        held = Domain("active", "=", False) & Domain(
            "activity_type_id", "=", visit.id if visit else 0
        )
        everything = self.sudo().with_context(active_test=False)
        return everything.search(held & Domain(domain), limit=1)

    def _filter_held_visits(self):
        """Return those of these activities that are visits already held."""
        visit = self.env.ref(COMMERCIAL_VISIT, raise_if_not_found=False)
        return self.filtered(
            lambda activity: (
                visit and activity.activity_type_id == visit and not activity.active
            )
        )

    def _check_held_visits_kept(self, vals):
        """:raise UserError: for values that change what a held visit says."""
        for fname in set(EVIDENCE_FIELDS) & set(vals):
            field = self._fields[fname]
            for visit in self._filter_held_visits():
                old = field.convert_to_cache(visit[fname], visit)
                if field.convert_to_cache(vals[fname], visit) != old:
                    raise UserError(
                        self.env._(
                            "A commercial visit that was held is evidence: its outcome "
                            "cannot be changed. Plan another visit, or write a note."
                        )
                    )

    def _action_done(self, feedback=False, attachment_ids=None):
        """Refuse to call a commercial visit held without its outcome.

        :raise UserError: if nothing was written about one of the visits.
        """
        visit = self.env.ref(COMMERCIAL_VISIT, raise_if_not_found=False)
        said = (feedback and html2plaintext(feedback).strip()) or False
        visits = self.filtered(lambda activity: activity.activity_type_id == visit)
        if visit and visits and not said:
            raise UserError(
                self.env._(
                    "Write the outcome of the commercial visit before marking it as "
                    "done: whom you saw, what they need and what comes next."
                )
            )
        if visit and visits:
            # Odoo writes it once the visit is done, when it may not change any more.
            visits.feedback = feedback
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
