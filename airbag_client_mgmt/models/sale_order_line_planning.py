# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import models

from ..tools.recurrence import (
    first_occurrence_after,
    occurrence,
    occurrence_numbers,
    place_in_term,
)


class SaleOrderLine(models.Model):
    """What one contract line promises, visit by visit."""

    _inherit = "sale.order.line"

    # === BUSINESS METHODS === #
    def _get_due_visits(self, horizon: date, known=frozenset()):
        """Return ``(number, day)`` of each visit due up to the horizon.

        The day is False for the single visit of a line without interval.

        :param known: numbers of the visits that exist, which are left out
        """
        self.ensure_one()
        order = self.order_id
        if not self._is_recurring():
            return [] if 1 in known else [(1, False)]
        until = min(day for day in (horizon, order._get_last_visit_day()) if day)
        terms = (order.contract_start, self.visit_interval, self.visit_interval_unit)
        return [
            (number + 1, occurrence(*terms, number))
            for number in occurrence_numbers(
                *terms,
                until,
                # Those before belong to the version before.
                since=order._get_first_day(),
            )
            if number + 1 not in known
        ]

    def _get_first_visit_after(self, horizon: date):
        """Return the day of the first visit beyond the horizon, or False."""
        self.ensure_one()
        if not self._is_recurring():
            return False
        day = first_occurrence_after(
            self.order_id.contract_start,
            self.visit_interval,
            self.visit_interval_unit,
            max(horizon, self.order_id._get_first_day() - timedelta(days=1)),
        )
        last = self.order_id._get_last_visit_day()
        return False if not day or last and day > last else day

    def _prepare_intervention_values(self, number, day, works_on):
        """Return the values of one visit of the line.

        :param number: its place in the line, from 1
        :param day: the day it is due, or False when it is to be agreed
        :param works_on: tells whether the company works on a day
        """
        self.ensure_one()
        order = self.order_id
        company = order.company_id
        vals = {
            "company_id": company.id,
            "partner_id": order.partner_id.id,
            "order_id": order.id,
            "order_line_id": self.id,
            "visit_number": number,
            "treatment_id": self.product_id.treatment_id.id,
            "vehicle_id": order.vehicle_id.id,
        }
        if day:
            moved = place_in_term(
                day,
                works_on,
                company.visit_day_off_policy,
                order._get_first_day(),
                order._get_last_visit_day(),
            )
            hour = order.visit_start_hour
            vals["planned_start"] = company._localize_service_time(moved, hour)
            if moved != day:
                vals["original_planned_start"] = company._localize_service_time(
                    day, hour
                )
                in_own_language = self.with_context(lang=company._get_lang())
                vals["reschedule_reason"] = in_own_language.env._(
                    "Moved from a day off"
                )
        return vals
