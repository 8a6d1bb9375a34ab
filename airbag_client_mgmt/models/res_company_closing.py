# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """When a company closes the month of its indicators, and who approves it."""

    _inherit = "res.company"

    # === FIELDS === #
    kpi_closing_days = fields.Integer(
        string="Days to Close the Month",
        default=10,
        help="Days after the end of a month in which its indicators still take what "
        "comes late: the customer may be contacted five days after the service, and "
        "needs some more to answer. Once they are over, the month is closed.",
    )
    kpi_approver_id = fields.Many2one(
        comodel_name="res.users",
        string="Approver of the Indicators",
        domain=[("share", "=", False)],
        help="Who of management is asked to approve the closed months. Empty: the "
        "first user of management.",
    )

    _kpi_closing_days_positive = models.Constraint(
        "CHECK (kpi_closing_days >= 0)",
        "The days to close the month cannot be negative.",
    )

    # === BUSINESS METHODS === #
    def _get_kpi_approvers(self, preparers):
        """Return who may approve a month that others analysed, the best one first.

        Management goes before the QMS responsible, who may approve what another
        one analysed.
        """
        self.ensure_one()
        group = self.env.ref("airbag_client_mgmt.group_quality_reviewer")
        quality = self.env.ref("airbag_client_mgmt.group_quality_manager")
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                Domain("all_group_ids", "in", group.ids)
                & Domain("share", "=", False)
                & Domain("company_ids", "in", self.ids)
                & Domain("id", "not in", preparers.ids)
            )
        )
        return users.sorted(
            lambda user: (
                user != self.sudo().kpi_approver_id,
                quality in user.all_group_ids,
                user.id,
            )
        )
