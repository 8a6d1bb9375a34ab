# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class AirbagImprovementArea(models.Model):
    """A subject for improvement that answers of customers point at. §5.4.3."""

    _name = "airbag.improvement.area"
    _description = "Improvement Area"
    _order = "sequence, name"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "An improvement area with this name exists already."
    )
