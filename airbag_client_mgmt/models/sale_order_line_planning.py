# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import models

from ..tools.recurrence import first_occurrence_after, occurrences, shift_day_off


class SaleOrderLine(models.Model):
    """What one contract line promises, visit by visit."""

    _inherit = "sale.order.line"

    # === BUSINESS METHODS === #
    def _get_due_visits(self, horizon: date):
        """Return ``(number, day)`` of each visit due up to the horizon.

        The day is False for the single visit of a line without interval.
        """
        self.ensure_one()
        order = self.order_id
        if not self._is_recurring():
            return [(1, False)]
        until = min(day for day in (horizon, order._get_last_visit_day()) if day)
        first_day = order._get_first_day()
        return [
            (number + 1, day)
            for number, day in occurrences(
                order.contract_start,
                self.visit_interval,
                self.visit_interval_unit,
                until,
            )
            if day >= first_day  # those before belong to the version before
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
        return False if last and day > last else day

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
            policy = company.visit_day_off_policy
            moved = shift_day_off(day, works_on, policy)
            last = order._get_last_visit_day()
            if last and moved > last:  # never after the contract
                moved = shift_day_off(day, works_on, "previous")
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
