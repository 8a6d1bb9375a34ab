# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SurveyUserInputLine(models.Model):
    """The answer as the register and its complaint show it. PRO 008 §5.4.2."""

    _inherit = "survey.user_input.line"

    # === FIELDS === #
    full_answer = fields.Text(
        string="Answer",
        compute="_compute_full_answer",
        help="The whole text: the name of an answer is cut after 50 letters.",
    )

    # === COMPUTE METHODS === #
    @api.depends("display_name", "answer_type", "value_char_box", "value_text_box")
    def _compute_full_answer(self):
        for line in self:
            line.full_answer = line._get_full_answer()

    # === BUSINESS METHODS === #
    def _get_full_answer(self):
        """Return the answer as it was written: the name of a line cuts texts."""
        self.ensure_one()
        if self.answer_type in ("char_box", "text_box"):
            return self[f"value_{self.answer_type}"]
        return self.display_name
