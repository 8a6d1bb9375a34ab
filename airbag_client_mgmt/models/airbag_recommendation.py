# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

#: Who may open again what was closed by mistake.
REOPENING_GROUPS = "airbag_client_mgmt.group_planner,sales_team.group_sale_salesman"
#: What the system stamps on a recommendation that is closed.
STAMPS = {"closed_by", "closed_intervention_id", "closed_on"}


class AirbagRecommendation(models.Model):
    """Advice to the customer, open until it is done or declined.

    Recorded by the technician; shown on the next visit, whoever makes it, and at the
    renewal. PRO 008 §5.3.3.
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
    decline_reason = fields.Char(help="What the customer said, if anything.")
    closed_on = fields.Date(readonly=True)
    closed_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    closed_intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        string="Closed on the Visit",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Open after its due date, counted where the company works.",
    )
    can_reopen = fields.Boolean(compute="_compute_can_reopen")
    partner_id = fields.Many2one(
        related="intervention_id.partner_id", store=True, string="Customer"
    )
    commercial_partner_id = fields.Many2one(
        related="intervention_id.partner_id.commercial_partner_id",
        store=True,
        index=True,
        string="Customer Company",
    )
    vehicle_id = fields.Many2one(
        related="intervention_id.vehicle_id", store=True, index="btree_not_null"
    )

    # === COMPUTE METHODS === #
    @api.depends("state", "date_due", "company_id")
    def _compute_is_overdue(self):
        for company, advice in self.grouped("company_id").items():
            today = (company or self.env.company)._get_service_today()
            for one in advice:
                one.is_overdue = bool(
                    one.state == "open" and one.date_due and one.date_due < today
                )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._get_service_today())
            for company in self.env["res.company"].sudo().search([])
        )
        return Domain("state", "=", "open") & overdue

    @api.depends_context("uid")
    def _compute_can_reopen(self):
        self.can_reopen = self._may_reopen()

    # === CONSTRAINTS === #
    @api.constrains("date_due")
    def _check_date_due(self):
        for advice in self.filtered("date_due"):
            visit = advice.intervention_id
            moment = visit.started_at or visit.planned_start
            if not moment:
                continue
            day = visit.company_id._get_service_date(moment)
            if advice.date_due < day:
                raise ValidationError(
                    self.env._(
                        "The recommendation “%(advice)s” cannot be due before the day "
                        "of its visit, %(day)s.",
                        advice=advice.name,
                        day=fields.Date.to_string(day),
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """:raise AccessError: for one that is not open, or bears a stamp"""
        for vals in vals_list:
            if vals.get("state", "open") != "open":
                self._check_no_stamps(STAMPS)
            self._check_no_stamps(vals)
        return super().create(vals_list)

    def write(self, vals):
        """:raise AccessError: for a stamp, or for opening again what is closed"""
        self._check_no_stamps(vals)
        if "state" not in vals:
            return super().write(vals)
        self._check_may_change_state(vals["state"])
        if vals["state"] == "open":
            cleared = dict.fromkeys(STAMPS | {"decline_reason"}, False)
            return super().write({**cleared, **vals})
        same = self.filtered(lambda one: one.state == vals["state"])
        super(AirbagRecommendation, same).write(vals)
        for company, advice in (self - same).grouped("company_id").items():
            stamps = {
                "closed_by": self.env.uid,
                "closed_on": company._get_service_today(),
            }
            super(AirbagRecommendation, advice).write({**stamps, **vals})
        return True

    # === ACTION METHODS === #
    def action_done(self):
        """The customer followed the recommendation.

        Also for a technician who finds, on an own visit, what a colleague advised.
        """
        self._close({"state": "done"})

    def action_decline(self):
        """The customer decided against the recommendation, for whatever reason."""
        self._close({"state": "declined"})

    def action_ask_reason(self):
        """Ask what the customer said before declining; nothing has to be written."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The customer declines"),
            "res_model": "airbag.recommendation.decline",
            "view_mode": "form",
            "target": "new",
            "context": {
                "closing_visit_id": self.env.context.get("closing_visit_id"),
                "default_recommendation_ids": self.ids,
            },
        }

    def action_reopen(self):
        """Open again what was closed by mistake.

        :raise AccessError: for anyone but planners, quality and Commercial
        """
        self.write({"state": "open"})

    # === BUSINESS METHODS === #
    def _close(self, vals):
        """Close the recommendations, and say on which visit that was found out.

        What a colleague recommended is closed with more rights than the technician
        has, but only on an own visit to the same customer that is planned or going on.

        :raise AccessError: if there is no such visit, and no right otherwise
        """
        self._check_may_change_state(vals["state"])
        visits = self._get_closing_visits()
        for visit, advice in self.grouped(
            lambda one: visits.get((one.company_id, one.commercial_partner_id))
        ).items():
            if not visit:
                advice.write(vals)
                continue
            advice.check_access("read")
            advice = advice.sudo()
            advice.write(vals)
            advice.closed_intervention_id = visit

    def _get_closing_visits(self):
        """Return the user's visit to each customer, the one on the screen first."""
        found = self.env["airbag.intervention"].search(
            [
                ("state", "in", ("planned", "in_progress")),
                ("company_id", "in", self.company_id.ids),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    self.commercial_partner_id.ids,
                ),
                "|",
                ("user_id", "=", self.env.uid),
                ("technician_ids", "in", self.env.uid),
            ],
            order="planned_start",
        )
        shown = self.env.context.get("closing_visit_id")
        found = found.sorted(lambda v: (v.id != shown, v.state != "in_progress"))
        visits = {}
        for visit in found:
            visits.setdefault((visit.company_id, visit.commercial_partner_id), visit)
        return visits

    def _check_no_stamps(self, names):
        """:raise AccessError: if a user would write what the system stamps."""
        if not self.env.su and STAMPS & set(names):
            raise AccessError(
                self.env._("Who closed a recommendation, and when, is not written.")
            )

    def _may_reopen(self):
        return self.env.su or self.env.user.has_groups(REOPENING_GROUPS)

    def _check_may_change_state(self, state):
        """:raise AccessError: for opening again what somebody closed."""
        closed = any(one.state not in ("open", state) for one in self)
        if closed and not self._may_reopen():
            raise AccessError(
                self.env._(
                    "What was closed by mistake is opened again by a planner, by "
                    "Commercial or by the QMS responsible."
                )
            )

    @api.model
    def _get_open_by_customer(self, partners, companies):
        """Return what is open by (company, customer company), in one query.

        :raise UserError: never; what the user may not read is left out
        """
        rows = self._read_group(
            [
                ("state", "=", "open"),
                ("company_id", "in", companies.ids),
                ("commercial_partner_id", "in", partners.commercial_partner_id.ids),
            ],
            ["company_id", "commercial_partner_id"],
            ["id:recordset"],
        )
        return {(company, partner): advice for company, partner, advice in rows}

    def _sort_for(self, vehicle):
        """Put what concerns a vehicle first, then what is due first."""
        return self.sorted(
            lambda one: (
                not vehicle or one.vehicle_id != vehicle,
                one.date_due or date.max,
                one.id,
            )
        )

    @api.model
    def _get_fields_writable_when_done(self):
        return {"state", "decline_reason"} | STAMPS
