# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SurveyInvite(models.TransientModel):
    """Sharing a questionnaire by hand: not that of the services. PRO 008 §5.4.1."""

    _inherit = "survey.invite"

    # === BUSINESS METHODS === #
    def action_invite(self):
        """Refuse for the satisfaction questionnaire, whose links are of one visit."""
        self.survey_id._check_not_shared()
        return super().action_invite()
