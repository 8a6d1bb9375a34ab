# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import float_round

from ..tools.blank_float import BlankFloat

#: Prefix of the fields of a digest that show an indicator, before its code.
PREFIX = "kpi_airbag_"


class DigestDigest(models.Model):
    """The indicators of PRO 008 §7 in the periodic e-mail of Odoo.

    Odoo's own figures are counts and sums. These are ratios of the facts of each
    period, blank without any; who may not read them gets the e-mail without them.
    """

    _inherit = "digest.digest"

    # === FIELDS === #
    kpi_airbag_satisfaction = fields.Boolean(string="Customer Satisfaction Rate")
    kpi_airbag_satisfaction_value = BlankFloat(
        compute="_compute_kpi_airbag_satisfaction_value"
    )
    kpi_airbag_resolution = fields.Boolean(string="Incident Resolution Index")
    kpi_airbag_resolution_value = BlankFloat(
        compute="_compute_kpi_airbag_resolution_value"
    )
    kpi_airbag_retention = fields.Boolean(string="Customer Retention Percentage")
    kpi_airbag_retention_value = BlankFloat(
        compute="_compute_kpi_airbag_retention_value"
    )

    # === COMPUTE METHODS === #
    # Odoo reads each field for two periods and forgets that one alone: a method that
    # computed them together would leave figures of the other period behind.
    def _compute_kpi_airbag_satisfaction_value(self):
        self._set_indicator("satisfaction")

    def _compute_kpi_airbag_resolution_value(self):
        self._set_indicator("resolution")

    def _compute_kpi_airbag_retention_value(self):
        self._set_indicator("retention")

    # === BUSINESS METHODS === #
    def _set_indicator(self, code):
        """Set the value of one indicator in the period of the context."""
        start = self.env.context.get("start_datetime")
        end = self.env.context.get("end_datetime")
        for company, digests in self._group_by_company().items():
            values = self._get_indicator_values(company, start, end)
            digests[f"{PREFIX}{code}_value"] = values.get(code)

    def _group_by_company(self):
        """Odoo's rule: a digest without company is of the reader's."""
        return self.grouped(lambda digest: digest.company_id or self.env.company)

    def _get_indicator_values(self, company, start, end):
        """Return ``{code: value}`` of a period; without facts, a code is left out.

        :param datetime start: as Odoo gives it: the UTC clock, whatever its zone says
        :param datetime end: idem. Facts have days and no hours: the days counted are
            those before that of the end where the company works, which is not over:
            the last 24 hours are yesterday.
        :raise AccessError: for who may not read the indicators: Odoo skips them
        """
        report = self.env["airbag.kpi.report"]
        report.check_access("read")
        if not (start and end):
            return {}
        first, end_day = (
            company._get_service_date(
                fields.Datetime.to_datetime(fields.Datetime.to_string(moment))
            )
            for moment in (start, end)
        )
        rows = report._read_group(
            [
                ("company_id", "=", company.id),
                ("kpi_id", "in", self._get_indicators().ids),
                ("date", ">=", first),
                ("date", "<", end_day),
            ],
            ["kpi_id"],
            ["value:avg", "denominator:sum"],
        )
        return {kpi.code: value for kpi, value, denominator in rows if denominator}

    def _get_indicators(self):
        """Return the indicators that a digest can show."""
        codes = [
            name.removeprefix(PREFIX)
            for name, field in self._fields.items()
            if name.startswith(PREFIX) and field.type == "boolean"
        ]
        return self.env["airbag.kpi"].search([("code", "in", codes)])

    def _compute_kpis(self, company, user):
        """Show the indicators with their unit, beside those of the period before."""
        kpis = super()._compute_kpis(company, user)
        own = [kpi for kpi in kpis if kpi["kpi_name"].startswith(PREFIX)]
        if not own:
            return kpis
        digest = self.with_user(user).with_company(company)
        indicators = {kpi.code: kpi for kpi in digest._get_indicators()}
        place = digest.company_id or company
        for column, (subtitle, periods) in enumerate(
            self._compute_timeframes(company), start=1
        ):
            current, previous = (
                digest._get_indicator_values(place, *period) for period in periods
            )
            for kpi in own:
                indicator = indicators.get(kpi["kpi_name"].removeprefix(PREFIX))
                if indicator:
                    kpi["kpi_lower_is_better"] = indicator.direction == "lower"
                    kpi[f"kpi_col{column}"] = digest._prepare_indicator_column(
                        indicator, subtitle, current, previous
                    )
        # One that is archived is not measured any more.
        return [
            kpi
            for kpi in kpis
            if kpi not in own or kpi["kpi_name"].removeprefix(PREFIX) in indicators
        ]

    def _prepare_indicator_column(self, indicator, subtitle, current, previous):
        """Return what the e-mail shows of an indicator in one period."""
        value, before = current.get(indicator.code), previous.get(indicator.code)
        if before is not None:
            subtitle = self.env._(
                "%(period)s (before: %(value)s)",
                period=subtitle,
                # The columns are narrow: the unit stays with its number.
                value=indicator._format(before).replace(" ", "\N{NO-BREAK SPACE}"),
            )
        margin = 0.0
        if before and value is not None:
            margin = float_round((value - before) / before * 100, precision_digits=2)
        return {
            "value": "—" if value is None else indicator._format(value),
            "margin": margin,
            "col_subtitle": subtitle,
        }

    def _compute_kpis_actions(self, company, user):
        """Have each figure open the indicators."""
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("airbag_client_mgmt.menu_root")
        for name in self._fields:
            if name.startswith(PREFIX):
                actions[name] = (
                    f"airbag_client_mgmt.airbag_kpi_action?menu_id={menu.id}"
                )
        return actions
