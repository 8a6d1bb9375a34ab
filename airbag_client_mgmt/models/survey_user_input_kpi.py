# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SurveyUserInput(models.Model):
    """The indicators of a period read its surveys only. PRO 008 §7."""

    _inherit = "survey.user_input"

    _service_date_idx = models.Index("(service_date) WHERE intervention_id IS NOT NULL")
