# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib
import json
from collections.abc import Callable, Set
from datetime import date, datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.blank_float import BlankFloat
from ..tools.periods import (
    NAMED_PERIODS,
    Period,
    months_until,
    named_period,
    span,
)

#: What the QMS responsible settles; the rest changes with the procedure itself.
SETTLED_BY_QUALITY = {"activity_ids", "message_follower_ids", "target", "user_id"}
#: Points of coverage by which a step may miss its target and still be near.
NEAR = 10
#: Months in the graph of a step.
GRAPH_MONTHS = 12
#: Keys of the context that say the period: filters, and the days of the wizard.
PERIOD_FILTERS = {f"procedure_{name}": name for name in NAMED_PERIODS}
PERIOD_KEYS = (*PERIOD_FILTERS, "procedure_from", "procedure_to")


class Evidence(NamedTuple):
    """One thing that a record must show: which need it, and which have it."""

    applies: Domain
    has: Domain


class Source(NamedTuple):
    """Where the evidence of a step is, for one period.

    ``expected`` are the records that should have it; each of ``evidences``, by its
    code, is needed. ``window`` is the external id of the action that shows them.
    """

    model: str
    window: str
    expected: Domain
    evidences: dict[str, Evidence]

    @property
    def missing(self) -> Domain:
        """The records that lack at least one of the evidences."""
        return self.expected & Domain.OR(
            evidence.applies & ~evidence.has for evidence in self.evidences.values()
        )


class AirbagProcedureStep(models.Model):
    """A numbered line of PRO 008 §5: who does it, and whether it is being done.

    Comes with the module, word for word from the procedure; read by management and
    by auditors. The figures are counted when they are read, of the companies in view
    and of the period in the context (this year by default), as the user who reads
    them: what a figure counts is what its window shows.

    Which records should have evidence, and which do, is said in one method for each
    step, in a file for each section of the procedure: see :meth:`_get_source_methods`.
    """

    _name = "airbag.procedure.step"
    _description = "Step of the Procedure"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]

    # === FIELDS === #
    sequence = fields.Integer(required=True)
    code = fields.Char(
        string="Number", required=True, help="Number of the line, such as 5.4.1."
    )
    section = fields.Selection(
        selection=[
            ("5.1", "5.1 Customer acquisition"),
            ("5.2", "5.2 Requests and contracting"),
            ("5.3", "5.3 Provision of the service"),
            ("5.4", "5.4 Follow-up after the service"),
            ("5.5", "5.5 Customer loyalty"),
        ],
        required=True,
    )
    name = fields.Char(string="Step", required=True, translate=True)
    text = fields.Text(string="What the Procedure Says", required=True, translate=True)
    department = fields.Selection(
        selection=[
            ("management", "General Management"),
            ("commercial", "Commercial Department"),
            ("operations", "Operations Department"),
            ("care", "Customer Care"),
            ("quality", "QMS Responsible"),
        ],
        string="Responsible Department",
        required=True,
        help="Who the procedure makes responsible (PRO 008 §3).",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible Person",
        tracking=True,
        help="Who answers to the auditor for this step.",
    )
    iso_clause = fields.Char(string="ISO 9001:2015")
    expected_text = fields.Text(
        string="What Should Have Evidence",
        required=True,
        translate=True,
        help="Which records of the period should have the evidence, in words.",
    )
    place = fields.Char(
        string="Where the Evidence Is", translate=True, help="Menu and register."
    )
    target = fields.Float(
        default=95,
        tracking=True,
        help="Coverage from which the step is done as it should be, 0–100.",
    )
    evidence_ids = fields.One2many(
        comodel_name="airbag.procedure.evidence", inverse_name="step_id"
    )
    period_label = fields.Char(string="Period", compute="_compute_period_label")
    expected_count = fields.Integer(
        string="Should Have",
        compute="_compute_figures",
        help="Records of the period that should have the evidence.",
    )
    done_count = fields.Integer(
        string="Have", compute="_compute_figures", help="Those that have all of it."
    )
    missing_count = fields.Integer(
        string="Without Evidence",
        compute="_compute_figures",
        help="Those that lack at least one of the evidences.",
    )
    coverage = BlankFloat(
        compute="_compute_figures",
        digits=(5, 1),
        aggregator=None,
        help="Those that have ÷ those that should have, 0–100; blank when no record "
        "of the period should have it.",
    )
    status = fields.Selection(
        selection=[
            ("on_target", "On target"),
            ("near", "Near target"),
            ("off_target", "Off target"),
            ("no_data", "No data"),
        ],
        compute="_compute_figures",
    )
    monthly_graph = fields.Text(compute="_compute_monthly_graph")

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "There is already a step with this number."
    )
    _target_range = models.Constraint(
        "CHECK (target BETWEEN 0 AND 100)",
        "The target of a step is a percentage, from 0 to 100.",
    )

    # === COMPUTE METHODS === #
    @api.depends("code", "name")
    def _compute_display_name(self):
        for step in self:
            step.display_name = f"{step.code or ''} {step.name or ''}".strip()

    @api.depends_context("allowed_company_ids", "lang", *PERIOD_KEYS)
    def _compute_period_label(self):
        self.period_label = self._format_period(self._get_period())

    @api.depends("target", "code")
    @api.depends_context("allowed_company_ids", "uid", *PERIOD_KEYS)
    def _compute_figures(self):
        """Count, in two queries a step, however many records there are."""
        period = self._get_period()
        for step in self:
            expected, missing = step._count(period)
            step.expected_count = expected
            step.missing_count = missing
            step.done_count = expected - missing
            step.coverage = bool(expected) and 100.0 * (expected - missing) / expected
            step.status = step._get_status(expected, missing)

    @api.depends_context("allowed_company_ids", "lang", "uid", *PERIOD_KEYS)
    def _compute_monthly_graph(self):
        """Coverage of the months up to the end of the period; for the form."""
        today = self.env.company._get_service_today()
        last = min(self._get_period().last, today)
        for step in self:
            points = []
            for month in months_until(last, GRAPH_MONTHS):
                expected, missing = step._count(month)
                if expected:
                    share = round(100.0 * (expected - missing) / expected, 1)
                    points.append({"x": f"{month.first:%m/%y}", "y": share})
            graph = {"key": self.env._("Coverage (%)"), "values": points, "area": True}
            step.monthly_graph = json.dumps([{**graph, "is_sample_data": False}])

    # === CRUD METHODS === #
    def write(self, vals):
        """Leave the words of the procedure to the procedure.

        :raise AccessError: when a user would change more than responsible or target.
        """
        if not self.env.su and set(vals) - SETTLED_BY_QUALITY:
            raise AccessError(
                self.env._(
                    "The text of a step is that of the procedure, which changes with "
                    "a new version of it. You may change who is responsible and the "
                    "target."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #
    def action_open_step(self):
        """Open the step with the period of the list it is opened from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "context": self._get_period_context(),
        }

    def action_open_records(self):
        """Open the records of the period that should have the evidence."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        return self._get_window(source, source and source.expected, self.display_name)

    def action_open_missing(self):
        """Open the records that lack evidence: exactly those that are counted."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        title = self.env._("%(step)s: without evidence", step=self.display_name)
        return self._get_window(source, source and source.missing, title)

    def action_open_done(self):
        """Open the records that have all of the evidence."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        domain = source and source.expected & ~source.missing
        title = self.env._("%(step)s: with evidence", step=self.display_name)
        return self._get_window(source, domain, title)

    # === BUSINESS METHODS === #
    @api.model
    def _get_source_methods(self) -> dict[str, Callable[[Period], Source]]:
        """Return, by number of the step, what says where its evidence is.

        Hook: each section of the procedure adds its steps, with ``super()``.
        """
        return {}

    def _get_source(self, period):
        """Return the :class:`Source` of one step in a period; None without one."""
        self.ensure_one()
        method = self._get_source_methods().get(self.code)
        return method(period) if method else None

    @api.model
    def _get_model(self, source):
        """Return the model of the evidence; what is archived is evidence as well."""
        return self.env[source.model].with_context(active_test=False)

    def _count(self, period):
        """Return how many records should have the evidence, and how many lack it."""
        source = self._get_source(period)
        if not source:
            return 0, 0
        model = self._get_model(source)
        expected = model.search_count(source.expected)
        return expected, model.search_count(source.missing) if expected else 0

    def _get_status(self, expected, missing):
        """Return the traffic light of some figures."""
        self.ensure_one()
        if not expected:
            return "no_data"
        missed = self.target - 100.0 * (expected - missing) / expected
        if missed <= 0:
            return "on_target"
        return "near" if missed <= NEAR else "off_target"

    def _get_missing_names(self, period, limit):
        """Return the names of the first records that lack evidence."""
        source = self._get_source(period)
        if not source:
            return []
        records = self._get_model(source).search(source.missing, limit=limit)
        return records.mapped("display_name")

    @api.model
    def _get_window(self, source, domain, title):
        """Return the window of some records, archived ones among them.

        :raise UserError: if nothing says where the evidence of the step is.
        """
        if not source:
            raise UserError(self.env._("No evidence has been defined for this step."))
        action = self.env["ir.actions.act_window"]._for_xml_id(source.window)
        views = {kind: view for view, kind in action["views"]}
        # Without the address of the whole list: a reload keeps what was chosen here.
        for key in ("id", "path"):
            action.pop(key, None)
        return {
            **action,
            "name": title,
            "display_name": title,
            "view_mode": "list,form",
            "views": [(views.get(kind, False), kind) for kind in ("list", "form")],
            "domain": self._to_client(source, domain),
            "context": {"active_test": False, "create": False},
        }

    @api.model
    def _to_client(self, source, domain):
        """Return a domain as the browser can keep it: else, the records it finds."""

        def to_plain(value):
            if isinstance(value, Domain):
                # A condition in SQL is a part of itself.
                if any(isinstance(part, Domain) for part in value):
                    raise TypeError(value)
                value = list(value)
            if isinstance(value, (list, Set)):
                return [to_plain(part) for part in value]
            if isinstance(value, tuple):
                return tuple(to_plain(part) for part in value)
            if isinstance(value, datetime):
                return fields.Datetime.to_string(value)
            if isinstance(value, date):
                return fields.Date.to_string(value)
            if isinstance(value, (str, int, float, bool, type(None))):
                return value
            raise TypeError(value)

        with contextlib.suppress(TypeError):
            return to_plain(domain)
        return [("id", "in", self._get_model(source).search(domain).ids)]

    # Periods
    @api.model
    def _get_period(self) -> Period:
        """Return the period in the context, by default the present year.

        Filters come first, so that they change the days a window was opened with;
        several of them are one period from the first to the last of their days.

        :raise UserError: for days that are none, or in the wrong order.
        """
        context = self.env.context
        today = self.env.company._get_service_today()
        names = [name for key, name in PERIOD_FILTERS.items() if context.get(key)]
        if names:
            return span(named_period(name, today) for name in names)
        if not (context.get("procedure_from") or context.get("procedure_to")):
            return named_period("this_year", today)
        try:
            first = fields.Date.to_date(context.get("procedure_from"))
            last = fields.Date.to_date(context.get("procedure_to"))
        except (TypeError, ValueError):
            first = last = None
        self._check_period(first, last)
        return Period(first, last)

    @api.model
    def _check_period(self, first, last):
        """:raise UserError: saying which of two days to correct."""
        if not first or not last:
            raise UserError(
                self.env._("Choose the first and the last day of the period.")
            )
        if first > last:
            raise UserError(
                self.env._(
                    "The period ends on %(last)s, before it begins on %(first)s: "
                    "correct one of the days.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )

    @api.model
    def _get_period_context(self):
        """Return the context with which another window shows the same period."""
        period = self._get_period()
        return {
            "procedure_from": fields.Date.to_string(period.first),
            "procedure_to": fields.Date.to_string(period.last),
        }

    @api.model
    def _format_period(self, period):
        """Return a period as the user reads dates."""
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, period.first),
            last=format_date(self.env, period.last),
        )

    # Parts of domains, for the files of the sections
    @api.model
    def _in_companies(self, shared=False) -> Domain:
        """Return the records of the companies in view.

        :param shared: whether those of no company are everybody's
        """
        companies = [*self.env.companies.ids, *([False] if shared else [])]
        return Domain("company_id", "in", companies)

    @api.model
    def _on_days(self, fname, period) -> Domain:
        """Return the records with a date in the period."""
        return Domain(fname, ">=", period.first) & Domain(fname, "<=", period.last)

    @api.model
    def _by_company(self, get_domain, shared=False) -> Domain:
        """Return a domain that depends on the company, one part for each time zone.

        :param get_domain: called with a company whose local days are meant
        :param shared: whether records of no company count in the present one
        """
        zones = {}
        for company in self.env.companies:
            zones.setdefault(company._get_service_tz(), []).append(company)
        parts = []
        for companies in zones.values():
            ids = [company.id for company in companies]
            if shared and self.env.company in companies:
                ids.append(False)
            parts.append(Domain("company_id", "in", ids) & get_domain(companies[0]))
        return Domain.OR(parts)

    @api.model
    def _at_moments(self, fname, period, shared=False) -> Domain:
        """Return the records with a moment in the local days of the period."""

        def get_domain(company):
            start = company._localize_service_time(period.first, 0)
            next_day = period.last + timedelta(days=1)
            stop = company._localize_service_time(next_day, 0)
            return Domain(fname, ">=", start) & Domain(fname, "<", stop)

        return self._by_company(get_domain, shared)

    @api.model
    def _before_today(self, fname) -> Domain:
        """Return the records with a moment before today, where the company works."""

        def get_domain(company):
            today = company._get_service_today()
            return Domain(fname, "<", company._localize_service_time(today, 0))

        return self._by_company(get_domain)

    @api.model
    def _not_later(self, fname, deadline) -> Domain:
        """Return the records with a day or moment up to another of theirs.

        Those without one of them are not late, either.
        """

        def to_sql(model, alias, query):
            return SQL(
                "COALESCE(%s <= %s, TRUE)",
                model._field_to_sql(alias, fname, query),
                model._field_to_sql(alias, deadline, query),
            )

        return Domain.custom(to_sql=to_sql)
