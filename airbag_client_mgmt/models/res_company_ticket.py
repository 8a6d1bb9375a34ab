# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """How a company answers complaints and checks what it did. PRO 008 §5.4.2."""

    _inherit = "res.company"

    # === FIELDS === #
    ticket_acknowledgement = fields.Boolean(
        string="Acknowledge Complaints by E-mail",
        default=True,
        help="Who writes or calls gets one e-mail with the number of the ticket, the "
        "area that attends it and by when.",
    )
    ticket_confirmation = fields.Boolean(
        string="Ask whether It Is Solved",
        default=True,
        help="The e-mail that tells what was done asks the customer whether it is "
        "solved. “No” reopens the ticket.",
    )
    ticket_quality_escalation_hours = fields.Float(
        string="Tell Quality after",
        default=8,
        help="Working hours of the area after the deadline of a complaint that is "
        "still open. 0 never tells quality.",
    )
    effectiveness_check_days = fields.Integer(
        string="Check the Effectiveness after",
        default=30,
        help="Days after a complaint or claim is resolved on which quality checks "
        "whether the corrective action worked. 0 never checks.",
    )

    _ticket_limits_positive = models.Constraint(
        "CHECK (ticket_quality_escalation_hours >= 0"
        " AND effectiveness_check_days >= 0)",
        "Hours and days of the complaints cannot be negative.",
    )

    # === BUSINESS METHODS === #
    def _get_quality_user(self):
        """Return the leader of the area Quality, else any QMS responsible.

        Administrators are QMS responsible too, and would be found first.
        """
        team = self.env.ref(
            "airbag_client_mgmt.helpdesk_team_quality", raise_if_not_found=False
        )
        leader = team and team.sudo().user_id
        if (
            leader
            and leader.active
            and self in leader.company_ids
            and leader.has_group("airbag_client_mgmt.group_quality_manager")
        ):
            return leader
        return super()._get_quality_user()
