# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.agenda import hours_between, is_free


class AirbagIntervention(models.Model):
    """Who carries out a visit: free, qualified, and with the fewest hours.

    PRO 008 §5.3.1: *asignar el personal adecuado*.
    """

    _inherit = "airbag.intervention"

    # === ACTION METHODS === #
    def action_assign_best(self):
        """Assign who is free, qualified and has the fewest hours that week.

        From the list, visits for which nobody is free are left as they are and
        named; those of the past, or with a technician, are not touched.

        :raise UserError: if the only visit has no date, or nobody is free for it
        """
        to_assign = self.filtered(lambda visit: visit.state == "draft")
        if len(self) > 1:
            to_assign = to_assign.filtered(lambda visit: not visit.user_id)
        elif not to_assign.planned_start and to_assign:
            raise UserError(
                self.env._("Set the date of %(name)s first.", name=to_assign.name)
            )
        for visit, user in to_assign._get_best_technicians().items():
            visit.user_id = user
        left = to_assign.filtered(lambda visit: not visit.user_id)
        return left._tell_unassigned(len(to_assign - left)) if left else None

    # === BUSINESS METHODS === #
    def _tell_unassigned(self, assigned):
        """Name the visits for which nobody was found, beside those assigned.

        :raise UserError: if there is nothing else to tell
        """
        names = ", ".join(self.mapped("name"))
        if not assigned:
            raise UserError(
                self.env._(
                    "Nobody qualified is free for %(names)s: choose another date.",
                    names=names,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "%(count)s visits assigned. Nobody qualified is free for "
                    "%(names)s, or they have no date.",
                    count=assigned,
                    names=names,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_best_technicians(self, times=None):
        """Return ``{visit: technician}``; those without anybody are left out.

        Earlier visits choose first, and what they take counts for the later ones.

        :param times: ``{visit: (start, end)}``; as they are planned, if not given
        """
        times = times or {
            visit: (visit.planned_start, visit.planned_end) for visit in self
        }
        dated = self.filtered(lambda visit: times[visit][0])
        best = {}
        for company, visits in dated.grouped("company_id").items():
            agenda = visits._get_agenda(times)
            candidates = self._get_candidates(company)
            for visit in visits.sorted(lambda visit: times[visit][0]):
                start, end = times[visit]
                user = visit._get_best_technician(candidates, agenda, start, end)
                if user:
                    best[visit] = user
                    agenda[user.id].append((start, end, True))
        return best

    @api.model
    def _get_candidates(self, company):
        """Return the technicians of a company, each with a working account."""
        group = self.env.ref("airbag_client_mgmt.group_technician")
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", company.ids)]
        )

    def _get_best_technician(self, candidates, agenda, start, end):
        """Return who of the candidates is free and has the fewest hours, or None.

        :param agenda: what :meth:`_get_agenda` returned
        """
        self.ensure_one()
        week = self.company_id._get_service_week(start)
        free = [
            user
            for user in candidates
            if self._is_qualified(user) and is_free(agenda[user.id], start, end)
        ]
        return min(
            free,
            key=lambda user: (hours_between(agenda[user.id], *week), user.id),
            default=None,
        )

    def _get_agenda(self, times):
        """Return ``{user id: [(start, end, is work)]}`` of the weeks of these visits.

        Work is other visits, also those assigned and not yet planned; leaves only
        make a technician unavailable. Read as the system: who works for two
        companies is busy in both.
        """
        agenda = defaultdict(list)
        for visit in self.sudo():
            # Who helps in one of these visits is not responsible at that time.
            for user in visit.technician_ids:
                agenda[user.id].append((*times[visit.sudo(False)], True))
        weeks = [visit.company_id._get_service_week(times[visit][0]) for visit in self]
        first = min(start for start, _end in weeks)
        last = max(end for _start, end in weeks)
        others = self.sudo().search(
            [
                ("state", "in", ("draft", "planned", "in_progress")),
                ("planned_start", "<", last),
                ("planned_end", ">", first),
                ("id", "not in", self.ids),
            ]
        )
        for other in others:
            for user in other._get_staff():
                agenda[user.id].append((other.planned_start, other.planned_end, True))
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves = leaves.search(
            [
                ("resource_id.user_id", "!=", False),
                ("date_from", "<", last),
                ("date_to", ">", first),
            ]
        )
        for leave in leaves:
            agenda[leave.resource_id.user_id.id].append(
                (leave.date_from, leave.date_to, False)
            )
        return agenda
