# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """How long a customer can answer with the link. PRO 008 §5.4.1."""

    _inherit = "res.company"

    # === FIELDS === #
    survey_link_days = fields.Integer(
        string="Days to Answer the Survey",
        default=60,
        help="Days after the survey was made in which its link answers. 0 answers "
        "always. Employees can record answers later.",
    )

    _survey_link_days_positive = models.Constraint(
        "CHECK (survey_link_days >= 0)",
        "The days to answer the survey cannot be negative.",
    )
