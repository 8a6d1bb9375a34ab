# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Days and hours of the demo, all counted from today in the company's time zone."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta


class Clock:
    """The calendar of one company, seen from today."""

    def __init__(self, company):
        self.company = company
        self.today = company._get_service_today()
        span = range(-900, 500)
        self._works_on = company._get_working_day_predicate(
            self.today + timedelta(days=offset) for offset in span
        )

    def day(self, months: int = 0, days: int = 0) -> date:
        """Return the day so many months and days from today."""
        return self.today + relativedelta(months=months) + timedelta(days=days)

    def working_day(self, day: date, step: int = 1) -> date:
        """Return ``day``, or the nearest working day after (before: ``step`` -1)."""
        while not self._works_on(day):
            day += timedelta(days=step)
        return day

    def add_working_days(self, day: date, number: int) -> date:
        """Return the working day that comes ``number`` working days after."""
        day = self.working_day(day)
        for _turn in range(number):
            day = self.working_day(day + timedelta(days=1))
        return day

    def at(self, day: date, hour: float) -> datetime:
        """Return the UTC moment of a local day and hour, as Odoo stores it."""
        return self.company._localize_service_time(day, hour)
