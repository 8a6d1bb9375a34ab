# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields, models
from odoo.exceptions import AccessError

from ..tools import scoring

#: What only quality writes: the analysis of the answers.
WRITTEN_BY_QUALITY = {"analysis", "improvement_area_ids"}


class SurveyUserInput(models.Model):
    """What the answers teach: areas for improvement, and the analysis. §5.4.3."""

    _inherit = "survey.user_input"

    # === FIELDS === #
    improvement_area_ids = fields.Many2many(
        domain=[("is_general", "=", False)],
        tracking=True,
        help="Proposed by the questions that the customer did not answer in the top "
        "two of five; quality corrects them.",
    )
    analysis = fields.Text(tracking=True)

    # === CRUD METHODS === #
    def write(self, vals):
        self._check_analysis_write(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _check_analysis_write(self, vals):
        """Leave the analysis to quality.

        :raise AccessError: for anyone but the QMS responsible.
        """
        if self.env.su or not WRITTEN_BY_QUALITY & set(vals):
            return
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible analyses the answers.")
            )

    def _finish_followup(self):
        """Propose areas for improvement too, once a customer has answered."""
        result = super()._finish_followup()
        self._propose_improvement_areas()
        return result

    def _propose_improvement_areas(self):
        """Tag answers with the topics of the questions not answered well.

        What quality wrote stays; a general question proposes nothing.
        """
        for user_input in self:
            lines = user_input.user_input_line_ids.filtered(
                lambda line: (
                    line.score is not False and not scoring.is_satisfied(line.score)
                )
            )
            areas = lines.question_id.topic_id.filtered(
                lambda topic: topic.active and not topic.is_general
            )
            missing = areas - user_input.improvement_area_ids
            if missing:
                user_input.with_context(mail_notrack=True).write(
                    {"improvement_area_ids": [Command.link(id_) for id_ in missing.ids]}
                )

    def _get_register_form_action(self):
        """Return the window of one row of the register."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.get_formview_id(), "form")],
        }
