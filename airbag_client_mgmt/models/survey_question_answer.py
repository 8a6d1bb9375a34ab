# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError


class SurveyQuestionAnswer(models.Model):
    """A choice of a question: once customers chose it, it stays. §5.4.3."""

    _inherit = "survey.question.answer"

    # === CRUD METHODS === #
    def write(self, vals):
        names = {"question_id", "matrix_question_id", "value", "value_image"}
        if names & set(vals) and self.filtered(
            lambda choice: any(
                choice._changes(name, vals[name]) for name in names & set(vals)
            )
        ):
            self._check_not_chosen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_chosen(self):
        self._check_not_chosen()

    # === BUSINESS METHODS === #
    def _changes(self, name, value):
        """Say whether writing ``value`` to field ``name`` would change it."""
        field = self._fields[name]
        if field.type == "binary":
            return True  # what is stored is another size of it
        new = field.convert_to_cache(value, self, validate=False)
        return new != field.convert_to_cache(self[name], self, validate=False)

    def _check_not_chosen(self):
        """Keep the choices that customers made, in their words.

        :raise UserError: naming the choice and what to do instead.
        """
        line = (
            self.env["survey.user_input.line"]
            .sudo()
            .search(
                [
                    "|",
                    ("suggested_answer_id", "in", self.ids),
                    ("matrix_row_id", "in", self.ids),
                    ("user_input_id.intervention_id", "!=", False),
                ],
                limit=1,
            )
        )
        if line:
            raise UserError(
                self.env._(
                    "Customers have answered with “%(choice)s”: it cannot be changed "
                    "or deleted any more. Add a new choice, or duplicate the "
                    "questionnaire and change the copy.",
                    choice=(line.suggested_answer_id & self).value
                    or line.matrix_row_id.value,
                )
            )
