# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

COMMERCIAL_VISIT = "airbag_client_mgmt.mail_activity_type_commercial_visit"


class MailActivity(models.Model):
    """A commercial visit, planned or held, with its outcome. PRO 008 §5.1.1.

    Odoo archives what is done and keeps its feedback: the outcome of a visit.
    """

    _inherit = "mail.activity"

    # === BUSINESS METHODS === #
    def _action_done(self, feedback=False, attachment_ids=None):
        """Refuse to call a commercial visit held without its outcome.

        :raise UserError: if nothing was written about one of the visits.
        """
        visit = self.env.ref(COMMERCIAL_VISIT, raise_if_not_found=False)
        said = (feedback and html2plaintext(feedback).strip()) or False
        if visit and not said and visit in self.activity_type_id:
            raise UserError(
                self.env._(
                    "Write the outcome of the commercial visit before marking it as "
                    "done: whom you saw, what they need and what comes next."
                )
            )
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
