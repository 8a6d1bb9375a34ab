# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

import pytz

from odoo import fields, models

from ..tools.local_time import to_local_day, to_utc


class ResCompany(models.Model):
    """How a company plans its visits. PRO 008 §5.3.1."""

    _inherit = "res.company"

    # === FIELDS === #
    visit_horizon_days = fields.Integer(
        string="Planning Horizon",
        default=90,
        help="How many days ahead the visits of contracts are created.",
    )
    visit_day_off_policy = fields.Selection(
        selection=[
            ("next", "Next working day"),
            ("previous", "Previous working day"),
            ("keep", "Keep the day"),
        ],
        string="Visits on a Day Off",
        default="next",
        required=True,
        help="Where a visit goes that falls on a holiday or a weekend.",
    )

    _visit_horizon_positive = models.Constraint(
        "CHECK (visit_horizon_days > 0)",
        "The planning horizon must be at least one day.",
    )

    # === BUSINESS METHODS === #
    def _get_lang(self) -> str:
        """Return the language of what the system itself writes in the registers.

        Scheduled actions and public pages run in no employee's language.
        """
        self.ensure_one()
        return self.partner_id.lang or self.env.lang or "en_US"

    def _get_service_tz(self) -> str:
        """Return the name of the time zone in which service days are counted."""
        self.ensure_one()
        return self.resource_calendar_id.tz or self.partner_id.tz or "UTC"

    def _get_service_date(self, moment: datetime) -> date:
        """Return the local day of a moment given in UTC."""
        return to_local_day(moment, self._get_service_tz())

    def _localize_service_time(self, day: date, hour: float) -> datetime:
        """Return the UTC moment of a local day and hour (9.5 is 09:30)."""
        return to_utc(day, hour, self._get_service_tz())

    def _shift_service_days(self, moment: datetime, days: int) -> datetime:
        """Return the UTC moment of the same local hour, ``days`` later."""
        zone = pytz.timezone(self._get_service_tz())
        local = pytz.utc.localize(moment).astimezone(zone)
        hour = local.hour + local.minute / 60
        return self._localize_service_time(local.date() + timedelta(days=days), hour)

    def _get_service_week(self, moment: datetime) -> tuple[datetime, datetime]:
        """Return the UTC bounds of a moment's local week, Monday to Monday."""
        day = self._get_service_date(moment)
        monday = day - timedelta(days=day.weekday())
        return (
            self._localize_service_time(monday, 0),
            self._localize_service_time(monday + timedelta(days=7), 0),
        )

    def _get_visit_horizon(self) -> date:
        """Return the last day up to which visits are created today."""
        today = self._get_service_date(fields.Datetime.now())
        return today + timedelta(days=self.visit_horizon_days)

    def _get_working_day_predicate(
        self, days: Iterable[date]
    ) -> Callable[[date], bool]:
        """Return a function that tells whether the company works on a day.

        Weekends and public holidays come from its working calendar, read once
        for all ``days`` and the two months around them.
        """
        self.ensure_one()
        calendar = self.resource_calendar_id
        days = list(days)
        if not days or not calendar:
            return lambda day: True
        zone = pytz.timezone(calendar.tz)
        margin = timedelta(days=62)
        start = zone.localize(datetime.combine(min(days) - margin, time.min))
        stop = zone.localize(datetime.combine(max(days) + margin, time.max))
        intervals = calendar._work_intervals_batch(start, stop)[False]
        working_days = {begin.date() for begin, _end, _attendance in intervals}
        return working_days.__contains__
