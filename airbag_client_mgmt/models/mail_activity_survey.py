# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .survey_user_input_call import CALL


class MailActivity(models.Model):
    """A satisfaction call marked as done is the contact. PRO 008 §5.4.1."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        call = self.env.ref(CALL, raise_if_not_found=False)
        calls = self.filtered(lambda activity: activity.activity_type_id == call)
        called = self.env["survey.user_input"].browse(calls.mapped("res_id"))
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if called:
            called.exists()._mark_contacted("phone", self.env.user)
        return result
