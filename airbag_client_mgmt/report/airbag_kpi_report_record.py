# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AirbagKpiReport(models.Model):
    """From a fact to what it comes from. PRO 008 §7."""

    _inherit = "airbag.kpi.report"

    # === ACTION METHODS === #
    def action_open_record(self):
        """Open the survey, ticket, contract or visit that the fact comes from.

        :raises AccessError: if the user may not read it
        """
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        if record._name == "survey.user_input":
            return record._get_register_form_action()
        return record.get_formview_action()
