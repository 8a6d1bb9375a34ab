# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SurveyUserInputLine(models.Model):
    """What a complaint says of an answer. PRO 008 §5.4.2."""

    _inherit = "survey.user_input.line"

    # === BUSINESS METHODS === #
    def _get_full_answer(self):
        """Return the answer as it was written: the name of a line cuts texts."""
        self.ensure_one()
        if self.answer_type in ("char_box", "text_box"):
            return self[f"value_{self.answer_type}"]
        return self.display_name
