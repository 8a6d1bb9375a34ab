# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagImprovementArea(models.Model):
    """A subject of the service that customers are asked about, or point at. §5.4.3.

    It is the topic of questions, whatever questionnaire they are in, and what an
    answer is tagged with. A general one (overall, recommendation) is a topic of
    questions only: nobody can improve “overall”.
    """

    _name = "airbag.improvement.area"
    _description = "Improvement Area"
    _order = "sequence, name"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    is_general = fields.Boolean(
        string="General Opinion",
        help="Topic of questions about the service as a whole: a bad answer does "
        "not propose it as improvement area.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "An improvement area with this name exists already."
    )
