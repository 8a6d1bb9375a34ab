# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Command, Domain

#: Who is in an area.
PEOPLE_FIELDS = {"active", "user_id", "user_ids"}


class HelpdeskTicketTeam(models.Model):
    """Who is in an area may work on what is sent to it. PRO 008 §3 and §5.4.2.

    Members and leaders get the group that the rules of the tickets give the tickets
    of their own areas, whatever else they do in the company; they lose it when they
    are in no area any more.
    """

    _inherit = "helpdesk.ticket.team"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._follow_people(self.env["res.users"])
        return teams

    def write(self, vals):
        if not PEOPLE_FIELDS & set(vals):
            return super().write(vals)
        former = self._get_people()
        result = super().write(vals)
        self._follow_people(former)
        return result

    def unlink(self):
        former = self._get_people()
        result = super().unlink()
        former._update_area_access()
        return result

    # === BUSINESS METHODS === #
    def _get_people(self):
        """Return members and leaders, those who left the company too."""
        teams = self.sudo().with_context(active_test=False)
        return (teams.user_id | teams.user_ids).with_env(self.env)

    def _follow_people(self, former):
        """Count the leader among the members, and give everybody the access."""
        for team in self:
            if team.user_id - team.sudo().user_ids:
                team.user_ids = [Command.link(team.user_id.id)]
        (former | self._get_people())._update_area_access()

    @api.model
    def _init_area_access(self):
        """Give the access to the people of areas older than it.

        Called by the data file at each update of the module.
        """
        inhabited = Domain("user_id", "!=", False) | Domain("user_ids", "!=", False)
        self.search(inhabited)._follow_people(self.env["res.users"])
