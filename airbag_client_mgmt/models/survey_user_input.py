# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import scoring
from ..tools.blank_float import BlankFloat

CONTACT_STATES = [
    ("pending", "To contact"),
    ("contacted", "Contacted"),
    ("answered", "Answered"),
    ("overdue", "Overdue"),
    ("waived", "Waived"),
]
CONTACT_CHANNELS = [
    ("email", "Email"),
    ("phone", "Phone"),
    ("whatsapp", "WhatsApp"),
    ("in_person", "In person"),
    ("paper", "On paper or in another system"),
]
#: What people write by hand on a row of the register; the rest is written by
#: the buttons and by the customer's answer.
EDITABLE_BY_HAND = {
    "active",
    "activity_ids",
    "analysis",
    "contact_user_id",
    "improvement_area_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}


class SurveyUserInput(models.Model):
    """A row of the *Registro de Satisfacción del Cliente*. PRO 008 §5.4 and §6.

    Created by the scheduled action, one for each done intervention. Life
    cycle: to contact → contacted → answered; overdue when nobody made contact
    by the deadline; waived by quality. ``contact_deadline`` is a date: the
    last day, in the company's service time zone, on which contact is in time.
    """

    _inherit = "survey.user_input"

    # === FIELDS === #
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        related="intervention_id.company_id", store=True, index="btree_not_null"
    )
    order_id = fields.Many2one(
        related="intervention_id.order_id", store=True, index="btree_not_null"
    )
    customer_id = fields.Many2one(
        related="intervention_id.partner_id",
        string="Customer",
        store=True,
        index="btree_not_null",
    )
    treatment_id = fields.Many2one(
        related="intervention_id.treatment_id", store=True, index="btree_not_null"
    )
    technician_id = fields.Many2one(
        related="intervention_id.user_id",
        string="Technician",
        store=True,
        index="btree_not_null",
    )
    salesperson_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_salesperson_id",
        store=True,
        index="btree_not_null",
        help="Of the contract; without contract, of the customer.",
    )
    service_date = fields.Date(
        compute="_compute_service_date",
        store=True,
        help="Day the service finished, in the company's service time zone.",
    )
    contact_deadline = fields.Date(
        readonly=True,
        copy=False,
        help="Last day to contact the customer (PRO 008 §5.4.1).",
    )
    contact_state = fields.Selection(
        selection=CONTACT_STATES,
        string="Contact Status",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    contacted_on = fields.Datetime(readonly=True, copy=False)
    contact_channel = fields.Selection(
        selection=CONTACT_CHANNELS, readonly=True, copy=False
    )
    contact_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Contacted by",
        copy=False,
        help="Who made contact or recorded the answers.",
    )
    waive_reason = fields.Char(readonly=True, copy=False, tracking=True)
    satisfaction_score = BlankFloat(
        compute="_compute_satisfaction",
        store=True,
        aggregator="avg",
        digits=(3, 1),
        help="Answer to the question that decides, on a scale of 1 to 5; blank "
        "while unanswered.",
    )
    is_satisfied = fields.Boolean(
        compute="_compute_satisfaction",
        string="Satisfied",
        store=True,
        help="The question that decides got one of the top two of five. Means "
        "something only when answered.",
    )
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="user_input_id",
        string="Complaints",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)
    improvement_area_ids = fields.Many2many(
        comodel_name="airbag.improvement.area",
        relation="airbag_survey_improvement_area_rel",
    )
    analysis = fields.Text(
        help="What the answer teaches and what will be improved (PRO 008 §5.4.3)."
    )

    # The register shows those first that are due last.
    _contact_deadline_idx = models.Index(
        "(contact_deadline DESC, id DESC) WHERE intervention_id IS NOT NULL"
    )
    # One survey per intervention, whichever server created it.
    _intervention_uniq = models.UniqueIndex(
        "(intervention_id) WHERE intervention_id IS NOT NULL",
        "This intervention already has its satisfaction survey.",
    )

    # === COMPUTE METHODS === #
    @api.depends("intervention_id.order_id.user_id", "intervention_id.partner_id")
    def _compute_salesperson_id(self):
        for user_input in self:
            intervention = user_input.intervention_id
            user_input.salesperson_id = (
                intervention.order_id.user_id or intervention.partner_id.user_id
            )

    @api.depends("intervention_id.finished_at")
    def _compute_service_date(self):
        """The day of the service; one reopened to be corrected keeps its day."""
        for user_input in self:
            intervention = user_input.intervention_id
            user_input.service_date = intervention and (
                intervention._get_service_date() or user_input.service_date
            )

    @api.depends(
        "state",
        "intervention_id",
        "user_input_line_ids.score",
        "user_input_line_ids.is_deciding",
    )
    def _compute_satisfaction(self):
        """Score by the answer that decided on the day it was given."""
        for user_input in self:
            score = False
            if user_input.intervention_id and user_input.state == "done":
                lines = user_input.user_input_line_ids
                score = lines.filtered("is_deciding")[:1].score
            user_input.satisfaction_score = score
            user_input.is_satisfied = score and scoring.is_satisfied(score)

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for user_input in self:
            user_input.ticket_count = len(user_input.ticket_ids)

    @api.depends("intervention_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for user_input in self.filtered("intervention_id"):
            intervention = user_input.sudo().intervention_id
            user_input.display_name = (
                f"{intervention.name} · {intervention.partner_id.display_name}"
            )
        return result

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        owed = any(vals.get("intervention_id") for vals in vals_list)
        if owed and not self.env.su:
            raise AccessError(
                self.env._("The surveys of interventions are created by the system.")
            )
        return super().create(vals_list)

    def write(self, vals):
        self._check_register_write(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_register(self):
        if self.filtered("intervention_id"):
            raise UserError(
                self.env._(
                    "The satisfaction register is evidence: a survey of an "
                    "intervention cannot be deleted. Quality may waive it."
                )
            )

    def _check_register_write(self, vals):
        """Keep the register's facts out of reach of manual changes.

        :raise AccessError: when a user writes what buttons and customers write.
        """
        if self.env.su or set(vals) <= EDITABLE_BY_HAND:
            return
        if "intervention_id" in vals or self.filtered("intervention_id"):
            raise AccessError(
                self.env._(
                    "The answers and dates of the satisfaction register cannot be "
                    "changed by hand. Use the buttons of the form."
                )
            )

    # === BUSINESS METHODS === #
    def get_formview_id(self, access_uid=None):
        """Open the rows of the register with the register's own form."""
        if self.intervention_id:
            return self.env.ref(
                "airbag_client_mgmt.survey_user_input_register_view_form"
            ).id
        return super().get_formview_id(access_uid=access_uid)

    def _get_service_today(self):
        """Return today in the time zone the service days are counted in."""
        self.ensure_one()
        return self.company_id._get_service_today()

    @api.model
    def _get_contact_deadline(self, intervention):
        """Return the last day to contact: service day + N calendar days."""
        days = intervention.company_id.survey_contact_days
        return intervention._get_service_date() + timedelta(days=days)
