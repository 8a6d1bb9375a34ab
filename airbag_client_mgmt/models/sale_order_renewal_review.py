# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models


class SaleOrder(models.Model):
    """What the contract being renewed gave, in view of who renews it.

    Shown on the renewal quotation, so that it fits what the customer needs today.
    PRO 008 §5.5.3.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    renewed_promised_count = fields.Integer(
        string="Visits Promised", compute="_compute_renewed_visits", compute_sudo=True
    )
    renewed_done_count = fields.Integer(
        string="Visits Done", compute="_compute_renewed_visits", compute_sudo=True
    )
    renewed_open_count = fields.Integer(
        string="Visits Still Open",
        compute="_compute_renewed_visits",
        compute_sudo=True,
        help="Not done, nor cancelled.",
    )
    renewed_missed_count = fields.Integer(
        string="Visits Missed", compute="_compute_renewed_visits", compute_sudo=True
    )
    renewed_obligation_ids = fields.Many2many(
        comodel_name="airbag.contract.obligation",
        string="Obligations Not Fulfilled",
        compute="_compute_renewed_obligation_ids",
        compute_sudo=True,
    )
    open_recommendation_ids = fields.Many2many(
        comodel_name="airbag.recommendation",
        string="Recommendations Still Open",
        compute="_compute_open_recommendation_ids",
        compute_sudo=True,
        help="Advice of our technicians that the customer has neither followed nor "
        "declined: each is something to offer.",
    )

    # === COMPUTE METHODS === #
    @api.depends("renewed_order_id")
    def _compute_renewed_visits(self):
        versions = self.renewed_order_id._get_versions_by_contract()
        every_version = self.browse().union(*versions.values())
        counts = defaultdict(lambda: defaultdict(int))
        for order, state, count in self.env["airbag.intervention"]._read_group(
            [("order_id", "in", every_version.ids)],
            ["order_id", "state"],
            ["__count"],
        ):
            counts[order.id][state] = count
        for order in self:
            same = versions.get(order.renewed_order_id.id, self.browse())
            done = sum(counts[version.id]["done"] for version in same)
            cancelled = sum(counts[version.id]["cancelled"] for version in same)
            every = sum(sum(counts[version.id].values()) for version in same)
            order.renewed_promised_count = sum(
                same.order_line.mapped("promised_visit_count")
            )
            order.renewed_done_count = done
            order.renewed_open_count = every - done - cancelled
            order.renewed_missed_count = sum(same.mapped("visits_missed"))

    @api.depends("renewed_order_id.obligation_ids.state")
    def _compute_renewed_obligation_ids(self):
        """Show what is open in the last version, and what was breached in any."""
        versions = self.renewed_order_id._get_versions_by_contract()
        for order in self:
            same = versions.get(order.renewed_order_id.id, self.browse())
            breached = same.obligation_ids.filtered(lambda o: o.state == "breached")
            is_open = order.renewed_order_id.obligation_ids.filtered(
                lambda o: o.state == "open"
            )
            order.renewed_obligation_ids = breached | is_open

    @api.depends("partner_id", "company_id")
    def _compute_open_recommendation_ids(self):
        found = self.env["airbag.recommendation"]._get_open_by_customer(
            self.partner_id, self.company_id
        )
        for order in self:
            order.open_recommendation_ids = found.get(
                (order.company_id, order.partner_id.commercial_partner_id)
            )

    # === ACTION METHODS === #
    def action_view_renewed_interventions(self):
        """Open the visits of the contract being renewed."""
        self.ensure_one()
        action = self.renewed_order_id.action_view_interventions()
        versions = self.renewed_order_id._get_contract_versions()
        action["domain"] = [("order_id", "in", versions.ids)]
        return action
