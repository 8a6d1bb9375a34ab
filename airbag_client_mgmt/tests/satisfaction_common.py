# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import new_test_user

from .common import ClientMgmtCommon

QUESTIONS = ("overall", "punctuality", "quality", "staff", "recommend", "comment")


class SatisfactionCommon(ClientMgmtCommon):
    """A register with answers of two customers, three months apart."""

    #: When the visit finished, and the answers as the survey page sends them.
    HISTORY = (
        (
            datetime(2026, 1, 10, 15),
            {"overall": "5", "punctuality": "4", "recommend": "10"},
        ),
        (
            datetime(2026, 1, 20, 15),
            {"overall": "2", "punctuality": "1", "recommend": "3", "comment": "Late"},
        ),
        (datetime(2026, 1, 31, 23), {"overall": "3", "quality": "2", "recommend": ""}),
        # Still March in Bogota.
        (
            datetime(2026, 4, 1, 3),
            {"overall": "4", "staff": "5", "recommend": "7", "comment": "<b>Good</b>"},
        ),
        (
            datetime(2026, 4, 9, 15),
            {"overall": "5", "quality": "5", "comment": "Fast"},
        ),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.salesperson
        cls.other_seller = new_test_user(
            cls.env, login="test_other_seller", groups="sales_team.group_sale_salesman"
        )
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Other Fleet", "user_id": cls.other_seller.id}
        )
        cls.other_treatment = cls.treatment.copy({"code": "T-OTHER"})
        cls.vehicle.make = "Toyota"
        cls.survey = cls.env.ref("airbag_client_mgmt.satisfaction_survey")
        cls.questions = {
            name: cls.env.ref(f"airbag_client_mgmt.satisfaction_question_{name}")
            for name in QUESTIONS
        }
        cls.answers = cls.env["survey.user_input"]
        for number, (finished_at, answers) in enumerate(cls.HISTORY):
            other = number % 2
            cls.answers |= cls._create_answer(
                finished_at,
                answers,
                partner_id=(cls.other_customer if other else cls.customer).id,
                vehicle_id=False if other else cls.vehicle.id,
                user_id=(cls.other_technician if other else cls.technician).id,
                treatment_id=(cls.other_treatment if number > 2 else cls.treatment).id,
            )
        cls.env.flush_all()

    @classmethod
    def _create_owed(cls, finished_at, **values):
        """Return the survey due for a visit that finished then, not answered."""
        visit = cls._create_intervention(**values)
        visit.write({"state": "planned", "booking_override_reason": "Test"})
        visit.action_start()
        cls._document(visit)
        visit.write(
            {"started_at": finished_at.replace(minute=0), "finished_at": finished_at}
        )
        visit.action_finish()
        return cls.env["survey.user_input"].sudo()._create_obligations(visit)

    @classmethod
    def _create_answer(cls, finished_at, answers, **values):
        owed = cls._create_owed(finished_at, **values)
        owed._record_answers(
            {cls.questions[name]: value for name, value in answers.items()}, "phone"
        )
        return owed
