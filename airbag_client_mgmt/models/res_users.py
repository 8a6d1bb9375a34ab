# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    """Who held a commercial visit is part of the evidence. PRO 008 §5.1.1."""

    _inherit = "res.users"

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_visitor(self):
        """The database deletes the activities of a user along with the user."""
        held = self.env["mail.activity"]._find_held_visit([("user_id", "in", self.ids)])
        if held:
            raise UserError(
                self.env._(
                    "%(user)s held commercial visits, which are evidence: archive the "
                    "user instead of deleting it.",
                    user=held.user_id.name,
                )
            )
