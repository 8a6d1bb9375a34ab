# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleOrder(models.Model):
    """The visits of a confirmed order. PRO 008 §5.3.1.

    A contract's lines give one visit each interval, up to a rolling horizon; a
    line without interval, and an order that is no contract, exactly one. Only
    missing visits are created: what a person moved or cancelled stays as it is.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    vehicle_id = fields.Many2one(
        comodel_name="airbag.vehicle",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
        help="The vehicle of the service; a fleet's visits name theirs one by one.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer Company"
    )
    visit_start_hour = fields.Float(
        string="Usual Hour of Visits",
        default=9.0,
        help="Local time of the company's working calendar at which the visits of "
        "this contract are proposed.",
    )
    next_visit_to_create = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Day of the first visit of the contract beyond the planning horizon.",
    )
    intervention_ids = fields.One2many(
        comodel_name="airbag.intervention", inverse_name="order_id"
    )
    intervention_count = fields.Integer(
        compute="_compute_intervention_count", compute_sudo=True
    )
    intervention_done_count = fields.Integer(
        compute="_compute_intervention_count", compute_sudo=True
    )

    _visit_start_hour_in_day = models.Constraint(
        "CHECK (visit_start_hour >= 0 AND visit_start_hour < 24)",
        "The usual hour of visits must be between 0:00 and 23:59.",
    )

    # === COMPUTE METHODS === #
    @api.depends("intervention_ids.state")
    def _compute_intervention_count(self):
        counts = defaultdict(dict)
        for order, state, count in self.env["airbag.intervention"]._read_group(
            [("order_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["order_id", "state"],
            ["__count"],
        ):
            counts[order.id][state] = count
        for order in self:
            order.intervention_count = sum(counts[order.id].values())
            order.intervention_done_count = counts[order.id].get("done", 0)

    # === ACTION METHODS === #
    def action_view_interventions(self):
        """Open the visits of the order, promised and done."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_intervention_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {
            "default_order_id": self.id,
            "default_partner_id": self.partner_id.id,
        }
        return action

    # === BUSINESS METHODS === #
    def _action_confirm(self):
        result = super()._action_confirm()
        self._plan_visits()
        return result

    def action_draft(self):
        """Have an order that is confirmed again planned again.

        Visits cancelled with the order stay as they are, no longer as those that
        its lines promise.
        """
        redone = self.filtered(lambda order: order.state == "cancel")
        result = super().action_draft()
        cancelled = self.env["airbag.intervention"].sudo()
        cancelled = cancelled.with_context(active_test=False).search(
            [
                ("order_id", "in", redone.ids),
                ("state", "=", "cancelled"),
                ("started_at", "=", False),
            ]
        )
        cancelled.order_line_id = False
        return result

    def _action_cancel(self):
        """A cancelled order has no visits to come."""
        self._get_open_visits().action_cancel()
        return super()._action_cancel()

    def _get_open_visits(self, since: datetime | None = None):
        """Return the visits not begun, or only those planned from a moment on.

        Read as the system: whoever may end an order ends its visits, also a
        salesperson who cannot plan. Archived ones too: an amendment goes on with
        them, or what it promises is missing.
        """
        domain = Domain("order_id", "in", self.ids) & Domain(
            "state", "in", ("draft", "planned")
        )
        if since:
            domain &= Domain("planned_start", ">=", since)
        visits = self.env["airbag.intervention"].sudo()
        return visits.with_context(active_test=False).search(domain)

    @api.model
    def _cron_plan_visits(self, batch_size=100):
        """Create the visits of running contracts that reach the horizon."""
        domain = self._get_orders_to_plan_domain()
        orders = self.search(domain, limit=batch_size)
        locked = orders.try_lock_for_update().filtered_domain(domain)
        failed = locked._plan_visits_apart()
        planned = locked - failed
        self.env["ir.cron"]._commit_progress(
            len(planned),
            # Those that failed wait for the next day, or it would never end.
            remaining=max(0, self.search_count(domain) - len(failed)) if planned else 0,
        )

    def _plan_visits_apart(self):
        """Plan in one batch; if that fails, each alone. Return those that cannot.

        One contract with wrong data must not stop the visits of all the others.
        """
        failed = self.browse()
        try:
            with self.env.cr.savepoint():
                self._plan_visits()
        except UserError as error:
            if len(self) == 1:
                self._log_planning_failure(error)
                return self
            for order in self:
                failed |= order._plan_visits_apart()
        return failed

    def _log_planning_failure(self, error):
        """Show on the contract why its visits could not be planned."""
        env = self.with_context(lang=self.company_id._get_lang()).env
        self.message_post(
            body=env._("The planning of the visits failed: %(error)s", error=error),
            subtype_xmlid="mail.mt_note",
        )

    @api.model
    def _get_orders_to_plan_domain(self) -> Domain:
        """Return which contracts have a visit within their company's horizon."""
        due = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("next_visit_to_create", "<=", company._get_visit_horizon())
            for company in self.env["res.company"].search([])
        )
        return due & Domain(
            [
                ("state", "=", "sale"),
                ("is_service_contract", "=", True),
            ]
        )

    def _plan_visits(self):
        """Create the visits still missing up to the horizon, in one batch.

        Called when an order is confirmed and by the scheduled action.
        """
        orders = self.filtered(lambda order: order.state == "sale")
        numbers = orders._get_planned_visit_numbers()
        vals_list = []
        for company, company_orders in orders.grouped("company_id").items():
            horizon = company._get_visit_horizon()
            missing = [
                (line, number, day)
                for line in company_orders.order_line
                if line._is_visit_line()
                for number, day in line._get_due_visits(horizon, numbers[line.id])
            ]
            works_on = company._get_working_day_predicate(
                day for _line, _number, day in missing if day
            )
            vals_list += [
                line._prepare_intervention_values(number, day, works_on)
                for line, number, day in missing
            ]
            for order in company_orders:
                order.sudo().next_visit_to_create = order._get_next_visit_to_create(
                    horizon
                )
        # Visits follow from the contract, whoever confirms it: a salesperson, the
        # customer on the portal or the scheduled action.
        return self.env["airbag.intervention"].sudo().create(vals_list)

    def _get_next_visit_to_create(self, horizon: date):
        """Return the day of the first visit beyond the horizon, or False."""
        self.ensure_one()
        days = [line._get_first_visit_after(horizon) for line in self.order_line]
        return min((day for day in days if day), default=False)

    def _get_planned_visit_numbers(self):
        """Return the visit numbers each line has, archived ones included.

        Those of the version before count when an amendment continues its line.
        """
        numbers = defaultdict(set)
        versions = {line: line._get_line_versions() for line in self.order_line}
        every_version = self.order_line.union(*versions.values())
        for line, existing in (
            self.env["airbag.intervention"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("order_line_id", "in", every_version.ids)],
                ["order_line_id"],
                ["visit_number:array_agg"],
            )
        ):
            numbers[line.id] = set(existing)
        return {
            line.id: set().union(*(numbers[version.id] for version in same.sudo()))
            for line, same in versions.items()
        }

    def _get_last_visit_day(self):
        """Return the last day the contract can have a visit, or False."""
        self.ensure_one()
        days = [day for day in (self._get_last_day(), self.terminated_on) if day]
        return min(days, default=False)
