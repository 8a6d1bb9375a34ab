# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AirbagIntervention(models.Model):
    """Asking the customer from the visit itself. PRO 008 §5.4.1."""

    _inherit = "airbag.intervention"

    # === ACTION METHODS === #
    def action_survey_whatsapp(self):
        """Open WhatsApp with the link of this visit's survey."""
        self.ensure_one()
        return self.survey_input_id.sudo(False).action_whatsapp()

    def action_record_survey(self):
        """Open the window where the answers about this visit are typed."""
        self.ensure_one()
        return self.survey_input_id.sudo(False).action_record_answers()
