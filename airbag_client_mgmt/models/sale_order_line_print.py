# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrderLine(models.Model):
    """The frequency of a service in words. PRO 008 §5.2.3."""

    _inherit = "sale.order.line"

    # === BUSINESS METHODS === #
    def _get_frequency_label(self):
        """Return how often the service is given: *Every 3 months (4 visits)*."""
        self.ensure_one()
        if not self._is_visit_line():
            return ""
        if not self._is_recurring():
            return self.env._("One visit")
        label = self._get_interval_label()
        if not self.promised_visit_count:
            return label
        return self.env._(
            "%(frequency)s (%(count)s visits)",
            frequency=label,
            count=self.promised_visit_count,
        )

    def _get_interval_label(self):
        number = self.visit_interval
        if number == 1:
            return {
                "day": self.env._("Every day"),
                "week": self.env._("Every week"),
                "month": self.env._("Every month"),
                "year": self.env._("Every year"),
            }[self.visit_interval_unit]
        return {
            "day": self.env._("Every %(number)s days", number=number),
            "week": self.env._("Every %(number)s weeks", number=number),
            "month": self.env._("Every %(number)s months", number=number),
            "year": self.env._("Every %(number)s years", number=number),
        }[self.visit_interval_unit]
