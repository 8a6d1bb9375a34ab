# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class AirbagIntervention(models.Model):
    """A visit brought along from before: it is documented as it was then.

    Done means documented, for what is done here. Of old visits the lots may be
    unknown, and the steps of today's treatment were not followed; what is known is
    locked like any other. One that quality reopens is finished as all others are.
    """

    _name = "airbag.intervention"
    _inherit = ["airbag.intervention", "airbag.import.mark"]

    # === CONSTRAINTS === #
    @api.constrains("state")
    def _check_documented(self):
        history = self.filtered(
            lambda visit: visit.imported_on and not visit.report_revision
        )
        return super(AirbagIntervention, self - history)._check_documented()

    # === BUSINESS METHODS === #
    def _check_locked(self, vals):
        if not self._is_importing():
            return super()._check_locked(vals)
        others = self.filtered(lambda visit: not visit.imported_on)
        return super(AirbagIntervention, others)._check_locked(vals)
