# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

from ..tools.blank_float import BlankFloat
from ..tools.months import last_day


class AirbagKpiSnapshot(models.Model):
    """What the records say today of a month that was closed. ISO 9001 §7.5.3."""

    _inherit = "airbag.kpi.snapshot"

    # === FIELDS === #
    current_numerator = fields.Float(
        compute="_compute_current", digits=(16, 1), aggregator=None
    )
    current_denominator = fields.Float(
        compute="_compute_current", digits=(16, 0), aggregator=None
    )
    current_value = BlankFloat(
        string="Value Today",
        compute="_compute_current",
        digits=(16, 1),
        aggregator=None,
        help="What the records of the month give today.",
    )
    current_display = fields.Char(
        string="Figure Today", compute="_compute_current_display"
    )
    current_ratio_display = fields.Char(
        string="Calculation Today", compute="_compute_current_display"
    )
    is_changed = fields.Boolean(
        string="Changed Since",
        compute="_compute_current",
        search="_search_is_changed",
        help="Records of the month were added or corrected after it was closed.",
    )

    # === COMPUTE METHODS === #
    @api.depends("kpi_id", "company_id", "month", "numerator", "denominator")
    def _compute_current(self):
        facts = self._get_current_facts()
        for snapshot in self:
            key = (snapshot.kpi_id, snapshot.company_id, snapshot.month)
            value, numerator, denominator = facts.get(key, (None, 0.0, 0.0))
            snapshot.current_value = value
            snapshot.current_numerator = numerator
            snapshot.current_denominator = denominator
            snapshot.is_changed = snapshot._differs(numerator, denominator)

    @api.depends("current_value", "current_numerator", "current_denominator", "unit")
    @api.depends_context("lang")
    def _compute_current_display(self):
        for snapshot in self:
            snapshot.current_display = snapshot._format(snapshot.current_value)
            snapshot.current_ratio_display = snapshot._format_ratio(
                snapshot.current_numerator, snapshot.current_denominator
            )

    def _search_is_changed(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Few rows: one for each indicator and month. The user's rules apply.
        snapshots = self.search([])  # pylint: disable=no-search-all
        return Domain("id", "in", snapshots.filtered("is_changed").ids)

    # === BUSINESS METHODS === #
    def _get_current_facts(self):
        """Return ``{(kpi, company, month): (value, numerator, denominator)}``.

        Whoever sees the month sees what it differs by, in whichever companies the
        user works at the moment.
        """
        if not self:
            return {}
        months = [month for month in self.mapped("month") if month]
        report = self.env["airbag.kpi.report"].sudo()
        rows = report._read_group(
            [
                ("kpi_id", "in", self.kpi_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date", ">=", min(months)),
                ("date", "<=", last_day(max(months))),
            ],
            ["kpi_id", "company_id", "date:month"],
            ["value:avg", "numerator:sum", "denominator:sum"],
        )
        return {
            (kpi.sudo(False), company.sudo(False), month): figures
            for kpi, company, month, *figures in rows
        }

    def _differs(self, numerator, denominator):
        """Compare as stored: hours are sums of fractions."""
        self.ensure_one()
        return any(
            float_compare(frozen, current, precision_digits=digits) != 0
            for frozen, current, digits in (
                (self.numerator, numerator, 1),
                (self.denominator, denominator, 0),
            )
        )
