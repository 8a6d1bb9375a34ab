# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.contexts import drop_proposed

ACTIVITY_ACTION = "airbag_client_mgmt.mail_activity_type_improvement_action"
GROUP_QUALITY = "airbag_client_mgmt.group_quality_manager"
#: What was decided: frozen once the month it belongs to went to management.
DEFINITION_FIELDS = {
    "company_id",
    "date_due",
    "description",
    "kpi_id",
    "name",
    "snapshot_id",
}
#: What the buttons write, never people.
STAMPED_FIELDS = {
    "cancel_reason",
    "done_by",
    "done_on",
    "effectiveness_checked_by",
    "effectiveness_checked_on",
    "effectiveness_result",
    "state",
}


class AirbagImprovementAction(models.Model):
    """What somebody does, by a day, so that an indicator gets better.

    Decided by quality, as a rule when the month of an indicator is analysed; its
    responsible says what came of it. Life cycle: open → done or cancelled; quality
    checks afterwards whether a done one worked. ISO 9001 §9.1.3 and §10.1.
    """

    _name = "airbag.improvement.action"
    _description = "Improvement Action"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _check_company_auto = True

    # === FIELDS === #
    name = fields.Char(string="Action", required=True, tracking=True)
    description = fields.Text(
        help="What exactly is to be done and what it is to achieve."
    )
    snapshot_id = fields.Many2one(
        comodel_name="airbag.kpi.snapshot",
        string="Month Closing",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The month of an indicator whose analysis asks for the action.",
    )
    kpi_id = fields.Many2one(related="snapshot_id.kpi_id", store=True, index=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        required=True,
        index=True,
        check_company=True,
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_due = fields.Date(string="Due Date", required=True, tracking=True)
    state = fields.Selection(
        selection=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Open after its due date, counted where the company works.",
    )
    result = fields.Text(
        copy=False, help="What was done and what came of it, by the responsible."
    )
    done_on = fields.Date(readonly=True, copy=False)
    done_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    cancel_reason = fields.Text(readonly=True, copy=False)
    effectiveness_result = fields.Selection(
        selection=[("effective", "Effective"), ("not_effective", "Not effective")],
        string="Effectiveness",
        readonly=True,
        copy=False,
        tracking=True,
        help="Whether the indicator got better, as quality found afterwards.",
    )
    effectiveness_checked_by = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    effectiveness_checked_on = fields.Date(readonly=True, copy=False)
    is_definition_locked = fields.Boolean(compute="_compute_is_definition_locked")
    can_finish = fields.Boolean(compute="_compute_can_finish")

    _done_complete = models.Constraint(
        "CHECK (state != 'done' OR (done_on IS NOT NULL AND result IS NOT NULL))",
        "An action that is done has its result and its date.",
    )
    _cancelled_complete = models.Constraint(
        "CHECK (state != 'cancelled' OR cancel_reason IS NOT NULL)",
        "An action that is cancelled says why.",
    )

    # === COMPUTE METHODS === #
    @api.depends("snapshot_id.company_id")
    def _compute_company_id(self):
        for action in self:
            action.company_id = (
                action.snapshot_id.company_id or action.company_id or self.env.company
            )

    @api.depends("state", "date_due", "company_id")
    def _compute_is_overdue(self):
        for company, actions in self.grouped("company_id").items():
            today = (company or self.env.company)._get_service_today()
            for action in actions:
                action.is_overdue = bool(
                    action.state == "open"
                    and action.date_due
                    and action.date_due < today
                )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._get_service_today())
            for company in self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        )
        return Domain("state", "=", "open") & overdue

    @api.depends("state", "snapshot_id.state")
    def _compute_is_definition_locked(self):
        for action in self:
            # The responsible may have no access to the indicators.
            month = action.sudo().snapshot_id
            sent = bool(month) and month.state != "draft"
            action.is_definition_locked = sent or action.state != "open"

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_finish(self):
        quality = self.env.user.has_group(GROUP_QUALITY)
        for action in self:
            mine = quality or action.user_id == self.env.user
            action.can_finish = mine and action.state == "open"

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Begin actions open, and tell their responsible.

        :raise UserError: for an action of a month that was sent already
        """
        actions = self
        if not self.env.su:
            for vals in vals_list:
                self._check_not_stamped(vals)
            context = drop_proposed(self.env.context, STAMPED_FIELDS)
            actions = self.with_env(self.env(context=context))
        actions = super(AirbagImprovementAction, actions).create(vals_list)
        actions = actions.with_env(self.env)
        actions._check_snapshot_open()
        actions._assign()
        return actions

    def write(self, vals):
        """Keep what was approved, and what was closed, as it is.

        :raise UserError: for what was decided of a month sent, or of a closed action
        :raise AccessError: for anybody but quality who changes what was decided
        """
        if not self.env.su:
            self._check_not_stamped(vals)
            self._check_may_decide(vals)
        self._check_kept(vals)
        result = super().write(vals)
        if "snapshot_id" in vals:
            # Nor may it join a month that is approved.
            self._check_snapshot_open()
        if {"user_id", "date_due"} & set(vals):
            self._assign()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        if self.filtered("is_definition_locked"):
            raise UserError(
                self.env._(
                    "An action that is closed, or whose month was sent for approval, "
                    "is evidence: it cannot be deleted. Cancel it instead, with the "
                    "reason."
                )
            )

    # === ACTION METHODS === #
    def action_done(self):
        """Close the action with its result. Called by its responsible or quality.

        :raise AccessError: for anybody else
        :raise UserError: without result
        """
        self.check_access("read")
        for action in self:
            if not (action.user_id == self.env.user or self._is_quality()):
                raise AccessError(
                    self.env._(
                        "Only %(user)s or the QMS responsible can mark “%(action)s” "
                        "as done.",
                        user=action.user_id.name,
                        action=action.name,
                    )
                )
            action._check_open()
            if not (action.result or "").strip():
                raise UserError(
                    self.env._(
                        "Write the result of “%(action)s” first: what was done and "
                        "what came of it.",
                        action=action.name,
                    )
                )
        for company, actions in self.sudo().grouped("company_id").items():
            actions.write(
                {
                    "state": "done",
                    "done_on": company._get_service_today(),
                    "done_by": self.env.user.id,
                }
            )
        self.sudo().activity_feedback([ACTIVITY_ACTION])

    def action_cancel(self):
        """Open the window that asks why the action is cancelled."""
        return self.env["airbag.improvement.reason"]._open(
            "action_ids", self, self.env._("Cancel the Action")
        )

    def action_effective(self):
        """Record that the action worked. Called by quality."""
        self._record_effectiveness("effective")

    def action_not_effective(self):
        """Record that the action did not work: another one is needed."""
        self._record_effectiveness("not_effective")

    # === BUSINESS METHODS === #
    def _is_quality(self):
        return self.env.su or self.env.user.has_group(GROUP_QUALITY)

    def _cancel(self, reason):
        """Cancel open actions. Called by the window that asks for the reason.

        :raise AccessError: for anybody but quality
        """
        if not self._is_quality():
            raise AccessError(
                self.env._("Only the QMS responsible cancels improvement actions.")
            )
        self.check_access("write")
        self._check_open()
        self.sudo().write({"state": "cancelled", "cancel_reason": reason})
        self.sudo().activity_unlink([ACTIVITY_ACTION])

    def _record_effectiveness(self, result):
        """:raise UserError: for an action that is not done."""
        if not self._is_quality():
            raise AccessError(
                self.env._("Only the QMS responsible checks the effectiveness.")
            )
        self.check_access("write")
        for action in self:
            if action.state != "done":
                raise UserError(
                    self.env._(
                        "“%(action)s” is not done: there is nothing to check yet.",
                        action=action.name,
                    )
                )
        for company, actions in self.sudo().grouped("company_id").items():
            actions.write(
                {
                    "effectiveness_result": result,
                    "effectiveness_checked_by": self.env.user.id,
                    "effectiveness_checked_on": company._get_service_today(),
                }
            )

    def _assign(self):
        """Give the responsible of open actions the activity, once."""
        actions = self.sudo().filtered(lambda action: action.state == "open")
        actions.activity_unlink([ACTIVITY_ACTION])
        for user, theirs in actions.grouped("user_id").items():
            for day, due in theirs.grouped("date_due").items():
                due.with_context(lang=user.lang).activity_schedule(
                    ACTIVITY_ACTION, date_deadline=day, user_id=user.id
                )

    def _check_open(self):
        for action in self:
            if action.state != "open":
                raise UserError(
                    self.env._(
                        "“%(action)s” is closed already.",
                        action=action.name,
                    )
                )

    def _check_not_stamped(self, vals):
        if STAMPED_FIELDS & set(vals):
            raise UserError(
                self.env._(
                    "Use the buttons “Done” and “Cancel” to close an improvement "
                    "action."
                )
            )

    def _check_may_decide(self, vals):
        """:raise AccessError: for who writes more than the result and is not quality"""
        decided = DEFINITION_FIELDS | {"user_id"}
        if decided & set(vals) and not self._is_quality():
            raise AccessError(
                self.env._(
                    "Only the QMS responsible decides improvement actions. Write what "
                    "you did in the result."
                )
            )

    def _check_kept(self, vals):
        """:raise UserError: for what was decided or closed, whoever writes it"""
        if DEFINITION_FIELDS & set(vals):
            locked = self.filtered("is_definition_locked")
            if locked:
                raise UserError(
                    self.env._(
                        "“%(action)s” is closed, or its month was sent for approval: "
                        "what was decided cannot change. Decide another action "
                        "instead.",
                        action=locked[:1].name,
                    )
                )
        if {"result", "user_id"} & set(vals):
            self._check_open()

    def _check_snapshot_open(self):
        """:raise UserError: for an action of a month that was sent for approval"""
        for month in self.sudo().snapshot_id:
            if month.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(month)s” was sent for approval: no action can be added to "
                        "it. Have it returned, or leave the month empty.",
                        month=month.display_name,
                    )
                )
