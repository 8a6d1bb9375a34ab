# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The months of the indicators: closed, analysed and approved. PRO 008 §7."""

from datetime import timedelta

from odoo import Command

from ..tools.months import last_day
from .closing_texts import CAUSES, OTHER_CAUSE, RESULT

#: The cron passes early on the day after the days to close are over.
HOUR = 6
#: Days that an action is given.
ACTION_DAYS = 75


class Closings:
    """Closes a year of months as it went by: quality analyses, management approves."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock
        self.company = self.env.company
        self.quality = history.user("sgc")
        self.management = history.user("gerencia")

    def close_all(self):
        """Close what is to be closed; the newest month waits."""
        self.company.kpi_approver_id = self.management
        kpis = self.env["airbag.kpi"].search([("user_id", "=", False)])
        kpis.user_id = self.quality
        digest = self.history.ref("digest_indicators")
        digest.user_ids = [Command.link(self.quality.id)]
        digest.user_ids = [Command.link(self.management.id)]
        snapshots = self.env["airbag.kpi.snapshot"]
        months = [
            (month, kpis)
            for (company, month), kpis in snapshots._get_months_to_close().items()
            if company == self.company
        ]
        for number, (month, kpis) in enumerate(months, start=1):
            day = last_day(month) + timedelta(days=self.company.kpi_closing_days + 1)
            self._finish_actions(day)
            closed = snapshots._close_month(self.company, month, kpis)
            self._date(closed, "frozen_on", self.clock.at(day, HOUR))
            if number == len(months) - 3:
                self._forget_answer(closed)
            self._analyse(closed, day)
            if number < len(months):
                self._send(closed)
                self._approve(closed, day + timedelta(days=6))
            else:
                self._send(closed.filtered(lambda one: one.kpi_id.code in CAUSES)[:2])

    def _forget_answer(self, closed):
        """One answer came after the month was closed: the difference is shown."""
        for one in closed.filtered(
            lambda one: one.kpi_id.code == "satisfaction" and one.numerator > 2
        ):
            above, below = one.numerator - 1, one.denominator - 1
            self._date(one, "numerator", above)
            self._date(one, "denominator", below)
            self._date(one, "value", round(100 * above / below, 1))

    def _analyse(self, closed, day):
        for one in closed.filtered("is_missed").with_user(self.quality):
            analysis, action, login = CAUSES.get(one.kpi_id.code, OTHER_CAUSE)
            if one.open_action_ids:
                one.analysis = (
                    f"{analysis} La acción en curso sigue vigente; su efecto se verá "
                    "en los próximos meses."
                )
                continue
            one.analysis = analysis
            self.env["airbag.improvement.action"].with_user(self.quality).create(
                {
                    "name": action,
                    "user_id": self.history.user(login).id,
                    "date_due": self.clock.working_day(
                        day + timedelta(days=ACTION_DAYS)
                    ),
                    "snapshot_id": one.id,
                }
            )
        kept = closed.filtered(lambda one: one.status == "on_target")
        kept.with_user(self.quality).write(
            {"analysis": "Objetivo cumplido. Se mantiene el seguimiento."}
        )

    def _finish_actions(self, day):
        """Carry out what was due before a day."""
        due = self.env["airbag.improvement.action"].search(
            [("state", "=", "open"), ("date_due", "<", day)]
        )
        for action in due:
            theirs = action.with_user(action.user_id)
            theirs.result = RESULT
            theirs.action_done()
            done_on = self.clock.working_day(action.date_due - timedelta(days=3), -1)
            self._date(action, "done_on", done_on)
            action.with_user(self.quality).action_effective()
            self._date(action, "effectiveness_checked_on", day)

    def _send(self, closed):
        closed.with_user(self.quality).action_send()

    def _approve(self, closed, day):
        closed.with_user(self.management).action_approve()
        self._date(closed, "approved_on", self.clock.working_day(day))

    def _date(self, records, fname, value):
        """Say what the past was, which nobody may write."""
        for record in records:
            self.history.backdate(record, value, fname)
