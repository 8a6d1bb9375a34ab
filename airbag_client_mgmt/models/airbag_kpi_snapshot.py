# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, formatLang

from ..tools.blank_float import BlankFloat
from ..tools.months import last_day
from .airbag_kpi import DIRECTIONS, STATUSES, UNITS

#: What was measured: never changes, in any state, whoever asks.
FROZEN_FIELDS = {
    "company_id",
    "denominator",
    "direction",
    "formula",
    "frozen_on",
    "kpi_id",
    "month",
    "name",
    "numerator",
    "pending",
    "status",
    "target",
    "unit",
    "user_id",
    "value",
}
#: What the buttons write, never people.
STAMPED_FIELDS = {
    "approved_by",
    "approved_on",
    "preparer_ids",
    "return_reason",
    "state",
}
#: What quality adds, until management approves.
ANALYSIS_FIELDS = {"action_ids", "analysis"}


class AirbagKpiSnapshot(models.Model):
    """An indicator of one company in one month, as it was when the month closed.

    Made by the scheduled action alone, with the formula, the target and the figures
    of that day. Life cycle: draft (quality writes the analysis and decides actions)
    → to approve → approved by management; back to draft with a reason before that.
    What was measured never changes; a record corrected later shows as a difference.
    PRO 008 §3 and §7, ISO 9001 §9.1.3.
    """

    _name = "airbag.kpi.snapshot"
    _description = "Indicator of the Month"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "month desc, company_id, sequence, id"
    _check_company_auto = True

    # === FIELDS === #
    kpi_id = fields.Many2one(
        comodel_name="airbag.kpi",
        string="Indicator",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="kpi_id.sequence", store=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    name = fields.Char(
        required=True, readonly=True, help="Name of the indicator on that day."
    )
    frozen_on = fields.Datetime(
        string="Closed On",
        required=True,
        readonly=True,
        help="When the figures were taken.",
    )
    numerator = fields.Float(readonly=True, digits=(16, 1), aggregator="sum")
    denominator = fields.Float(readonly=True, digits=(16, 0), aggregator="sum")
    pending = fields.Float(
        readonly=True,
        digits=(16, 0),
        aggregator="sum",
        help="Not answered, not resolved or not decided yet on that day: in no value.",
    )
    value = BlankFloat(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Numerator ÷ denominator; blank when there was nothing to measure.",
    )
    target = fields.Float(readonly=True, digits=(16, 1), aggregator="avg")
    unit = fields.Selection(selection=UNITS, required=True, readonly=True)
    direction = fields.Selection(selection=DIRECTIONS, required=True, readonly=True)
    formula = fields.Text(
        readonly=True, help="How it was calculated, as worded on that day."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    status = fields.Selection(
        selection=STATUSES,
        string="Result",
        required=True,
        readonly=True,
        index=True,
    )
    month_label = fields.Char(string="Month Closed", compute="_compute_display")
    value_display = fields.Char(string="Figure", compute="_compute_display")
    target_display = fields.Char(string="Goal", compute="_compute_display")
    ratio_display = fields.Char(string="Calculation", compute="_compute_display")

    state = fields.Selection(
        selection=[
            ("draft", "To analyse"),
            ("to_approve", "To approve"),
            ("approved", "Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    analysis = fields.Text(
        copy=False,
        help="Why the figure is what it is, and what follows from it.",
    )
    action_ids = fields.One2many(
        comodel_name="airbag.improvement.action",
        inverse_name="snapshot_id",
        string="Improvement Actions",
    )
    preparer_ids = fields.Many2many(
        comodel_name="res.users",
        relation="airbag_kpi_snapshot_preparer_rel",
        column1="snapshot_id",
        column2="user_id",
        string="Analysed By",
        readonly=True,
        copy=False,
        help="Who wrote the analysis or sent it: somebody else approves.",
    )
    return_reason = fields.Text(readonly=True, copy=False)
    approved_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False)

    _month_uniq = models.Constraint(
        "UNIQUE (kpi_id, company_id, month)",
        "This indicator was closed already for this month.",
    )
    _month_first_day = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)",
        "A month is named by its first day.",
    )
    _approved_complete = models.Constraint(
        "CHECK (state != 'approved' OR"
        " (approved_by IS NOT NULL AND approved_on IS NOT NULL))",
        "An approved month has who approved it and when.",
    )

    # === COMPUTE METHODS === #
    @api.depends("name", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for snapshot in self:
            month = snapshot._get_month_label()
            snapshot.display_name = f"{snapshot.name} · {month}"

    @api.depends("month", "value", "target", "numerator", "denominator", "unit")
    @api.depends_context("lang")
    def _compute_display(self):
        for snapshot in self:
            snapshot.month_label = snapshot._get_month_label()
            snapshot.value_display = snapshot._format(snapshot.value)
            snapshot.target_display = snapshot._format(snapshot.target or None)
            snapshot.ratio_display = snapshot._format_ratio(
                snapshot.numerator, snapshot.denominator
            )

    # === CRUD METHODS === #
    def write(self, vals):
        """Add the analysis to what was measured, until it is approved.

        :raise UserError: for a figure, a stamp, or anything of an approved month
        """
        names = set(vals)
        if names & FROZEN_FIELDS:
            raise UserError(
                self.env._(
                    "What was measured at the end of the month cannot change. Correct "
                    "the record it comes from: the difference is shown beside it."
                )
            )
        if names & STAMPED_FIELDS and not self.env.su:
            raise UserError(
                self.env._(
                    "Use the buttons to send a month for approval, return it or "
                    "approve it."
                )
            )
        if names & (ANALYSIS_FIELDS | STAMPED_FIELDS):
            self._check_not_approved()
        if names & ANALYSIS_FIELDS and not self.env.su:
            self._check_being_analysed()
        result = super().write(vals)
        if "analysis" in names and not self.env.su:
            self._add_preparer()
        return result

    def copy_data(self, default=None):
        """:raise UserError: always: a month is closed once"""
        if self:
            raise UserError(self.env._("A month is closed once: it cannot be copied."))
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(
            self.env._("A closed month is evidence of the indicator: it stays.")
        )

    # === ACTION METHODS === #
    def action_open_facts(self):
        """Open what the month's figure is made of today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_kpi_report_action"
        )
        return {
            **action,
            "name": self.display_name,
            "views": [(False, "list"), (False, "pivot")],
            "domain": [
                ("kpi_id", "=", self.kpi_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", fields.Date.to_string(self.month)),
                ("date", "<=", fields.Date.to_string(self._get_last_day())),
            ],
            "context": {},
        }

    # === BUSINESS METHODS === #
    def _get_report_pages(self):
        """Return the months of companies to print, oldest first.

        A page is always the whole month, whichever of its indicators was chosen.
        """
        pages = self.search(
            [
                ("month", "in", self.mapped("month")),
                ("company_id", "in", self.company_id.ids),
            ],
            order="month, company_id, sequence, id",
        )
        chosen = {(one.company_id, one.month) for one in self}
        grouped = pages.grouped(lambda one: (one.company_id, one.month))
        return [page for key, page in grouped.items() if key in chosen]

    def _get_last_day(self):
        self.ensure_one()
        return last_day(self.month)

    def _get_month_label(self):
        """Return “October 2026”, in the user's language."""
        self.ensure_one()
        if not self.month:
            return ""
        return format_date(self.env, self.month, date_format="MMMM y")

    def _format(self, value):
        """Return a value with its unit, in the user's language; a dash for none."""
        self.ensure_one()
        if value is None or value is False:
            return "—"
        return self.env["airbag.kpi"]._format_in(self.unit, value)

    def _format_ratio(self, numerator, denominator):
        """Return “45 ÷ 50”, or “130.5 h ÷ 12”."""
        self.ensure_one()
        if not denominator:
            return "—"
        if self.unit == "hours":
            above = self._format(numerator)
        else:
            above = formatLang(self.env, numerator, digits=0)
        return f"{above} ÷ {formatLang(self.env, denominator, digits=0)}"

    @api.model
    def _read_group_select(self, aggregate_spec, query) -> SQL:
        """Divide the sums; months have no common value, nor have indicators.

        A customer of two months counts once in both together, which two frozen
        figures cannot know: the analysis of the indicators can.
        """
        if aggregate_spec not in ("value:avg", "target:avg"):
            return super()._read_group_select(aggregate_spec, query)
        parts = {
            fname: self._field_to_sql(self._table, fname, query)
            for fname in ("kpi_id", "month", "numerator", "denominator", "target")
        }
        parts["unit"] = self._field_to_sql(self._table, "unit", query)
        if aggregate_spec == "target:avg":
            return SQL(
                "CASE WHEN MIN(%(kpi_id)s) = MAX(%(kpi_id)s) THEN"
                " AVG(NULLIF(%(target)s, 0)) END",
                **parts,
            )
        return SQL(
            "CASE WHEN MIN(%(kpi_id)s) = MAX(%(kpi_id)s)"
            " AND MIN(%(month)s) = MAX(%(month)s)"
            " THEN MAX(CASE %(unit)s WHEN 'percent' THEN 100.0 ELSE 1.0 END)"
            " * SUM(%(numerator)s) / NULLIF(SUM(%(denominator)s), 0) END",
            **parts,
        )
