# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

ACTIVITY_ANALYSIS = "airbag_client_mgmt.mail_activity_type_kpi_analysis"
ACTIVITY_APPROVAL = "airbag_client_mgmt.mail_activity_type_kpi_approval"
GROUP_MANAGEMENT = "airbag_client_mgmt.group_quality_reviewer"
GROUP_QUALITY = "airbag_client_mgmt.group_quality_manager"
#: Days that the analysis, and then the approval, may take.
DAYS_TO_ANALYSE = 10
DAYS_TO_APPROVE = 7


class AirbagKpiSnapshot(models.Model):
    """Who analyses a closed month and who approves it. PRO 008 §3."""

    _inherit = "airbag.kpi.snapshot"

    # === FIELDS === #
    is_missed = fields.Boolean(
        string="Target Missed",
        compute="_compute_is_missed",
        help="It needs an analysis and an action before it is approved.",
    )
    open_action_ids = fields.Many2many(
        comodel_name="airbag.improvement.action",
        string="Actions Still Open from Earlier Months",
        compute="_compute_open_action_ids",
    )
    can_approve = fields.Boolean(compute="_compute_can_approve")

    # === COMPUTE METHODS === #
    @api.depends("status")
    def _compute_is_missed(self):
        for snapshot in self:
            snapshot.is_missed = snapshot.status in ("near", "off_target")

    @api.depends("kpi_id", "company_id", "month", "action_ids.state")
    def _compute_open_action_ids(self):
        """What is being done already about the same indicator, decided earlier."""
        found = self.env["airbag.improvement.action"].search(
            [
                ("state", "=", "open"),
                ("kpi_id", "in", self.kpi_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        by_kpi = found.grouped(lambda action: (action.kpi_id, action.company_id))
        none = self.env["airbag.improvement.action"]
        for snapshot in self:
            actions = by_kpi.get((snapshot.kpi_id, snapshot.company_id), none)
            month = snapshot.month
            snapshot.open_action_ids = actions.filtered(
                lambda action, month=month: action.snapshot_id.month < month
            )

    @api.depends("state", "preparer_ids")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        management = self.env.user.has_group(GROUP_MANAGEMENT)
        for snapshot in self:
            snapshot.can_approve = (
                management
                and snapshot.state == "to_approve"
                and self.env.user not in snapshot.preparer_ids
            )

    # === ACTION METHODS === #
    def action_send(self):
        """Send analysed months to management. Called by quality.

        :raise AccessError: for anybody else
        :raise UserError: for a missed target without analysis or action
        """
        self._check_quality()
        self.lock_for_update(allow_referencing=True)
        self._check_state("draft")
        self._check_analysed()
        self._add_preparer()
        self.sudo().write({"state": "to_approve", "return_reason": False})
        self.sudo().activity_feedback([ACTIVITY_ANALYSIS])
        self._ask_for_approval()

    def action_approve(self):
        """Approve months sent by quality; nothing of them changes any more.

        :raise AccessError: for who is not of management, or prepared one of them
        :raise UserError: for one that is not waiting, or is not complete
        """
        if not self.env.user.has_group(GROUP_MANAGEMENT):
            raise AccessError(self.env._("Only management approves a closed month."))
        self.check_access("read")
        snapshots = self.sudo()
        snapshots.lock_for_update(allow_referencing=True)
        snapshots._check_state("to_approve")
        snapshots._check_analysed()
        for snapshot in snapshots:
            if self.env.user in snapshot.preparer_ids:
                raise AccessError(
                    self.env._(
                        "You analysed “%(month)s”: somebody else of management must "
                        "approve it.",
                        month=snapshot.display_name,
                    )
                )
        for company, theirs in snapshots.grouped("company_id").items():
            theirs.write(
                {
                    "state": "approved",
                    "approved_by": self.env.user.id,
                    "approved_on": company._get_service_today(),
                }
            )
        snapshots.activity_feedback([ACTIVITY_APPROVAL])

    def action_return(self):
        """Open the window that asks why the month goes back to analysis."""
        return self.env["airbag.improvement.reason"]._open(
            "snapshot_ids", self, self.env._("Return to Analysis")
        )

    # === BUSINESS METHODS === #
    def _return(self, reason):
        """Send months back to quality. Called by the window that asks why.

        :raise AccessError: for who is neither management nor quality
        :raise UserError: for a month that is not waiting for approval
        """
        if not self.env.user.has_group(GROUP_MANAGEMENT):
            raise AccessError(self.env._("Only management returns a closed month."))
        self.check_access("read")
        snapshots = self.sudo()
        snapshots.lock_for_update(allow_referencing=True)
        snapshots._check_state("to_approve")
        snapshots.write({"state": "draft", "return_reason": reason})
        for snapshot in snapshots:
            snapshot.message_post(
                body=self.env._("Returned to analysis: %(reason)s", reason=reason),
                subtype_xmlid="mail.mt_note",
            )
        snapshots.activity_unlink([ACTIVITY_APPROVAL])
        snapshots._ask_for_analysis()

    def _check_quality(self):
        if not (self.env.su or self.env.user.has_group(GROUP_QUALITY)):
            raise AccessError(
                self.env._("Only the QMS responsible sends a month for approval.")
            )
        self.check_access("write")

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for snapshot in self:
            if snapshot.state != state:
                raise UserError(
                    self.env._(
                        "“%(month)s” is in state “%(state)s”: nothing was changed.",
                        month=snapshot.display_name,
                        state=labels[snapshot.state],
                    )
                )

    def _check_not_approved(self):
        for snapshot in self.filtered(lambda one: one.state == "approved"):
            raise UserError(
                self.env._(
                    "“%(month)s” was approved and cannot change.",
                    month=snapshot.display_name,
                )
            )

    def _check_being_analysed(self):
        for snapshot in self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(month)s” waits for approval: have it returned to change its "
                    "analysis.",
                    month=snapshot.display_name,
                )
            )

    def _check_analysed(self):
        """:raise UserError: for a missed target that nobody explains or acts on"""
        for snapshot in self.filtered("is_missed"):
            if not (snapshot.analysis or "").strip():
                raise UserError(
                    self.env._(
                        "“%(month)s” missed its target (%(value)s; target %(target)s): "
                        "write the analysis first.",
                        month=snapshot.display_name,
                        value=snapshot.value_display,
                        target=snapshot.target_display,
                    )
                )
            if not snapshot._is_acted_on():
                raise UserError(
                    self.env._(
                        "“%(month)s” missed its target (%(value)s; target %(target)s): "
                        "add an improvement action first. One that is still open from "
                        "an earlier month is enough.",
                        month=snapshot.display_name,
                        value=snapshot.value_display,
                        target=snapshot.target_display,
                    )
                )

    def _is_acted_on(self):
        """Tell whether something is, or was, done about the month."""
        self.ensure_one()
        own = self.action_ids.filtered(lambda action: action.state != "cancelled")
        return bool(own or self.open_action_ids)

    def _add_preparer(self):
        """Remember who had a hand in the analysis: somebody else approves."""
        self.sudo().write({"preparer_ids": [Command.link(self.env.uid)]})

    def _ask_for_analysis(self):
        """Give the months to who analyses them: the owner, or the QMS responsible."""
        by_user = self.sudo().grouped(lambda snapshot: snapshot._get_analyst())
        for user, snapshots in by_user.items():
            snapshots._give_activity(ACTIVITY_ANALYSIS, user, DAYS_TO_ANALYSE)

    def _ask_for_approval(self):
        """Give the months to management, never to who analysed them."""
        by_user = self.sudo().grouped(lambda snapshot: snapshot._get_approver())
        for user, snapshots in by_user.items():
            if user:
                snapshots._give_activity(ACTIVITY_APPROVAL, user, DAYS_TO_APPROVE)

    def _give_activity(self, activity_type, user, days):
        """Schedule the activity in the user's language, without an e-mail for each.

        :param int days: after today, where the company works
        """
        for company, theirs in self.grouped("company_id").items():
            theirs.with_context(
                lang=user.lang, mail_activity_quick_update=True
            ).activity_schedule(
                activity_type,
                date_deadline=company._get_service_today() + timedelta(days=days),
                user_id=user.id,
            )

    def _get_analyst(self):
        """Return the owner if it is of quality, or the QMS responsible."""
        self.ensure_one()
        owner, company = self.user_id, self.company_id
        if (
            owner.active
            and company in owner.company_ids
            and owner.has_group(GROUP_QUALITY)
        ):
            return owner
        return company._get_quality_user()

    def _get_approver(self):
        """Return who of management is asked; hook for other rules."""
        self.ensure_one()
        return self.company_id._get_kpi_approvers(self.preparer_ids)[:1]
