# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import math
import re

from odoo import models

#: More than anybody writes; what is longer comes from a machine.
MAX_TEXT = 10_000
INTEGER = re.compile("[0-9]{1,9}")


class SurveyQuestion(models.Model):
    """What a page that was tampered with can send as an answer. PRO 008 §5.4.1."""

    _inherit = "survey.question"

    # === BUSINESS METHODS === #
    def validate_question(self, answer, comment=None):
        """Refuse what no page of ours sends before looking at what it says.

        Core takes an answer of another shape for granted: a list where a number
        is asked, or a choice of another question.
        """
        self.ensure_one()
        if self.survey_id.is_satisfaction_survey:
            error = self._get_shape_error(answer, comment)
            if error:
                return {self.id: error}
        return super().validate_question(answer, comment)

    def _get_shape_error(self, answer, comment=None):
        """Return why an answer cannot be one of this question, or False."""
        if comment is not None and not isinstance(comment, str):
            return self.env._("This answer is not valid.")
        texts = [text for text in (answer, comment) if isinstance(text, str)]
        if any(len(text) > MAX_TEXT for text in texts):
            return self.env._(
                "This text is too long: write at most %(max)s characters.", max=MAX_TEXT
            )
        # What is empty is no answer, whatever the question.
        empty = answer is None or answer is False or answer in ("", [], {})
        if not empty and not self._has_answer_shape(answer):
            return self.env._("This answer is not valid.")
        return False

    def _has_answer_shape(self, answer):
        choices = self.suggested_answer_ids
        match self.question_type:
            case "scale":
                return _to_id(answer) is not None
            case "simple_choice":
                return _are_ids_of(answer, choices)
            case "multiple_choice":
                return _are_ids_of(answer, choices)
            case "matrix":
                return isinstance(answer, dict) and all(
                    _are_ids_of(row, self.matrix_row_ids) and _are_ids_of(cell, choices)
                    for row, cell in answer.items()
                )
            case "numerical_box":
                return _is_number(answer)
        return isinstance(answer, str)


def _to_id(value):
    """Return the whole number that a page sent, or None: "٣" and 4.5 are none."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value).strip()
    return int(text) if INTEGER.fullmatch(text) else None


def _are_ids_of(value, records):
    values = value if isinstance(value, list) else [value]
    return all(_to_id(item) in records.ids for item in values)


def _is_number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
    except ValueError:
        return True  # core says that this is no number
