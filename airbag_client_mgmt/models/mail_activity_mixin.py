# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from .mail_activity import COMMERCIAL_VISIT


class MailActivityMixin(models.AbstractModel):
    """A customer or opportunity that was visited is evidence. PRO 008 §5.1.1.

    Odoo deletes the activities of what is deleted, those done as well.
    """

    _inherit = "mail.activity.mixin"

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        """Refuse for everybody: code that merges records moves their visits before."""
        visit = self.env.ref(COMMERCIAL_VISIT, raise_if_not_found=False)
        if not visit:
            return
        # Whoever may delete the record need not see all its activities.
        held = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", visit.id),
                    ("active", "=", False),
                ],
                limit=1,
            )
        )
        if held:
            raise UserError(
                self.env._(
                    "%(document)s was visited: its commercial visits and their outcome "
                    "are evidence. Archive it, or mark it as lost, instead of deleting "
                    "it.",
                    document=held.res_name,
                )
            )
