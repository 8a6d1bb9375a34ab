# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class AirbagSatisfactionAnswer(models.AbstractModel):
    """What the analyses of the answers have in common: whose answer, of which visit.

    One row for each answer of the satisfaction register that its view selects:
    of a survey that the customer finished, test entries left out. PRO 008 §5.4.3.
    """

    _name = "airbag.satisfaction.answer"
    _inherit = "airbag.group.order"
    _description = "Answer of the Satisfaction Register"

    # === FIELDS === #
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input", string="Survey Answer", readonly=True
    )
    survey_id = fields.Many2one(
        comodel_name="survey.survey", string="Questionnaire", readonly=True
    )
    question_id = fields.Many2one(comodel_name="survey.question", readonly=True)
    intervention_id = fields.Many2one(comodel_name="airbag.intervention", readonly=True)
    date = fields.Date(string="Service Date", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    contact_id = fields.Many2one(
        comodel_name="res.partner", string="Person Asked", readonly=True
    )
    technician_id = fields.Many2one(comodel_name="res.users", readonly=True)
    salesperson_id = fields.Many2one(comodel_name="res.users", readonly=True)
    treatment_id = fields.Many2one(comodel_name="airbag.treatment", readonly=True)
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Contract", readonly=True
    )
    vehicle_make = fields.Char(readonly=True)
    contact_channel = fields.Selection(
        selection=lambda self: (
            self.env["survey.user_input"]
            ._fields["contact_channel"]
            ._description_selection(self.env)
        ),
        string="Channel",
        readonly=True,
    )

    _depends = {
        "airbag.intervention": ["vehicle_id"],
        "airbag.vehicle": ["make"],
        "survey.user_input": [
            "company_id",
            "contact_channel",
            "customer_id",
            "intervention_id",
            "order_id",
            "partner_id",
            "salesperson_id",
            "satisfaction_score",
            "service_date",
            "state",
            "survey_id",
            "technician_id",
            "test_entry",
            "treatment_id",
        ],
        "survey.user_input.line": [
            "answer_type",
            "is_deciding",
            "question_asked",
            "question_id",
            "responsible_team_id",
            "score",
            "user_input_id",
            "value_char_box",
            "value_scale",
            "value_text_box",
        ],
    }

    # === ACTION METHODS === #
    def action_open_register(self):
        """Open the row of the register with all that its customer answered."""
        self.ensure_one()
        return self.user_input_id._get_register_form_action()

    # === BUSINESS METHODS === #
    def _select_answer(self) -> SQL:
        """Return the columns of the fields above; hook for more of them."""
        return SQL(
            """
            line.id, line.user_input_id, answer.survey_id, line.question_id,
            answer.intervention_id, answer.service_date AS date, answer.company_id,
            answer.customer_id, answer.partner_id AS contact_id,
            answer.technician_id, answer.salesperson_id, answer.treatment_id,
            answer.order_id, vehicle.make AS vehicle_make, answer.contact_channel
            """
        )

    def _from_answer(self) -> SQL:
        """Return the tables; the outer joins cost nothing while not asked for."""
        return SQL(
            """
            survey_user_input_line line
            JOIN survey_user_input answer ON answer.id = line.user_input_id
            LEFT JOIN survey_question question ON question.id = line.question_id
            LEFT JOIN airbag_intervention visit ON visit.id = answer.intervention_id
            LEFT JOIN airbag_vehicle vehicle ON vehicle.id = visit.vehicle_id
            """
        )

    def _where_answer(self) -> SQL:
        """Return which answers of the register count."""
        return SQL(
            """
            answer.intervention_id IS NOT NULL
            AND answer.state = 'done'
            AND answer.test_entry IS NOT TRUE
            """
        )
