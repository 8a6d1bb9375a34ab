# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    """A technician's absence: nobody plans a visit for that time. PRO 008 §5.3.1.

    Odoo's own time off of a resource. Planners register it by the technician,
    whose resource is made when it is first needed.
    """

    _inherit = "resource.calendar.leaves"

    # === FIELDS === #
    technician_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_technician_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    affected_visit_ids = fields.Many2many(
        comodel_name="airbag.intervention",
        compute="_compute_affected_visits",
        string="Planned Visits Affected",
    )
    affected_visit_count = fields.Integer(
        compute="_compute_affected_visits", string="Visits Affected"
    )

    # === COMPUTE METHODS === #
    @api.depends("resource_id.user_id")
    def _compute_technician_id(self):
        for leave in self:
            leave.technician_id = leave.resource_id.user_id

    @api.depends("technician_id", "date_from", "date_to")
    def _compute_affected_visits(self):
        bookings = self._get_planned_bookings()
        for leave in self:
            visits = bookings.filtered(
                lambda booking, leave=leave: (
                    booking.user_id == leave.technician_id
                    and booking.busy_from < leave.date_to
                    and booking.busy_to > leave.date_from
                )
            ).intervention_id
            leave.affected_visit_ids = visits.ids
            leave.affected_visit_count = len(visits)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create([self._name_resource(vals) for vals in vals_list])
        leaves._warn_planners()
        return leaves

    def write(self, vals):
        result = super().write(self._name_resource(vals))
        if {"date_from", "date_to", "resource_id", "technician_id"} & set(vals):
            self._warn_planners()
        return result

    # === ACTION METHODS === #
    def action_view_affected_visits(self):
        """Open the planned visits that the absence stands in the way of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_intervention_action"
        )
        action["domain"] = [("id", "in", self.affected_visit_ids.ids)]
        return action

    # === BUSINESS METHODS === #
    @api.model
    def _name_resource(self, vals):
        """Return the values with the resource of the technician they name."""
        vals = dict(vals)
        if user_id := vals.pop("technician_id", False):
            vals["resource_id"] = self._get_resource(user_id).id
        return vals

    @api.model
    def _get_resource(self, user_id):
        """Return the resource of a user in the company, making it if there is none.

        Made as the system, since nobody may make resources by hand; whether the
        user may register the absence is checked when it is created.
        """
        user = self.env["res.users"].browse(user_id)
        company = self.env.company
        resources = self.env["resource.resource"].sudo()
        found = resources.search(
            [
                ("user_id", "=", user.id),
                ("company_id", "in", (company.id, False)),
            ],
            limit=1,
        )
        return found or resources.create(
            {"name": user.name, "user_id": user.id, "company_id": company.id}
        )

    def _get_planned_bookings(self):
        """Return the time of planned visits that falls into these absences.

        Read as the system: whoever enters an absence need not see the visits.
        """
        absences = Domain.OR(
            Domain("user_id", "=", leave.technician_id.id)
            & Domain("busy_from", "<", leave.date_to)
            & Domain("busy_to", ">", leave.date_from)
            for leave in self.filtered("technician_id")
            if leave.date_from and leave.date_to
        )
        planned = Domain("intervention_id.state", "=", "planned")
        return self.env["airbag.booking"].sudo().search(absences & planned)

    def _warn_planners(self):
        """Ask who planned a visit of somebody absent to reassign it."""
        self.sudo()._get_planned_bookings().intervention_id._ask_to_reassign()
