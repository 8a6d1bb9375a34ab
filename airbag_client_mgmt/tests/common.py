# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

#: The smallest image: a photo, or a signature.
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBg"
    b"AAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


class ClientMgmtCommon(TransactionCase):
    """A small PRO AIRBAG: one user for each role of PRO 008 §3, one customer.

    Needs no demo data.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "no_reset_password": True, "lang": "en_US"}
        )
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "America/Bogota"
        cls._create_users()
        cls.treatment = cls.env["airbag.treatment"].create(
            {
                "code": "T-DIAG",
                "name": "Test diagnosis",
                "version": "3",
                "planned_hours": 2,
                "step_ids": [
                    Command.create({"name": "Scan", "instruction": "Read the codes"}),
                    Command.create({"name": "Photograph", "mandatory": False}),
                ],
            }
        )
        cls.service = cls.env["product.product"].create(
            {
                "name": "Diagnosis service",
                "type": "service",
                "list_price": 100,
                "treatment_id": cls.treatment.id,
                "service_benefits": "Faults found before they fire",
            }
        )
        cls.airbag = cls.env["product.product"].create(
            {
                "name": "Driver airbag",
                "type": "consu",
                "list_price": 300,
                "tracking": "lot",
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Test Fleet",
                "is_company": True,
                "email": "fleet@example.com",
                "specific_needs": "Night service",
            }
        )
        cls.vehicle = cls.env["airbag.vehicle"].create(
            {"partner_id": cls.customer.id, "license_plate": "abc123"}
        )

    @classmethod
    def _create_users(cls):
        module = "airbag_client_mgmt"
        roles = {
            "salesperson": "sales_team.group_sale_salesman",
            "planner": f"{module}.group_planner",
            "technician": f"{module}.group_technician",
            "other_technician": f"{module}.group_technician",
            "care": "helpdesk_mgmt.group_helpdesk_user",
            "management": f"{module}.group_quality_reviewer",
            "quality": f"{module}.group_quality_manager",
        }
        for role, groups in roles.items():
            user = new_test_user(
                cls.env,
                login=f"test_{role}",
                name=f"Test {role}",
                email=f"{role}@example.com",
                groups=f"base.group_user,{groups}",
            )
            setattr(cls, role, user)

    @classmethod
    def _speak_english(cls, *partners):
        """Have these people, and the roles, addressed as the code is written.

        The database of the tests need not have English.
        """
        cls.env["res.lang"]._activate_lang("en_US")
        people = cls.env["res.users"].search([("login", "like", "test_")]).partner_id
        people.union(cls.company.partner_id, *partners).lang = "en_US"

    @classmethod
    def _create_contract(cls, **values):
        """Return a quotation with complete contract terms, not yet confirmed."""
        # Where the company works: at night it is still yesterday there.
        today = cls.company._get_service_today()
        line = values.pop("line", {})
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.salesperson.id,
                "require_payment": False,
                "is_service_contract": True,
                "contract_start": today,
                "contract_duration": 1,
                "contract_duration_unit": "year",
                "service_conditions": "<p>Within 48 hours</p>",
                "obligation_ids": [
                    Command.create({"party": "company", "name": "Bring the scanner"}),
                    Command.create({"party": "customer", "name": "Vehicle at hand"}),
                ],
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.service.id,
                            "visit_interval": 3,
                            "visit_interval_unit": "month",
                            **line,
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _create_intervention(cls, **values):
        """Return a visit to be planned, tomorrow, by ``technician``."""
        return cls.env["airbag.intervention"].create(
            {
                "partner_id": cls.customer.id,
                "treatment_id": cls.treatment.id,
                "vehicle_id": cls.vehicle.id,
                "user_id": cls.technician.id,
                "planned_start": fields.Datetime.now() + timedelta(days=1),
                **values,
            }
        )

    @classmethod
    def _document(cls, intervention):
        """Record what a finished visit must have."""
        intervention.step_ids.filtered("mandatory").write({"done": True})
        intervention.write({"no_products_used": True, "no_recommendations": True})

    @classmethod
    def _create_done_intervention(cls, **values):
        """Return a visit carried out by ``technician``, fully documented."""
        intervention = cls._create_intervention(**values)
        intervention.action_plan()
        intervention.action_start()
        cls._document(intervention)
        intervention.action_finish()
        return intervention
