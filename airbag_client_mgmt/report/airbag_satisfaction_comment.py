# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat


class AirbagSatisfactionComment(models.Model):
    """What customers wrote in their own words, one row each. PRO 008 §5.4.3."""

    _name = "airbag.satisfaction.comment"
    _inherit = "airbag.satisfaction.answer"
    _description = "Customer Comment"
    _auto = False
    _rec_name = "comment"
    _order = "date desc, id desc"

    # === FIELDS === #
    comment = fields.Text(readonly=True)
    question_asked = fields.Char(readonly=True)
    score = BlankFloat(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Satisfaction of who wrote it, from 1 to 5.",
    )
    responsible_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Area of the Worst Answer",
        readonly=True,
        help="Area that answered for the worst answer of the same customer; empty "
        "when all were in the top two of five.",
    )
    improvement_area_ids = fields.Many2many(
        related="user_input_id.improvement_area_ids", string="Improvement Areas"
    )

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT %(answer)s,
                   COALESCE(line.value_text_box, line.value_char_box) AS comment,
                   line.question_asked, answer.satisfaction_score AS score,
                   (SELECT worst.responsible_team_id
                      FROM survey_user_input_line worst
                     WHERE worst.user_input_id = line.user_input_id
                       AND worst.score < 4
                     ORDER BY worst.score, worst.is_deciding,
                              worst.question_sequence, worst.id
                     LIMIT 1) AS responsible_team_id
              FROM %(tables)s
             WHERE %(where)s AND line.answer_type IN ('text_box', 'char_box')
            """,
            answer=self._select_answer(),
            tables=self._from_answer(),
            where=self._where_answer(),
        )
