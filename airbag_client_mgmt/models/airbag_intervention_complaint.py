# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AirbagIntervention(models.Model):
    """A visit the customer complains about. PRO 008 §5.4.2."""

    _inherit = "airbag.intervention"

    # === ACTION METHODS === #
    def action_register_complaint(self):
        """Open a new complaint about this visit.

        :return: the window of the complaint
        """
        self.ensure_one()
        return self.env["helpdesk.ticket"]._get_register_action(
            self.contact_id or self.partner_id,
            intervention_id=self.id,
            order_id=self.order_id.id,
            company_id=self.company_id.id,
        )
