# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import scoring


class ResCompany(models.Model):
    """How a company asks its customers about a service. PRO 008 §5.4.1."""

    _inherit = "res.company"

    # === FIELDS === #
    satisfaction_survey_id = fields.Many2one(
        comodel_name="survey.survey",
        default=lambda self: self._get_default_satisfaction_survey(),
        domain=[("is_satisfaction_survey", "=", True)],
        ondelete="restrict",
        index="btree_not_null",
        help="Questionnaire sent after each service. Leave empty to send none.",
    )
    survey_contact_days = fields.Integer(
        string="Days to Contact the Customer",
        default=5,
        help="Calendar days after the day of the service in which the customer "
        "must be contacted (PRO 008 §5.4.1).",
    )
    survey_min_gap_days = fields.Integer(
        string="Days Between Two Surveys",
        default=0,
        help="A customer asked less than this number of days ago is not asked "
        "again: the survey is waived and says why. 0 asks after every service.",
    )
    survey_reminder_days = fields.Integer(
        string="Days to Remind the Customer",
        default=2,
        help="Days after the e-mail with the survey on which who has not answered is "
        "reminded, once, before the deadline. 0 reminds nobody.",
    )
    survey_since = fields.Date(
        string="Ask about Services since",
        help="Services finished before this day owe no survey: those of before the "
        "system was used. Empty asks about all.",
    )
    satisfaction_ticket_threshold = fields.Integer(
        string="Score that Opens a Complaint",
        default=2,
        help="On a scale of 1 to 5: an answer at or below this score opens a "
        "complaint in the responsible area. 0 never opens one.",
    )

    _survey_contact_days_positive = models.Constraint(
        "CHECK (survey_contact_days >= 0)",
        "The days to contact the customer cannot be negative.",
    )
    _survey_min_gap_days_positive = models.Constraint(
        "CHECK (survey_min_gap_days >= 0)",
        "The days between two surveys cannot be negative.",
    )
    _survey_reminder_days_positive = models.Constraint(
        "CHECK (survey_reminder_days >= 0)",
        "The days to remind the customer cannot be negative.",
    )

    # === CONSTRAINTS === #
    @api.constrains("satisfaction_ticket_threshold")
    def _check_satisfaction_ticket_threshold(self):
        for company in self:
            if not 0 <= company.satisfaction_ticket_threshold < scoring.SATISFIED:
                raise ValidationError(
                    self.env._(
                        "The score that opens a complaint must be between 0 and "
                        "3: from 4 on the customer is satisfied."
                    )
                )

    # === BUSINESS METHODS === #
    def _get_default_satisfaction_survey(self):
        """Return the questionnaire shipped with the module, for new companies."""
        return self.env.ref(
            "airbag_client_mgmt.satisfaction_survey", raise_if_not_found=False
        )

    @api.model
    def _init_satisfaction_survey(self):
        """Give the shipped questionnaire to the companies that have none.

        Called once by the data file, since the companies exist before it.
        """
        survey = self._get_default_satisfaction_survey()
        self.sudo().search([("satisfaction_survey_id", "=", False)]).write(
            {"satisfaction_survey_id": survey.id}
        )

    def _get_quality_user(self):
        """Return a QMS responsible of the company, the last resort of activities."""
        self.ensure_one()
        group = self.env.ref("airbag_client_mgmt.group_quality_manager")
        users = self.env["res.users"].sudo()
        domain = [("all_group_ids", "in", group.ids), ("share", "=", False)]
        own = users.search([*domain, ("company_ids", "in", self.ids)], limit=1)
        return own or self.env.user
