# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat
from .helpdesk_ticket_category import TICKET_KINDS

#: What stage moves, buttons and answers write, and the indicators count.
WRITTEN_BY_SYSTEM = {
    "acknowledged_on",
    "acknowledgement_deadline",
    "acknowledgement_escalated_on",
    "acknowledgement_message_id",
    "acknowledgement_sent_on",
    "confirmation_message_id",
    "confirmation_requested_on",
    "confirmation_token",
    "critical_told_on",
    "customer_comment",
    "customer_confirmed",
    "customer_confirmed_on",
    "effectiveness_checked_by",
    "effectiveness_checked_on",
    "effectiveness_due",
    "effectiveness_result",
    "is_automatic_message",
    "quality_escalated_on",
    "quality_escalation_deadline",
    "reopen_count",
    "reopened_on",
    "resolution_deadline",
    "resolution_escalated_on",
    "resolution_hours",
    "resolved_on",
    "user_input_id",
}
#: Writing these may move the ticket to another stage.
MOVES_STAGE = {"category_id", "stage_id", "team_id"}


class HelpdeskTicket(models.Model):
    """A row of the *Registro de Quejas y Solicitudes*. PRO 008 §5.4.2 and §6.

    Created by Customer Care, by e-mail, by the portal, or by a bad answer to
    the satisfaction survey. Stages move as in the helpdesk; the dates below
    follow them and are what the indicators count, not ``closed_date``.
    """

    _inherit = "helpdesk.ticket"
    _check_company_auto = True

    # === FIELDS === #
    # Not indexed by its own module: a list of customers counts their complaints by it.
    partner_id = fields.Many2one(index="btree_not_null")
    kind = fields.Selection(
        selection=TICKET_KINDS,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
    )
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Contract / Quotation",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
        help="Contract the ticket is about, or quotation made from the request.",
    )
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Satisfaction Survey",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    received_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="When the customer told us; the resolution time starts here.",
    )
    acknowledged_on = fields.Datetime(
        readonly=True, copy=False, help="When the area first attended it."
    )
    resolved_on = fields.Datetime(
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="When it was last resolved; empty while open, cancelled or duplicate.",
    )
    reopened_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was last reopened; the time to resolve it counts anew from here.",
    )
    acknowledgement_deadline = fields.Datetime(compute="_compute_deadlines", store=True)
    resolution_deadline = fields.Datetime(
        compute="_compute_deadlines",
        store=True,
        help="Working hours of the area after the reception, or after the ticket was "
        "reopened, pauses out.",
    )
    resolution_hours = BlankFloat(
        compute="_compute_resolution_hours",
        store=True,
        aggregator="avg",
        help="Working hours of the area from reception to resolution, pauses out; "
        "blank until resolved.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    pause_ids = fields.One2many(
        comodel_name="airbag.ticket.pause", inverse_name="ticket_id", readonly=True
    )
    is_paused = fields.Boolean(related="stage_id.is_paused")
    reopen_count = fields.Integer(readonly=True, copy=False)
    # Ours to work with: the customer reads what we tell, not what we found.
    root_cause = fields.Text(
        groups="base.group_user",
        copy=False,
        tracking=True,
        help="Why it happened. Needed to close a complaint or claim.",
    )
    corrective_action = fields.Text(
        groups="base.group_user",
        copy=False,
        tracking=True,
        help="What was done so that it does not happen again. Needed to close a "
        "complaint or claim.",
    )

    # A bad answer opens one ticket, however often it is saved.
    _user_input_uniq = models.UniqueIndex(
        "(user_input_id) WHERE user_input_id IS NOT NULL",
        "This survey has already opened a complaint.",
    )
    # The register shows the newest first.
    _received_on_idx = models.Index("(received_on DESC, id DESC)")
    # What is late is looked for each time the register opens: among the open ones.
    _open_deadline_idx = models.Index("(resolution_deadline) WHERE resolved_on IS NULL")
    _unattended_idx = models.Index(
        "(acknowledgement_deadline) WHERE acknowledged_on IS NULL"
    )

    # === COMPUTE METHODS === #
    @api.depends("name", "number")
    def _compute_display_name(self):
        """A ticket not yet recorded is called nothing, rather than "/ - False"."""
        result = super()._compute_display_name()
        self.filtered(lambda ticket: not ticket.name).display_name = False
        return result

    @api.depends("category_id")
    def _compute_kind(self):
        for ticket in self:
            ticket.kind = ticket.category_id.kind or ticket.kind or "query"

    @api.depends("user_id", "category_id")
    def _compute_team_id(self):
        """Send the ticket to the area of its category. PRO 008 §5.4.2.

        On a form the category chosen wins over the area of who writes it; once
        recorded, :meth:`write` does the same.
        """
        for ticket in self:
            chosen = ticket.category_id != ticket._origin.category_id
            if ticket.category_id.team_id and (chosen or not ticket.team_id):
                ticket.team_id = ticket.category_id.team_id
        return super()._compute_team_id()

    @api.depends(
        "received_on",
        "reopened_on",
        "category_id",
        "team_id",
        "pause_ids.start",
        "pause_ids.stop",
    )
    def _compute_deadlines(self):
        for ticket in self:
            category = ticket.category_id
            # Who has paused the ticket has attended it: pauses do not count here.
            ticket.acknowledgement_deadline = ticket._get_deadline(
                ticket.received_on, category.target_acknowledgement_hours, pauses=False
            )
            ticket.resolution_deadline = ticket._get_deadline(
                ticket.reopened_on or ticket.received_on,
                category.target_resolution_hours,
            )

    @api.depends("received_on", "resolved_on", "pause_ids.start", "pause_ids.stop")
    def _compute_resolution_hours(self):
        """The area's calendar is no dependency: past figures stay as measured."""
        for ticket in self:
            ticket.resolution_hours = (
                ticket._get_working_hours(ticket.received_on, ticket.resolved_on)
                if ticket.received_on and ticket.resolved_on
                else False
            )

    @api.depends(
        "resolution_deadline",
        "acknowledgement_deadline",
        "acknowledged_on",
        "resolved_on",
        "stage_id",
    )
    def _compute_is_overdue(self):
        overdue = self.filtered_domain(self._get_overdue_domain())
        for ticket in self:
            ticket.is_overdue = ticket in overdue

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_overdue_domain()

    # === CONSTRAINTS === #
    @api.constrains("received_on", "resolved_on")
    def _check_received_on(self):
        for ticket in self:
            if ticket.resolved_on and ticket.received_on > ticket.resolved_on:
                raise ValidationError(
                    self.env._("A ticket cannot be resolved before it is received.")
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets.filtered(lambda ticket: not ticket.unattended):
            ticket._follow_stage(self.env["helpdesk.ticket.stage"])
        return tickets

    def write(self, vals):
        if not self.env.su and WRITTEN_BY_SYSTEM & set(vals):
            raise AccessError(
                self.env._(
                    "The dates of a ticket follow its stages and cannot be changed "
                    "by hand."
                )
            )
        if vals.get("category_id") and "team_id" not in vals:
            category = self.env["helpdesk.ticket.category"].browse(vals["category_id"])
            if category.team_id:
                vals = {**vals, "team_id": category.team_id.id}
        if not MOVES_STAGE & set(vals):
            return super().write(vals)
        origin = {ticket: ticket.stage_id for ticket in self}
        result = super().write(vals)
        for ticket, stage in origin.items():
            if ticket.stage_id != stage:
                ticket._follow_stage(stage)
        return result

    def _init_column(self, column_name):
        """Tickets older than this module were received when they were created."""
        if column_name == "received_on":
            self.env.cr.execute(
                SQL("UPDATE helpdesk_ticket SET received_on = create_date")
            )
            return None
        return super()._init_column(column_name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for ticket in self:
            if ticket.closed or ticket.reopen_count or ticket.user_input_id:
                raise UserError(
                    self.env._(
                        "%(number)s is evidence of how a complaint was resolved: "
                        "archive it instead of deleting it.",
                        number=ticket.number,
                    )
                )

    # === BUSINESS METHODS === #
    def _is_complaint(self):
        """Return whether its cause is looked for: a complaint or a claim."""
        self.ensure_one()
        return self.kind in ("complaint", "claim")

    def _after_resolution(self):
        """Hook: what resolving a ticket starts. Called once each time, as its user."""

    def _after_rejection(self):
        """Hook: what closing a ticket without resolving it starts."""

    def _after_reopening(self):
        """Hook: what reopening a ticket starts; its dates are already cleared."""
