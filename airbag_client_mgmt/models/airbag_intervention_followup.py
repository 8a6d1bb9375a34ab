# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .survey_user_input import CONTACT_STATES


class AirbagIntervention(models.Model):
    """What the customer said about a visit. PRO 008 §5.4."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    survey_input_ids = fields.One2many(
        comodel_name="survey.user_input",
        inverse_name="intervention_id",
        string="Satisfaction Surveys",
        help="At most one: the database keeps it so.",
    )
    survey_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Satisfaction Survey",
        compute="_compute_survey_input_id",
        compute_sudo=True,
    )
    survey_contact_state = fields.Selection(
        selection=CONTACT_STATES,
        string="Survey Status",
        compute="_compute_survey_input_id",
        compute_sudo=True,
    )
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="intervention_id",
        string="Complaints and Requests",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", compute_sudo=True)

    # === COMPUTE METHODS === #
    @api.depends("survey_input_ids.contact_state")
    def _compute_survey_input_id(self):
        # A slice reads alone: read the states of all surveys before.
        self.survey_input_ids.mapped("contact_state")
        for intervention in self:
            user_input = intervention.survey_input_ids[:1]
            intervention.survey_input_id = user_input
            intervention.survey_contact_state = user_input.contact_state

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for intervention in self:
            intervention.ticket_count = len(intervention.ticket_ids)

    # === ACTION METHODS === #
    def action_view_survey(self):
        """Open the satisfaction survey of this visit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Satisfaction Survey"),
            "res_model": "survey.user_input",
            "res_id": self.survey_input_id.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "airbag_client_mgmt.survey_user_input_register_view_form"
                    ).id,
                    "form",
                )
            ],
        }

    def action_view_tickets(self):
        """Open the complaints and requests about this visit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_register"
        )
        action["domain"] = [("intervention_id", "=", self.id)]
        action["context"] = {
            "default_intervention_id": self.id,
            "default_order_id": self.order_id.id,
            "default_partner_id": self.contact_id.id or self.partner_id.id,
        }
        return action

    # === BUSINESS METHODS === #
    def _get_service_date(self):
        """Return the day the service finished, in the service time zone."""
        self.ensure_one()
        if not self.finished_at:
            return None
        return self.company_id._get_service_date(self.finished_at)
