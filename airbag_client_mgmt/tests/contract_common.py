# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user

from odoo.addons.mail.tests.common import MailCase


class ContractCase(MailCase, TransactionCase):
    """A customer, its salespeople and a complete quotation of a contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "UTC"
        cls.salesman = new_test_user(
            cls.env,
            "contract_salesman",
            "sales_team.group_sale_salesman",
            email="salesman@example.com",
            lang="en_US",
        )
        cls.other_salesman = new_test_user(
            cls.env, "contract_other", "sales_team.group_sale_salesman"
        )
        cls.reviewer = new_test_user(
            cls.env,
            "contract_reviewer",
            "airbag_client_mgmt.group_quality_reviewer",
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Flota Andina",
                "email": "flota@example.com",
                "lang": "en_US",
                "is_company": True,
                "specific_needs": "Thirty vans always on the road",
                "special_requirements": "Visits on Saturdays",
            }
        )
        cls.template = cls.env.ref("airbag_client_mgmt.sale_order_template_annual")
        cls.reason = cls.env.ref("airbag_client_mgmt.contract_reason_price")
        cls.lost_reason = cls.env.ref("airbag_client_mgmt.contract_reason_lost_price")

    @classmethod
    def _create_quotation(cls, start=date(2026, 1, 1), **values):
        """Return a quotation made as a salesperson does: from the template."""
        form = Form(cls.env["sale.order"].with_user(cls.salesman))
        form.partner_id = cls.customer
        form.sale_order_template_id = cls.template
        # Nobody is asked for the salesperson's rights in what tests prepare.
        order = form.save().with_env(cls.env)
        order.write({"contract_start": start, **values})
        return order

    @classmethod
    def _create_contract(cls, start=date(2026, 1, 1), **values):
        order = cls._create_quotation(start, **values)
        order.action_confirm()
        return order

    @classmethod
    def _create_bare_contract(cls):
        """Return a quotation marked as a contract, without any term."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "is_service_contract": True,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.env.ref(
                                "airbag_client_mgmt.product_diag"
                            ).id
                        }
                    )
                ],
            }
        )


class ContractYearCase(ContractCase):
    """A contract of 2026, all of whose visits are planned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.visit_horizon_days = 400
        with freeze_time("2026-01-01"):
            cls.contract = cls._create_contract()
