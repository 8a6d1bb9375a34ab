# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from collections.abc import Callable
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat
from ..tools.periods import NAMED_PERIODS, Period, months_until

#: What the QMS responsible settles; the rest changes with the procedure itself.
SETTLED_BY_QUALITY = {"message_follower_ids", "target", "user_id"}
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

    @property
    def missing(self) -> Domain:
        """What needs it and has it not."""
        return self.applies & ~self.has


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
    def incomplete(self) -> Domain:
        """Lacking at least one of the evidences: what is missing, of the expected."""
        return Domain.OR(evidence.missing for evidence in self.evidences.values())

    @property
    def missing(self) -> Domain:
        """The records that lack at least one of the evidences."""
        return self.expected & self.incomplete


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
        help="Records of the period that should have the evidence. Imported history "
        "that was over counts in the indicators, but not here.",
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
        """Count, in one query a step, however many records there are."""
        period = self._get_period()
        for step in self:
            expected, missing = step._count_period(period)
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
                expected, missing = step._count_period(month)
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
        self._check_words(set(vals))
        return super().write(vals)

    def _update_field_translations(self, field_name, *args, **kwargs):
        """Nor do the words change in one language: this way passes by ``write``."""
        self._check_words({field_name})
        return super()._update_field_translations(field_name, *args, **kwargs)

    def _check_words(self, names):
        if not self.env.su and names - SETTLED_BY_QUALITY:
            raise AccessError(
                self.env._(
                    "The text of a step is that of the procedure, which changes with "
                    "a new version of it. You may change who is responsible and the "
                    "target."
                )
            )

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

    def _count_period(self, period):
        """Return how many records should have the evidence, and how many lack it."""
        source = self._get_source(period)
        if not source:
            return 0, 0
        return self._count(source, [Domain.TRUE, source.incomplete])

    @api.model
    def _count(self, source, domains):
        """Return how many of the records expected meet each domain, in one query.

        The records of a year may be many: they are read once, not once a domain.
        """
        model = self._get_model(source)
        query = model._search(source.expected)
        if query.is_empty():
            return [0] * len(domains)
        counts = [
            SQL(
                "COUNT(*) FILTER (WHERE %s)",
                domain.optimize_full(model)._to_sql(model, query.table, query),
            )
            for domain in domains
        ]
        return list(*self.env.execute_query(query.select(*counts)))

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
