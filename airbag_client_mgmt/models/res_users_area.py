# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Command, Domain

AREA_GROUP = "airbag_client_mgmt.group_area_member"


class ResUsers(models.Model):
    """Who belongs to an area works on its complaints. PRO 008 §5.4.2."""

    _inherit = "res.users"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users.filtered("helpdesk_team_ids")._update_area_access()
        return users

    def write(self, vals):
        result = super().write(vals)
        if "helpdesk_team_ids" in vals:
            self._update_area_access()
        return result

    # === BUSINESS METHODS === #
    def _update_area_access(self):
        """Give the group of the areas to who is in one, and take it from the others.

        As the system: who says who is in an area gives no other group. The group
        alone shows nothing; the rules look at the areas themselves.
        """
        users = self.sudo().filtered(lambda user: not user.share)
        group = self.env.ref(AREA_GROUP, raise_if_not_found=False)
        if not users or not group:
            return
        teams = self.env["helpdesk.ticket.team"].sudo()
        teams = teams.search(
            Domain("user_id", "in", users.ids) | Domain("user_ids", "in", users.ids)
        )
        people = teams._get_people() & users
        has_it = users.filtered(lambda user: group in user.group_ids)
        commands = [Command.link(user.id) for user in people - has_it]
        commands += [Command.unlink(user.id) for user in has_it - people]
        if commands:
            group.sudo().write({"user_ids": commands})
