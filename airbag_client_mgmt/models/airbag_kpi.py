# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang, ormcache

UNITS = [("percent", "%"), ("hours", "working hours")]
DIRECTIONS = [("higher", "Higher is better"), ("lower", "Lower is better")]
#: How a value stands to its target.
STATUSES = [
    ("on_target", "On target"),
    ("near", "Near target"),
    ("off_target", "Off target"),
    ("no_target", "No target"),
    ("no_data", "No data"),
]
#: Part of the target by which a value may miss it and still be near.
NEAR = 0.1
#: Months on the line of a card.
MONTHS = 12
#: Figures of an indicator without facts, which ``_get_facts`` leaves out.
NO_FACTS = (0.0, 0.0, 0, 0)
#: Records that a window can name one by one; of more, the facts are opened.
MAX_RECORDS = 2000


class AirbagKpi(models.Model):
    """An indicator of PRO 008 §7: its definition, target and present value.

    The figures are those of ``airbag.kpi.report``, of the companies the user is
    in; a value without data is blank, never zero. Kept by the QMS responsible.
    """

    _name = "airbag.kpi"
    _description = "Performance Indicator"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        help="Names the facts of the indicator; set when it is made.",
    )
    name = fields.Char(required=True, translate=True)
    is_main = fields.Boolean(
        string="Indicator of the Procedure",
        readonly=True,
        help="One of the three of PRO 008 §7; the others support them.",
    )
    formula = fields.Text(
        translate=True, help="How it is calculated, in words, for auditors."
    )
    unit = fields.Selection(selection=UNITS, required=True, default="percent")
    direction = fields.Selection(selection=DIRECTIONS, required=True, default="higher")
    target = fields.Float(
        company_dependent=True,
        tracking=True,
        help="Each company has its own; 0: none yet.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        tracking=True,
        help="Who analyses the indicator and acts on it.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Accountable Area",
        tracking=True,
        help="The figures count for this area where they are grouped by area, except "
        "those of incidents, which count for the area that attended each one.",
    )
    period_days = fields.Integer(
        string="Period",
        default=90,
        required=True,
        help="The value shown is that of this many days up to today; the previous "
        "value, that of as many days before.",
    )
    has_value = fields.Boolean(compute="_compute_values")
    value = fields.Float(compute="_compute_values", digits=(16, 1))
    numerator = fields.Float(
        string="Counted", compute="_compute_values", digits=(16, 1)
    )
    response_count = fields.Integer(
        string="Cases",
        compute="_compute_values",
        help="Denominator: answers, incidents or customers counted.",
    )
    pending_count = fields.Integer(
        string="Pending",
        compute="_compute_values",
        help="Not answered, not resolved or not decided yet: in no value.",
    )
    has_previous_value = fields.Boolean(compute="_compute_values")
    previous_value = fields.Float(
        string="Value before", compute="_compute_values", digits=(16, 1)
    )
    trend = fields.Selection(
        selection=[("better", "Better"), ("worse", "Worse"), ("same", "The same")],
        compute="_compute_values",
        help="Against the previous period; blank without data.",
    )
    status = fields.Selection(
        selection=STATUSES,
        compute="_compute_values",
        help="Near: missed by a tenth of the target at most.",
    )
    value_display = fields.Char(string="Current Value", compute="_compute_display")
    previous_display = fields.Char(
        string="Previous Value",
        compute="_compute_display",
        help="The value of as many days before.",
    )
    numerator_display = fields.Char(string="Numerator", compute="_compute_display")
    period_display = fields.Char(
        string="Days Shown",
        compute="_compute_period_display",
        help="First and last day of the value shown.",
    )
    target_display = fields.Char(compute="_compute_display")
    monthly_graph = fields.Text(compute="_compute_monthly_graph")

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "There is already an indicator with this code."
    )
    _period_days_positive = models.Constraint(
        "CHECK (period_days > 0)", "The period must be at least one day."
    )

    # === COMPUTE METHODS === #
    @api.depends("period_days", "direction", "target")
    @api.depends_context("allowed_company_ids", "company")
    def _compute_values(self):
        today = self.env.company._get_service_today()
        for days, kpis in self.grouped("period_days").items():
            period = timedelta(days=days)
            current = kpis._get_facts(today - period, today)
            previous = kpis._get_facts(today - 2 * period, today - period)
            for kpi in kpis:
                kpi._set_values(current.get(kpi, NO_FACTS), previous.get(kpi, NO_FACTS))

    @api.depends(
        "unit",
        "target",
        "value",
        "has_value",
        "numerator",
        "previous_value",
        "has_previous_value",
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_display(self):
        for kpi in self:
            kpi.value_display = kpi._format(kpi.value) if kpi.has_value else "—"
            before = kpi.has_previous_value
            kpi.previous_display = kpi._format(kpi.previous_value) if before else "—"
            kpi.target_display = kpi._format(kpi.target) if kpi.target else "—"
            kpi.numerator_display = kpi._format_numerator()

    @api.depends("period_days")
    @api.depends_context("company", "lang")
    def _compute_period_display(self):
        """Say which days the value is of: “the last N days” leaves it to count."""
        today = self.env.company._get_service_today()
        for kpi in self:
            first = today - timedelta(days=kpi.period_days - 1)
            days = (format_date(self.env, day) for day in (first, today))
            kpi.period_display = " – ".join(days)

    @api.depends_context("allowed_company_ids", "company", "lang")
    def _compute_monthly_graph(self):
        """Values of the last twelve months, for the line on the card.

        A month without data is a gap in the line, never a zero: one that has
        nothing, and one where all is pending, whose value is read as False.
        """
        today = self.env.company._get_service_today()
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        # The facts wanted are those after this day.
        eve = first - timedelta(days=1)
        rows = self.env["airbag.kpi.report"]._read_group(
            self._get_facts_domain(eve, today), ["kpi_id", "date:month"], ["value:avg"]
        )
        values = {(kpi, month): value for kpi, month, value in rows}
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        for kpi in self:
            found = [values.get((kpi, month), False) for month in months]
            points = [
                {
                    "x": f"{month:%m/%y}",
                    "y": None if value is False else round(value, 1),
                }
                for month, value in zip(months, found, strict=True)
            ]
            graph = {"key": kpi.name, "values": points, "area": True}
            kpi.monthly_graph = json.dumps([{**graph, "is_sample_data": False}])

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        kpis = super().create(vals_list)
        self.env.registry.clear_cache()
        return kpis

    def write(self, vals):
        result = super().write(vals)
        if {"code", "team_id", "unit"} & set(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === ACTION METHODS === #
    def action_open_records(self):
        """Open the records behind the present value, archived ones among them.

        Those who may not read all of them get the facts themselves, so that what is
        opened always adds up to the figure: Customer Care has no access to
        contracts, nor sales to the tickets of other areas. So does everybody where
        the records are too many to be named.
        """
        self.ensure_one()
        today = self.env.company._get_service_today()
        after = today - timedelta(days=self.period_days)
        domain = self._get_facts_domain(after, today) & Domain("denominator", ">", 0)
        facts = self.env["airbag.kpi.report"].search_fetch(
            domain, ["res_id"], limit=MAX_RECORDS + 1
        )
        if len(facts) > MAX_RECORDS:
            return self._open_facts(domain)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            self._get_records_action()[self.code]
        )
        records = self.env[action["res_model"]].with_context(active_test=False)
        records = records.browse(facts.mapped("res_id"))
        if records._filtered_access("read") != records:
            return self._open_facts(domain)
        action["name"] = self.name
        action["domain"] = [("id", "in", records.ids)]
        action["context"] = {"create": False, "active_test": False}
        return action

    def action_open_analysis(self):
        """Open the pivot of this indicator's facts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_kpi_report_action"
        )
        action["name"] = self.name
        action["domain"] = [("kpi_id", "=", self.id)]
        action["context"] = {"search_default_last_year": 1}
        return action

    # === BUSINESS METHODS === #
    @api.model
    @ormcache("code")
    def _get_constants(self, code):
        """Return what all facts of an indicator share: its id, factor and area.

        Called by the query of the facts: without it each would join the indicators,
        and the database could not tell which registers to read.
        """
        kpi = self.sudo().with_context(active_test=False).search([("code", "=", code)])
        factor = 100.0 if kpi.unit == "percent" else 1.0
        return kpi.id or None, factor, kpi.team_id.id or None

    @api.model
    def _get_records_action(self):
        """Return, by code, the external id of the window with the records."""
        module = "airbag_client_mgmt"
        return {
            "satisfaction": f"{module}.survey_user_input_action_register",
            "contact": f"{module}.survey_user_input_action_register",
            "response": f"{module}.survey_user_input_action_register",
            "resolution": f"{module}.helpdesk_ticket_action_register",
            "resolution_in_time": f"{module}.helpdesk_ticket_action_register",
            "retention": f"{module}.action_contracts",
            "renewal_contact": f"{module}.action_contracts",
            "visits": f"{module}.airbag_intervention_action",
        }

    def _get_facts_domain(self, after, until) -> Domain:
        """Return the facts after one day and until another, inclusive."""
        return Domain("kpi_id", "in", self.ids) & Domain(
            [("date", ">", after), ("date", "<=", until)]
        )

    def _open_facts(self, domain):
        """Open facts in a list, no filter added: what is asked for is all there."""
        action = {**self.action_open_analysis(), "domain": list(domain), "context": {}}
        views = dict.fromkeys(["list", *action["view_mode"].split(",")])
        return {**action, "views": [(False, view) for view in views]}

    def _get_facts(self, after, until):
        """Return ``{kpi: (value, numerator, denominator, pending)}``.

        The value is blank where all is pending; an indicator without facts is not
        among them.
        """
        return {
            kpi: facts
            for kpi, *facts in self.env["airbag.kpi.report"]._read_group(
                self._get_facts_domain(after, until),
                ["kpi_id"],
                ["value:avg", "numerator:sum", "denominator:sum", "pending:sum"],
            )
        }

    def _set_values(self, current, previous):
        """Set the computed figures from the facts of the two periods."""
        self.ensure_one()
        value, self.numerator, self.response_count, self.pending_count = current
        before, _numerator, before_count, _pending = previous
        self.value, self.previous_value = value or 0.0, before or 0.0
        self.has_value = bool(self.response_count)
        self.has_previous_value = bool(before_count)
        comparable = self.has_value and self.has_previous_value
        self.trend = self._get_trend() if comparable else False
        self.status = self._get_status_of(
            self.value if self.has_value else None, self.target, self.direction
        )

    def _get_trend(self):
        change = round(self.value - self.previous_value, 1)
        if not change:
            return "same"
        return "better" if (change > 0) == (self.direction == "higher") else "worse"

    @api.model
    def _get_status_of(self, value, target, direction):
        """Return how a value stands to its target; for cards and closed months.

        :param value: None without data
        :param float target: 0 where the company has set none
        """
        if value is None or value is False:
            return "no_data"
        if not target:
            return "no_target"
        missed = (target - value) * (1 if direction == "higher" else -1)
        if missed <= 0:
            return "on_target"
        return "near" if missed <= NEAR * abs(target) else "off_target"

    def _format_numerator(self):
        """Return what is divided: cases, or hours."""
        if self.unit == "hours":
            return self._format(self.numerator)
        return formatLang(self.env, self.numerator, digits=0)

    def _format(self, value):
        """Return a value with its unit, in the user's language."""
        return self._format_in(self.unit, value)

    @api.model
    def _format_in(self, unit, value):
        """Return a value in a unit; for cards and closed months."""
        text = formatLang(self.env, value, digits=1)
        if unit == "percent":
            return f"{text} %"
        return self.env._("%(hours)s h", hours=text)
