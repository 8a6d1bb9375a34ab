# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagRecommendation(models.Model):
    """Advice to the customer, open until it is done or declined.

    Recorded by the technician; shown on the next visit and at the renewal.
    PRO 008 §5.3.3.
    """

    _name = "airbag.recommendation"
    _description = "Recommendation"
    _inherit = ["airbag.intervention.part"]
    _order = "date_due, id"

    # === FIELDS === #
    name = fields.Text(string="Recommendation", required=True)
    date_due = fields.Date(string="Due Date")
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done"), ("declined", "Declined")],
        required=True,
        default="open",
        index=True,
    )
    closed_on = fields.Date(readonly=True)
    partner_id = fields.Many2one(
        related="intervention_id.partner_id", store=True, string="Customer"
    )
    commercial_partner_id = fields.Many2one(
        related="intervention_id.partner_id.commercial_partner_id",
        store=True,
        index=True,
        string="Customer Company",
    )
    vehicle_id = fields.Many2one(related="intervention_id.vehicle_id")

    # === CRUD METHODS === #
    def write(self, vals):
        if "state" in vals:
            closed = vals["state"] != "open"
            today = self.env.company._get_service_today()
            vals = {**vals, "closed_on": today if closed else False}
        return super().write(vals)

    # === ACTION METHODS === #
    def action_done(self):
        """The customer followed the recommendation."""
        self.write({"state": "done"})

    def action_decline(self):
        """The customer decided against the recommendation."""
        self.write({"state": "declined"})

    # === BUSINESS METHODS === #
    @api.model
    def _get_open_by_customer(self, partners):
        """Return the open recommendations of each customer company, in one query."""
        return dict(
            self._read_group(
                [
                    ("state", "=", "open"),
                    ("commercial_partner_id", "in", partners.commercial_partner_id.ids),
                ],
                ["commercial_partner_id"],
                ["id:recordset"],
            )
        )

    @api.model
    def _get_fields_writable_when_done(self):
        return {"state", "closed_on"}
