# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang, ormcache

#: Part of the target by which a value may miss it and still be near.
NEAR = 0.1


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
    unit = fields.Selection(
        selection=[("percent", "%"), ("hours", "working hours")],
        required=True,
        default="percent",
    )
    direction = fields.Selection(
        selection=[("higher", "Higher is better"), ("lower", "Lower is better")],
        required=True,
        default="higher",
    )
    target = fields.Float(company_dependent=True, tracking=True)
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
    previous_value = fields.Float(compute="_compute_values", digits=(16, 1))
    trend = fields.Selection(
        selection=[("better", "Better"), ("worse", "Worse"), ("same", "The same")],
        compute="_compute_values",
        help="Against the previous period; blank without data.",
    )
    status = fields.Selection(
        selection=[
            ("on_target", "On target"),
            ("near", "Near target"),
            ("off_target", "Off target"),
            ("no_data", "No data"),
        ],
        compute="_compute_values",
    )
    value_display = fields.Char(string="Current Value", compute="_compute_display")
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
    @api.depends_context("allowed_company_ids")
    def _compute_values(self):
        today = fields.Date.context_today(self)
        for days, kpis in self.grouped("period_days").items():
            period = timedelta(days=days)
            current = kpis._get_facts(today - period, today)
            previous = kpis._get_facts(today - 2 * period, today - period)
            for kpi in kpis:
                kpi._set_values(current.get(kpi), previous.get(kpi))

    @api.depends("unit", "target", "value", "has_value")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_display(self):
        for kpi in self:
            kpi.value_display = kpi._format(kpi.value) if kpi.has_value else "—"
            kpi.target_display = kpi._format(kpi.target)

    @api.depends_context("lang", "allowed_company_ids")
    def _compute_monthly_graph(self):
        """Values of the last twelve months, for the line on the card."""
        today = fields.Date.context_today(self)
        # The facts wanted are those after this day.
        eve = today.replace(day=1) - relativedelta(months=11, days=1)
        points = {kpi: [] for kpi in self}
        for kpi, month, value in self.env["airbag.kpi.report"]._read_group(
            self._get_facts_domain(eve, today),
            ["kpi_id", "date:month"],
            ["value:avg"],
            order="date:month",
        ):
            if value is not None and value is not False:
                points[kpi].append({"x": month.strftime("%m/%y"), "y": round(value, 1)})
        for kpi in self:
            graph = {"key": kpi.name, "values": points[kpi], "area": True}
            kpi.monthly_graph = json.dumps([{**graph, "is_sample_data": False}])

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"code", "team_id", "unit"} & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === ACTION METHODS === #
    def action_open_records(self):
        """Open the records behind the present value, archived ones among them.

        Those who may not read all of them get the facts themselves, so that what is
        opened always adds up to the figure: Customer Care has no access to
        contracts, nor sales to the tickets of other areas.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        after = today - timedelta(days=self.period_days)
        domain = self._get_facts_domain(after, today) & Domain("denominator", ">", 0)
        facts = self.env["airbag.kpi.report"].search_fetch(domain, ["res_id"])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            self._get_records_action()[self.code]
        )
        records = self.env[action["res_model"]].with_context(active_test=False)
        records = records.browse(facts.mapped("res_id"))
        if records._filtered_access("read") != records:
            return {**self.action_open_analysis(), "domain": list(domain)}
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

    def _get_facts(self, after, until):
        """Return ``{kpi: (value, denominator, pending)}``."""
        return {
            kpi: facts
            for kpi, *facts in self.env["airbag.kpi.report"]._read_group(
                self._get_facts_domain(after, until),
                ["kpi_id"],
                ["value:avg", "denominator:sum", "pending:sum"],
            )
        }

    def _set_values(self, current, previous):
        """Set the computed figures from the facts of the two periods, or None."""
        self.ensure_one()
        value, self.response_count, self.pending_count = current or (0.0, 0, 0)
        before, before_count, _pending = previous or (0.0, 0, 0)
        self.value, self.previous_value = value or 0.0, before or 0.0
        self.has_value = bool(self.response_count)
        self.has_previous_value = bool(before_count)
        comparable = self.has_value and self.has_previous_value
        self.trend = self._get_trend() if comparable else False
        self.status = self._get_status() if self.has_value else "no_data"

    def _get_trend(self):
        change = round(self.value - self.previous_value, 1)
        if not change:
            return "same"
        return "better" if (change > 0) == (self.direction == "higher") else "worse"

    def _get_status(self):
        sign = 1 if self.direction == "higher" else -1
        missed = sign * (self.target - self.value)
        if missed <= 0:
            return "on_target"
        return "near" if missed <= NEAR * abs(self.target) else "off_target"

    def _format(self, value):
        """Return a value with its unit, in the user's language."""
        text = formatLang(self.env, value, digits=1)
        if self.unit == "percent":
            return f"{text} %"
        return self.env._("%(hours)s h", hours=text)
