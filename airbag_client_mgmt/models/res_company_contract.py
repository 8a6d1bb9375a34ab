# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """When a company offers the renewal of its contracts. PRO 008 §5.5.3."""

    _inherit = "res.company"

    # === FIELDS === #
    renewal_notice_days = fields.Integer(
        string="Renewal Notice",
        default=45,
        help="Days before the end of a contract on which its renewal is due: the "
        "salesperson gets an activity and the customer an e-mail.",
    )
    renewal_grace_days = fields.Integer(
        string="Renewal Grace Period",
        default=30,
        help="Days after the end of a contract without a signed renewal, after which "
        "the renewal is lost.",
    )

    _renewal_days_not_negative = models.Constraint(
        "CHECK (renewal_notice_days >= 0 AND renewal_grace_days >= 0)",
        "The notice and the grace period of renewals cannot be negative.",
    )

    # === BUSINESS METHODS === #
    def _get_service_today(self):
        """Return the day it is where the company works."""
        now = fields.Datetime.now()
        return self._get_service_date(now) if self else now.date()
