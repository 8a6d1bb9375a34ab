# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.blank_float import BlankFloat
from .airbag_procedure_step import PERIOD_KEYS


class AirbagProcedureEvidence(models.Model):
    """One evidence that a step of the procedure leaves, and how many records have it.

    Comes with the module. Its code names the evidence in the step's source, see
    ``airbag.procedure.step._get_source_methods``. PRO 008 §5.
    """

    _name = "airbag.procedure.evidence"
    _description = "Evidence of a Step"
    _order = "step_id, sequence, id"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    step_id = fields.Many2one(
        comodel_name="airbag.procedure.step",
        required=True,
        index=True,
        ondelete="cascade",
    )
    code = fields.Char(required=True)
    name = fields.Char(string="Evidence", required=True, translate=True)
    criterion = fields.Text(
        string="What Counts", translate=True, help="What the record must show."
    )
    expected_count = fields.Integer(string="Should Have", compute="_compute_figures")
    done_count = fields.Integer(string="Have", compute="_compute_figures")
    missing_count = fields.Integer(
        string="Without Evidence", compute="_compute_figures"
    )
    coverage = BlankFloat(
        compute="_compute_figures",
        digits=(5, 1),
        aggregator=None,
        help="Those that have ÷ those that should have, 0–100; blank when none should.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (step_id, code)", "The step already has an evidence with this code."
    )

    # === COMPUTE METHODS === #
    @api.depends("step_id", "code")
    @api.depends_context("allowed_company_ids", "uid", *PERIOD_KEYS)
    def _compute_figures(self):
        """Count in one query a step, however many records and evidences there are."""
        period = self.env["airbag.procedure.step"]._get_period()
        for step, evidences in self.grouped("step_id").items():
            source = step._get_source(period) if step else None
            counts = evidences._count(source)
            for evidence in evidences:
                expected, missing = counts.get(evidence.code, (0, 0))
                evidence.expected_count = expected
                evidence.missing_count = missing
                evidence.done_count = expected - missing
                evidence.coverage = bool(expected) and (
                    100.0 * (expected - missing) / expected
                )

    # === ACTION METHODS === #
    def action_open_records(self):
        """Open the records of the period that should have this evidence."""
        source, expected, _missing = self._get_domains()
        return self.step_id._get_window(source, expected, self._get_title())

    def action_open_missing(self):
        """Open the records that should have this evidence and have not."""
        source, _expected, missing = self._get_domains()
        title = self.env._("%(evidence)s: without evidence", evidence=self._get_title())
        return self.step_id._get_window(source, missing, title)

    # === BUSINESS METHODS === #
    def _get_title(self):
        self.ensure_one()
        return f"{self.step_id.code} {self.name}"

    def _get_domains(self):
        """Return source, expected and missing records in the period of the context."""
        self.ensure_one()
        source = self.step_id._get_source(self.step_id._get_period())
        evidence = source and source.evidences.get(self.code)
        if not evidence:
            return source, None, None
        expected, missing = source.expected & evidence.applies, evidence.missing
        return source, expected, source.expected & missing

    def _count(self, source):
        """Return ``{code: (should have, lack)}`` of the evidences of one step.

        Left out is what the source does not know.
        """
        found = source.evidences if source else {}
        found = {code: found[code] for code in self.mapped("code") if code in found}
        if not found:
            return {}
        domains = [
            domain for one in found.values() for domain in (one.applies, one.missing)
        ]
        counts = iter(self.step_id._count(source, domains))
        return dict(zip(found, zip(counts, counts, strict=True), strict=True))
