# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools import scoring


class SurveyUserInputLine(models.Model):
    """One answer of a customer; part of the satisfaction register. §5.4.3."""

    _inherit = "survey.user_input.line"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_register_lines()
        return lines

    def write(self, vals):
        self._check_register_lines()
        result = super().write(vals)
        if "user_input_id" in vals:
            self._check_register_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        for user_input in self.user_input_id:
            if user_input.intervention_id and user_input.state == "done":
                raise UserError(
                    self.env._("The answers of customers are evidence: keep them.")
                )

    # === BUSINESS METHODS === #
    def _check_register_lines(self):
        """Keep what customers said out of reach of manual changes.

        :raise AccessError: for anyone; the page and the window act as superuser.
        """
        if not self.env.su and self.user_input_id.filtered("intervention_id"):
            raise AccessError(
                self.env._("The answers of customers cannot be changed by hand.")
            )

    def _get_satisfaction_score(self):
        """Return the answer on 1..5, or None when it is not on a scale."""
        self.ensure_one()
        if self.skipped or self.answer_type != "scale":
            return None
        question = self.question_id
        return scoring.normalise(
            self.value_scale, question.scale_min, question.scale_max
        )
