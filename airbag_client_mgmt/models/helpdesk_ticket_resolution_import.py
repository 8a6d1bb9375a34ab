# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class HelpdeskTicket(models.Model):
    """A ticket brought along from before: its dates come with it, not from its stage.

    Of an old complaint the cause may be unknown; one that is reopened is closed as
    all others are.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "airbag.import.mark"]

    # === CONSTRAINTS === #
    @api.constrains(
        "stage_id", "kind", "root_cause", "corrective_action", "cancel_reason"
    )
    def _check_closing(self):
        history = self.filtered(
            lambda ticket: ticket._is_importing() or ticket._was_closed_before()
        )
        return super(HelpdeskTicket, self - history)._check_closing()

    # === BUSINESS METHODS === #
    def _was_closed_before(self):
        """Tell a ticket that was closed when it was imported, and is since."""
        self.ensure_one()
        closed, imported = self.closed_date, self.imported_on
        return bool(closed and imported and closed <= imported)

    def _follow_stage(self, origin):
        if self._is_importing():
            return None
        return super()._follow_stage(origin)

    def _write_given_hours(self, hours):
        """Keep the working hours that the history gives, instead of counting them."""
        self.flush_recordset()
        for ticket, given in zip(self, hours, strict=True):
            if given:
                ticket.resolution_hours = given
