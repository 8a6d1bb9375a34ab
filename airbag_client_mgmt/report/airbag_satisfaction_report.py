# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from itertools import pairwise

from odoo import fields, models
from odoo.tools import SQL

from ..tools import scoring
from ..tools.blank_float import BlankFloat

#: Score (on 1..5) below which the nearest mark is one of the bottom two.
DISSATISFIED = 2.5


class AirbagSatisfactionReport(models.Model):
    """The answers on scales, one row each, all brought to 1..5. PRO 008 §5.4.3.

    Scores, areas and what decided are those of the day of the answer; the topic
    puts together the questions of one subject, in whatever questionnaire. Each row
    is one answer, so that the average of a column is right at any grouping, and
    blank where nobody answered. Satisfied is the top two of five, dissatisfied the
    bottom two; a 0–10 answer falls on the nearest of the five.
    """

    _name = "airbag.satisfaction.report"
    _inherit = "airbag.satisfaction.answer"
    _description = "Satisfaction Analysis"
    _auto = False
    _rec_name = "question_id"
    _order = "date desc, id desc"

    # === FIELDS === #
    topic_id = fields.Many2one(comodel_name="airbag.improvement.area", readonly=True)
    responsible_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Responsible Area",
        readonly=True,
        help="Area that answered for the question on the day of the answer.",
    )
    is_deciding = fields.Boolean(string="Decided Satisfaction", readonly=True)
    score = fields.Float(
        string="Average Score",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="On a scale of 1 to 5.",
    )
    answer_count = fields.Integer(string="Answers", readonly=True)
    count_1 = fields.Integer(string="1 of 5", readonly=True)
    count_2 = fields.Integer(string="2 of 5", readonly=True)
    count_3 = fields.Integer(string="3 of 5", readonly=True)
    count_4 = fields.Integer(string="4 of 5", readonly=True)
    count_5 = fields.Integer(string="5 of 5", readonly=True)
    satisfied_rate = fields.Float(
        string="% Satisfied",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Answers in the top two of five, of a hundred answers.",
    )
    dissatisfied_rate = fields.Float(
        string="% Dissatisfied",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Answers in the bottom two of five, of a hundred answers.",
    )
    nps = BlankFloat(
        string="NPS",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Net Promoter Score, from -100 to 100: of a hundred answers to the 0–10 "
        "questions on recommendation, those of 9 and 10 less those of 0 to 6.",
    )

    _depends = {
        "survey.question": ["scale_max", "scale_min", "topic_id"],
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT %(answer)s, question.topic_id, line.responsible_team_id,
                   line.is_deciding, line.score, 1 AS answer_count,
                   %(counts)s,
                   CASE WHEN line.score >= %(satisfied)s THEN 100::float8 ELSE 0 END
                       AS satisfied_rate,
                   CASE WHEN line.score < %(dissatisfied)s THEN 100::float8 ELSE 0 END
                       AS dissatisfied_rate,
                   %(nps)s AS nps
              FROM %(tables)s
             WHERE %(where)s AND line.score IS NOT NULL
            """,
            answer=self._select_answer(),
            counts=self._select_counts(),
            satisfied=scoring.SATISFIED,
            dissatisfied=DISSATISFIED,
            nps=self._select_nps(),
            tables=self._from_answer(),
            where=self._where_answer(),
        )

    # === BUSINESS METHODS === #
    def _select_counts(self) -> SQL:
        """Return one column for each of the five marks: 1 in that of the answer.

        The mark is the nearest, but an answer below 4 is not satisfied: it never
        counts as a 4. So the top two are the satisfied, the bottom two the others.
        """
        bounds = (0, 1.5, DISSATISFIED, scoring.SATISFIED, 4.5, 10)
        return SQL(", ").join(
            SQL(
                "(line.score >= %s AND line.score < %s)::integer AS %s",
                low,
                high,
                SQL.identifier(f"count_{mark}"),
            )
            for mark, (low, high) in enumerate(pairwise(bounds), start=1)
        )

    def _select_nps(self) -> SQL:
        """Return 100 for promoters, -100 for detractors, of recommendation only."""
        topic_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "airbag_client_mgmt.improvement_area_recommendation"
        )
        return SQL(
            """
            CASE WHEN question.topic_id = %s
                  AND question.scale_min = 0 AND question.scale_max = 10
                 THEN CASE WHEN line.value_scale >= 9 THEN 100::float8
                           WHEN line.value_scale <= 6 THEN -100
                           ELSE 0 END
            END
            """,
            topic_id or None,
        )
