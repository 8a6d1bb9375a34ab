# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may import history, and that nothing else gets around the guards by it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .import_common import ImportCommon

KINDS = ("customer", "contract", "intervention", "survey", "ticket")


@tagged("post_install", "-at_install")
class TestImportGuards(ImportCommon):
    @users(
        "test_salesperson",
        "test_planner",
        "test_technician",
        "test_care",
        "test_management",
    )
    def test_others_may_not(self):
        for kind in KINDS:
            model = self.env[f"airbag.import.{kind}"]
            for operation in ("read", "create", "write", "unlink"):
                self.assertFalse(model.has_access(operation))
            with self.assertRaises(AccessError):
                model.create({"external_id": "X"})

    @users("test_quality")
    def test_quality_may(self):
        for kind in KINDS:
            model = self.env[f"airbag.import.{kind}"]
            self.assertTrue(model.has_access("create") and model.has_access("write"))
            self.assertFalse(model.has_access("unlink"))

    def test_mark_is_the_imports(self):
        """Nobody marks a record, nor takes the mark away, however it is tried."""
        visit = self._create_intervention()
        order = self._create_contract()
        for record in (visit, order, self.customer):
            for user in (self.quality, self.env.ref("base.user_admin")):
                with self.assertRaises(AccessError):
                    record.with_user(user).with_context(
                        history_import=True
                    ).imported_on = "2020-01-01 00:00:00"
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.care).create(
                {"name": "x", "description": "x", "imported_on": "2020-01-01 00:00:00"}
            )
        done = self._import_right("intervention", self._visit_row())
        with self.assertRaises(UserError):
            done.with_user(self.quality).imported_on = False

    def test_the_leave_to_write_history_ends_with_it(self):
        """Nothing else of the same transaction is written as history."""
        here = self._create_done_intervention()
        old = self._import_right("intervention", self._visit_row())
        ticket = self._import_right("ticket", self._ticket_row(resolved_on=""))
        for record in (here, old):
            for env in (self.env, self.env(user=self.quality), self.env(su=True)):
                with self.assertRaises(UserError):
                    record.with_env(env).findings = "Other"
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(UserError):
            ticket.sudo().stage_id = done
        made = self.env["airbag.import.intervention"].sudo().search([]).record_id
        self.assertNotIn("history_import", made.env.context)

    def test_a_row_speaks_of_its_own_record_only(self):
        """Nobody points a row to what was recorded here, to write to it as history."""
        here = self._create_done_intervention(findings="Ours")
        model = self.env["airbag.import.intervention"].with_user(self.quality)
        vals = {
            "external_id": "INT-1",
            "customer": "Test Fleet",
            "treatment": "T-DIAG",
            "started_at": "2023-01-18 14:00:00",
            "record_id": here.id,
            "company_id": self.env["res.company"].create({"name": "Other"}).id,
        }
        row = model.create(vals)
        self.assertNotEqual(row.record_id, here)
        self.assertEqual(row.company_id, self.company)
        row.write({"record_id": here.id, "findings": "Theirs"})
        self.assertNotEqual(row.record_id, here)
        model.with_context(import_corrected=row.id).load(
            ["external_id", ".id", "record_id/.id", "findings"],
            [["INT-1", str(row.id), str(here.id), "Also theirs"]],
        )
        self.assertNotEqual(row.record_id, here)
        self.assertEqual(here.findings, "Ours")

    def test_imported_customers_are_merged_like_others(self):
        """With one recorded here, either way; the survivor stays what it was."""
        merge = self.env["base.partner.merge.automatic.wizard"]._merge
        old = self._import_right("customer", {"external_id": "A", "name": "Old"})
        visit = self._import_right(
            "intervention", self._visit_row(customer="A", license_plate="")
        )
        merge((old | self.customer).ids, self.customer)
        self.assertFalse(old.exists())
        self.assertFalse(self.customer.imported_on)
        self.assertEqual(visit.partner_id, self.customer)
        row = self.env["airbag.import.customer"].search([])
        self.assertEqual(row.record_id, self.customer)
        kept = self._import_right("customer", {"external_id": "B", "name": "Kept"})
        merge((kept | self.customer).ids, kept)
        self.assertTrue(kept.imported_on)
        self.assertFalse(self.customer.exists())

    def test_imported_is_locked(self):
        """What was imported is as locked as what was done here."""
        contract = self._import_right("contract", self._contract_row())
        visit = self._import_right("intervention", self._visit_row())
        answer = self._import_right("survey", self._survey_row())
        quality = self.quality
        with self.assertRaises(UserError):
            contract.with_user(self.salesperson).contract_duration = 6
        with self.assertRaises(UserError):
            visit.with_user(quality).findings = "Other"
        with self.assertRaises(UserError):
            visit.with_user(quality).product_ids.quantity = 5
        with self.assertRaises(AccessError):
            answer.with_user(quality).contact_channel = "phone"
        with self.assertRaises(UserError):
            visit.with_user(quality).unlink()
        row = self.env["airbag.import.intervention"].search([])
        with self.assertRaises(UserError):
            row.unlink()

    def test_reopened_is_as_any_other(self):
        """Quality that reopens an imported visit documents it as those of today."""
        self.airbag.tracking = "lot"
        visit = self._import_right(
            "intervention", self._visit_row(products_used="AB-1*2")
        )
        self.assertEqual(visit.state, "done")
        visit.with_user(self.quality).action_reopen()
        with self.assertRaises(UserError):
            visit.with_user(self.quality).action_finish()

    def test_by_hand(self):
        """A single old record may be typed in too, and is checked alike."""
        model = self.env["airbag.import.customer"].with_user(self.quality)
        with self.assertRaises(UserError):
            model.create({"external_id": "CLI-1"})
        row = model.create({"external_id": "CLI-1", "name": "By hand"})
        self.assertTrue(row.record_id.imported_on)
        row.name = "By hand, corrected"
        self.assertEqual(row.record_id.name, "By hand, corrected")
        with self.assertRaises(UserError):
            row.external_id = "CLI-2"

    def test_queries(self):
        """Hundreds of rows cost the same queries as some, but for writing them."""

        def count(first, number, **values):
            rows = [
                self._visit_row(n, license_plate=f"P{n:05}", **values)
                for n in range(first, first + number)
            ]
            content = self._to_csv("intervention", rows)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self._upload("airbag.import.intervention", content, "x.csv")
            self.env.flush_all()
            self.assertEqual(len(result["ids"]), number, result["messages"])
            return self.env.cr.sql_log_count - before

        count(0, 10)
        few, many = count(10, 10), count(100, 100)
        self.assertLess((many - few) / 90, 3)
        # The same rows again, and corrected.
        few, many = count(10, 10), count(100, 100)
        self.assertLessEqual(many, few)
        few, many = count(10, 10, findings="New"), count(100, 100, findings="New")
        self.assertLess((many - few) / 90, 3)
