# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError


class MailActivityMixin(models.AbstractModel):
    """A customer or opportunity that was visited is evidence. PRO 008 §5.1.1.

    Odoo deletes the activities of what is deleted, those done as well.
    """

    _inherit = "mail.activity.mixin"

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        """Refuse for everybody: code that merges records moves their visits before."""
        held = self.env["mail.activity"]._find_held_visit(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
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
