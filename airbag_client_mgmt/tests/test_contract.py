# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .contract_common import ContractCase

CATEGORY = "airbag_client_mgmt.product_category_srs"


@tagged("post_install", "-at_install")
class TestContractTerms(ContractCase):
    """PRO 008 §5.2.2-3: the terms of the contract, from quotation to signature."""

    def test_the_template_gives_every_term_but_the_start(self):
        order = self._create_quotation(start=False)
        self.assertTrue(order.is_service_contract)
        self.assertEqual(order.contract_duration, 1)
        self.assertEqual(order.contract_duration_unit, "year")
        self.assertIn("Warranty", order.service_conditions)
        self.assertEqual(
            set(order.obligation_ids.mapped("party")), {"company", "customer"}
        )
        self.assertEqual(order.order_line.mapped("visit_interval"), [3, 6])
        self.assertFalse(order.contract_end)
        self.assertEqual(order.contract_state, "draft")

    def test_each_service_has_a_quotation_template(self):
        services = self.env["product.product"].search(
            [
                ("treatment_id", "!=", False),
                ("categ_id", "=", self.env.ref(CATEGORY).id),
            ]
        )
        self.assertGreaterEqual(len(services), 6)
        for service in services:
            template = self.env["sale.order.template"].search(
                [("sale_order_template_line_ids.product_id", "=", service.id)],
                order="is_service_contract, sequence desc",
                limit=1,
            )
            form = Form(self.env["sale.order"].with_user(self.salesman))
            form.partner_id = self.customer
            form.sale_order_template_id = template
            order = form.save()
            self.assertIn(service, order.order_line.product_id, template.name)
            self.assertTrue(order.service_conditions, template.name)
            self.assertTrue(order.require_signature, template.name)

    def test_obligations_are_copied_when_created_outside_the_form(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "sale_order_template_id": self.template.id,
            }
        )
        self.assertEqual(
            len(order.obligation_ids), len(self.template.obligation_template_ids)
        )

    def test_the_last_day_is_inclusive(self):
        for start, duration, unit, end in (
            (date(2026, 1, 1), 1, "year", date(2026, 12, 31)),
            (date(2024, 2, 29), 1, "year", date(2025, 2, 27)),
            (date(2026, 1, 31), 1, "month", date(2026, 2, 27)),
        ):
            order = self._create_quotation(
                start, contract_duration=duration, contract_duration_unit=unit
            )
            self.assertEqual(order.contract_end, end)

    def test_an_open_ended_contract_has_no_last_day(self):
        order = self._create_contract(contract_duration=0, is_open_ended=True)
        self.assertFalse(order.contract_end)
        self.assertEqual(order.renewal_state, "not_due")
        self.assertEqual(order.order_line.mapped("promised_visit_count"), [0, 0])

    def test_promised_visits_are_counted_within_the_term(self):
        order = self._create_quotation()
        self.assertEqual(order.order_line.mapped("promised_visit_count"), [4, 2])
        order.order_line[0].visit_interval = 0
        self.assertEqual(order.order_line[0].promised_visit_count, 1)
        order.is_service_contract = False
        self.assertEqual(order.order_line.mapped("promised_visit_count"), [1, 1])

    def test_confirming_names_each_missing_term(self):
        order = self._create_bare_contract()
        with self.assertRaises(UserError) as capture:
            order.action_confirm()
        for term in (
            "first day",
            "duration",
            "conditions",
            "frequency",
            "obligations of the company",
            "obligations of the customer",
        ):
            self.assertIn(term, str(capture.exception))
        self.assertEqual(order.state, "draft")

    def test_an_incomplete_contract_is_neither_sent_nor_signed(self):
        order = self._create_quotation(start=False)
        with self.assertRaisesRegex(UserError, "first day"):
            order.action_quotation_send()
        with self.assertRaisesRegex(UserError, "first day"):
            order.action_quotation_sent()
        self.assertFalse(order._has_to_be_signed())
        order.contract_start = date(2026, 1, 1)
        self.assertTrue(order._has_to_be_signed())

    def test_an_order_that_is_no_contract_needs_no_terms(self):
        order = self._create_bare_contract()
        order.is_service_contract = False
        order.action_confirm()
        self.assertFalse(order.contract_state)
        self.assertFalse(order.renewal_state)

    @mute_logger("odoo.sql_db")
    def test_negative_terms_are_refused(self):
        order = self._create_quotation(start=False)
        for record, fname in (
            (order, "contract_duration"),
            (order.order_line[0], "visit_interval"),
            (order.obligation_ids[0], "due_days"),
        ):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                record[fname] = -1
                record.flush_recordset()
            record.invalidate_recordset()

    def test_signed_terms_are_frozen(self):
        order = self._create_contract()
        attempts = (
            lambda: order.write({"contract_start": date(2026, 2, 1)}),
            lambda: order.write({"service_conditions": "<p>Other</p>"}),
            lambda: order.write({"sale_order_template_id": False}),
            lambda: order.write({"is_service_contract": False}),
            lambda: order.order_line[0].write({"visit_interval": 1}),
            lambda: order.order_line[0].write({"price_unit": 1}),
            lambda: order.write(
                {
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.env.ref(
                                    "airbag_client_mgmt.product_rep"
                                ).id
                            }
                        )
                    ]
                }
            ),
            lambda: order.obligation_ids[0].write({"name": "Less"}),
            lambda: order.obligation_ids[0].unlink(),
            lambda: order.write({"obligation_ids": [Command.create({"name": "More"})]}),
        )
        for attempt in attempts:
            with self.assertRaisesRegex(UserError, "were signed"):
                attempt()
        order.obligation_ids[0].write({"state": "fulfilled", "evidence": "Report 1"})

    def test_a_signed_contract_is_not_revised(self):
        order = self._create_contract()
        with self.assertRaisesRegex(UserError, "were signed"):
            order.create_revision()
        self.assertEqual(order.state, "sale")

    def test_signing_assigns_the_obligations(self):
        order = self._create_quotation()
        order.obligation_ids[0].user_id = self.other_salesman
        order.action_confirm()
        self.assertEqual(order.obligation_ids[0].user_id, self.other_salesman)
        self.assertEqual(order.obligation_ids[1:].user_id, self.salesman)

    def test_a_signed_contract_is_not_cancelled(self):
        with freeze_time("2026-03-01"):
            order = self._create_contract()
            with self.assertRaisesRegex(UserError, "Terminate"):
                order.action_cancel()
        with freeze_time("2025-12-01"):
            order = self._create_contract()
            order.action_cancel()
            self.assertFalse(order.contract_state)

    def test_the_due_date_of_an_obligation_follows_the_start(self):
        order = self._create_quotation()
        dated = order.obligation_ids.filtered("due_days")
        self.assertEqual(
            sorted(dated.mapped("date_due")), [date(2026, 1, 11), date(2026, 1, 16)]
        )
        order.contract_start = date(2026, 2, 1)
        self.assertEqual(
            sorted(dated.mapped("date_due")), [date(2026, 2, 11), date(2026, 2, 16)]
        )

    def test_a_breach_needs_evidence(self):
        obligation = self._create_contract().obligation_ids[0]
        with self.assertRaisesRegex(UserError, "evidence"):
            obligation.action_breach()
        obligation.evidence = "No report of the visit of March"
        obligation.action_breach()
        self.assertEqual(obligation.state, "breached")

    def test_a_treatment_is_only_for_services(self):
        with self.assertRaisesRegex(ValidationError, "Service"):
            self.env["product.template"].create(
                {
                    "name": "Sensor",
                    "type": "consu",
                    "treatment_id": self.env.ref(
                        "airbag_client_mgmt.treatment_diag"
                    ).id,
                }
            )


@tagged("post_install", "-at_install")
class TestContractState(ContractCase):
    """PRO 008 §5.2.3: signed, active, ended, terminated."""

    def test_the_state_follows_the_calendar(self):
        with freeze_time("2025-12-15"):
            order = self._create_contract()
            self.assertEqual(order.contract_state, "signed")
        for day, state in (
            ("2026-01-01", "active"),
            ("2026-12-31", "active"),
            ("2027-01-01", "ended"),
        ):
            with freeze_time(day):
                self.assertIn(
                    order,
                    order.search(order._get_contracts_to_refresh_domain()) | order,
                )
                order._do_refresh_contracts()
                self.assertEqual(order.contract_state, state, day)

    def test_the_state_changes_at_midnight_where_the_company_works(self):
        self.company.resource_calendar_id.tz = "America/Lima"
        with freeze_time("2026-01-01 04:59:00"):
            order = self._create_contract()
            self.assertEqual(order.contract_state, "signed")
        with freeze_time("2026-01-01 05:00:00"):
            order._do_refresh_contracts()
            self.assertEqual(order.contract_state, "active")
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("airbag_client_mgmt.ir_cron_renewals").id)]
        )
        self.assertIn(
            "2026-01-01 05:00:00", triggers.mapped(lambda trigger: str(trigger.call_at))
        )

    def test_the_scheduled_action_ends_contracts(self):
        with freeze_time("2025-12-15"):
            order = self._create_contract()
        with freeze_time("2027-03-15"), self.enter_registry_test_mode():
            self.env.ref("airbag_client_mgmt.ir_cron_renewals").method_direct_trigger()
        self.assertEqual(order.contract_state, "ended")

    def test_termination_keeps_day_and_reason(self):
        with freeze_time("2026-05-01"):
            order = self._create_contract()
            action = order.action_terminate()
            wizard = Form(
                self.env[action["res_model"]]
                .with_user(self.salesman)
                .with_context(**action["context"])
            )
            wizard.date = date(2026, 5, 31)
            wizard.reason_id = self.reason
            wizard.save().action_apply()
            self.assertEqual(order.contract_state, "active")
            self.assertEqual(order.renewal_state, "lost")
            days = {
                self.company._get_service_date(visit.planned_start)
                for visit in order._get_open_visits()
            }
            self.assertTrue(days)
            self.assertLessEqual(max(days), date(2026, 5, 31))
        with freeze_time("2026-05-31"):
            order._do_refresh_contracts()
            self.assertEqual(order.contract_state, "terminated")
        self.assertEqual(order.termination_reason_id, self.reason)
        with self.assertRaisesRegex(UserError, "not in force"):
            order.action_terminate()

    def test_termination_is_within_the_term(self):
        with freeze_time("2026-05-01"):
            order = self._create_contract()
            with self.assertRaisesRegex(UserError, "ends on"):
                order._terminate(date(2027, 1, 1), self.reason)
            with self.assertRaisesRegex(UserError, "began on"):
                order._terminate(date(2025, 12, 31), self.reason)


@tagged("post_install", "-at_install")
class TestContractAccess(ContractCase):
    """PRO 008 §3: who may see and change contracts and obligations."""

    def test_a_salesperson_sees_own_contracts_and_obligations_only(self):
        order = self._create_contract()
        self.assertEqual(order.user_id, self.salesman)
        obligation = order.obligation_ids[0]
        obligation.with_user(self.salesman).evidence = "Done"
        with self.assertRaises(AccessError):
            obligation.with_user(self.other_salesman).read(["name"])

    def test_management_reads_but_does_not_write(self):
        order = self._create_contract()
        obligation = order.obligation_ids[0].with_user(self.reviewer)
        self.assertTrue(obligation.name)
        self.assertTrue(order.with_user(self.reviewer).order_line.mapped("name"))
        with self.assertRaises(AccessError):
            obligation.write({"evidence": "Mine"})
        with self.assertRaises(AccessError):
            order.with_user(self.reviewer).write({"client_order_ref": "Mine"})

    def test_reasons_are_kept_by_quality(self):
        with self.assertRaises(AccessError):
            self.reason.with_user(self.salesman).name = "Other"
        self.assertTrue(self.reason.with_user(self.salesman).name)

    def test_another_company_sees_nothing(self):
        order = self._create_contract()
        company = self.env["res.company"].create({"name": "Other"})
        self.salesman.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        found = (
            self.env["airbag.contract.obligation"]
            .with_user(self.salesman)
            .search([("order_id", "=", order.id)])
        )
        self.assertFalse(found)

    def test_the_lists_cost_the_same_for_one_and_for_twenty(self):
        contracts = self.env["sale.order"].browse()
        for _number in range(20):
            contracts |= self._create_contract()
        fnames = [
            "contract_state",
            "renewal_state",
            "contract_end",
            "renewal_order_count",
        ]
        self.env.flush_all()

        def count(orders):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            orders.read(fnames)
            return self.env.cr.sql_log_count - start

        count(contracts[:1])
        self.assertEqual(count(contracts[:1]), count(contracts))
