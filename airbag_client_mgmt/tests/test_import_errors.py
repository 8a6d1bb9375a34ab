# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Wrong rows are named with their reason, all at once; none is lost, none written."""

from datetime import timedelta

from odoo import SUPERUSER_ID, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .import_common import ImportCommon


@tagged("post_install", "-at_install")
class TestImportErrors(ImportCommon):
    def _count(self, kind):
        model = self.env[f"airbag.import.{kind}"]
        target = self.env[model._fields["record_id"].comodel_name]
        return model.search_count([]), target.with_context(
            active_test=False
        ).search_count([])

    def _check_refused(self, kind, rows, *expected):
        """Rows are refused in the test and in the import, and nothing is written."""
        before = self._count(kind)
        for dryrun in (True, False):
            self.assertRefused(self._import(kind, *rows, dryrun=dryrun), *expected)
            self.assertEqual(self._count(kind), before)

    def test_one_among_many(self):
        """One wrong row of 200 is named by its place, and the others wait for it."""
        rows = [self._visit_row(number, license_plate="") for number in range(200)]
        rows[137]["customer"] = "Nobody"
        self._check_refused(
            "intervention",
            rows,
            (137, "customer", "There is no customer “Nobody”."),
        )
        # Each text says its row, as the file counts them: equal ones are shown once.
        for skip in (0, 130):
            [told] = self._import("intervention", *rows, skip=skip)["messages"]
            self.assertTrue(told["message"].startswith("Row 139 (INT-137): "), told)
        rows[137]["customer"] = "Test Fleet"
        self.assertEqual(len(self._import_right("intervention", *rows)), 200)

    def test_all_at_once(self):
        """Odoo stops after ten wrong rows; all are told here."""
        rows = [self._visit_row(number, treatment="?") for number in range(30)]
        result = self._import("intervention", *rows)
        self.assertEqual(
            [message["rows"]["from"] for message in result["messages"]],
            list(range(30)),
        )

    def test_customer(self):
        self._check_refused(
            "customer",
            [
                {"external_id": "A", "name": "New"},
                {"external_id": "", "name": "Other"},
                {"external_id": "B", "name": ""},
                {"external_id": "C", "name": "test fleet"},
                {"external_id": "D", "name": "New"},
                {"external_id": "a", "name": "Yet another"},
            ],
            (0, "external_id", "is in the file twice"),
            (1, "external_id", "no external ID"),
            (2, "name", "Customer Name is missing"),
            (3, "name", "There already is a customer “test fleet”"),
            (4, "name", "There already is a customer “New”"),
            (5, "external_id", "is in the file twice"),
        )
        result = self._import("customer", {"external_id": "C", "name": "Test Fleet"})
        self.assertRefused(result, (0, "name", "There already is a customer"))

    def test_contract(self):
        row = self._contract_row
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["res.partner"].create(
            {"name": "Theirs", "company_id": other.id, "is_company": True}
        )
        tomorrow = str(fields.Date.today() + timedelta(days=2))
        self._check_refused(
            "contract",
            [
                row(1, customer="Theirs"),
                row(2, service="Nothing"),
                row(3, contract_months="-1"),
                row(4, terminated_on="2025-01-01"),
                row(5, terminated_on="2022-01-01", termination_reason="?"),
                row(6, renews="CON-99"),
                row(7, renews="CON-7"),
                row(8, salesperson="nobody", signed_on=tomorrow),
                {**row(9), "number": "OLD-1"},
                row(10, contract_start=""),
            ],
            (0, "customer", "belongs to another company"),
            (1, "service", "No product “Nothing” has a treatment"),
            (2, "contract_months", "from 1 to 1200"),
            (3, "terminated_on", "outside of its term"),
            (4, "terminated_on", "outside of its term"),
            (4, "termination_reason", "is no reason of this kind"),
            (5, "renews", "There is no contract “CON-99”"),
            (6, "renews", "cannot renew itself"),
            (7, "salesperson", "No user is called “nobody”"),
            (7, "signed_on", "Signed On is in the future"),
            (8, "number", "already is one with the number OLD-1"),
            (9, "contract_start", "First Day is missing"),
        )

    def test_intervention(self):
        self._import_right("contract", self._contract_row())
        row = self._visit_row
        serial = {"name": "Serial", "default_code": "SN", "tracking": "serial"}
        self.env["product.product"].create({**serial, "type": "consu"})
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        later = str(fields.Datetime.now() + timedelta(days=2))
        self._check_refused(
            "intervention",
            [
                row(1, finished_at="2023-01-18 08:00:00"),
                row(2, technician="nobody", treatment="nothing"),
                row(3, products_used="SN#1; SN#1"),
                row(4, products_used="AB-1*many"),
                row(5, products_used="WHAT*2; AB-1*0"),
                row(6, customer=stranger.name, contract="CON-1"),
                row(7, customer=stranger.name),
                row(8, customer="", license_plate=""),
                row(9, contract="CON-1", visit_number="2"),
                row(10, contract="CON-1", visit_number="2"),
                row(11, visit_number="2"),
                row(12, started_at=later, finished_at=""),
                row(13, started_at=""),
            ],
            (0, "finished_at", "cannot finish before it starts"),
            (1, "technician", "No user is called “nobody”"),
            (1, "treatment", "There is no treatment “nothing”"),
            (2, "products_used", "A serial number stands for one piece"),
            (3, "products_used", "“AB-1*many” cannot be read"),
            (4, "products_used", "The quantity of “AB-1” must be greater"),
            (4, "products_used", "There is no product “WHAT”"),
            (5, "contract", "is with another customer"),
            (5, "license_plate", "belongs to another customer"),
            (6, "license_plate", "belongs to another customer"),
            (7, "customer", "Give the customer, or the contract"),
            (9, "visit_number", "The visit 2 of “CON-1” is already here"),
            (10, "visit_number", "Only a visit of a contract has a number"),
            (11, "started_at", "is in the future"),
            (12, "started_at", "is missing"),
        )

    def test_survey(self):
        self._import_right(
            "intervention",
            *[self._visit_row(number, license_plate="") for number in range(1, 9)],
        )
        row = self._survey_row
        self._check_refused(
            "survey",
            [
                row(1, overall="6"),
                row(2, overall="4.5", recommend="11"),
                row(3, overall=""),
                row(4, answered_on=""),
                row(5, answered_on="2023-01-17"),
                row(6, contacted_on="2023-01-22"),
                row(7, intervention="INT-8"),
                row(8),
                row(9, intervention="INT-99"),
            ],
            (0, "overall", "“6” is not on the scale from 1 to 5"),
            (1, "overall", "“4.5” is not on the scale"),
            (1, "recommend", "“11” is not on the scale from 0 to 10"),
            (2, "overall", "overall score is missing"),
            (3, "answered_on", "day of the answer is missing"),
            (3, "contacted_on", "Give the day of the contact"),
            (4, "contacted_on", "cannot be asked before the service"),
            (5, "answered_on", "cannot answer before being contacted"),
            (7, "intervention", "already has its survey"),
            (8, "intervention", "There is no intervention “INT-99”"),
        )

    def test_question_that_was_deleted(self):
        """Its column is told; nothing else than the overall score is needed."""
        self._import_right(
            "intervention", *[self._visit_row(n, license_plate="") for n in (1, 2)]
        )
        question = "airbag_client_mgmt.satisfaction_question_%s"
        self.env.ref(question % "quality").unlink()
        rows = [self._survey_row(), self._survey_row(2, quality="")]
        gone = "was deleted from the questionnaire"
        self._check_refused("survey", rows, (0, "quality", gone))
        self.assertEqual(self._import_right("survey", rows[1]).satisfaction_score, 4)

    def test_ticket(self):
        row = self._ticket_row
        self._check_refused(
            "ticket",
            [
                row(1, resolved_on="2023-02-05 09:00:00"),
                row(2, area="nowhere"),
                row(3, area=""),
                row(4, state="Open"),
                row(5, state="Solved", resolved_on=""),
                row(6, kind="", subject=""),
                row(7, customer="", responsible="nobody"),
                row(8, resolution_hours="-2"),
            ],
            (0, "resolved_on", "cannot be resolved before it is received"),
            (1, "area", "“nowhere” is no area"),
            (2, "area", "Give the area, or the category"),
            (3, "resolved_on", "Only what is resolved"),
            (4, "resolved_on", "It is resolved: give the day"),
            (5, "kind", "is missing"),
            (5, "subject", "Subject is missing"),
            (6, "customer", "Give the customer, or the intervention"),
            (6, "responsible", "No user is called “nobody”"),
            (7, "resolution_hours", "hours, more than zero"),
        )

    def test_unknown_state(self):
        """What Odoo itself reads is named by Odoo, together with ours."""
        result = self._import(
            "ticket",
            self._ticket_row(1, state="Half done"),
            self._ticket_row(2, area="nowhere"),
        )
        self.assertFalse(result["ids"])
        told = {message["field"]: message["rows"] for message in result["messages"]}
        self.assertEqual(told["state"], {"from": 0, "to": 0})
        self.assertEqual(told["area"], {"from": 1, "to": 1})

    @mute_logger("odoo.sql_db")
    def test_what_the_database_refuses(self):
        """A row that passes our checks and is refused later is named by its place."""
        self._import_right("intervention", self._visit_row(license_plate=""))
        self.env["ir.rule"].create(
            {
                "name": "Test",
                "model_id": self.env["ir.model"]._get_id("airbag.import.survey"),
                "domain_force": "[('external_id', '!=', 'ENC-1')]",
            }
        )
        result = self._import("survey", self._survey_row())
        self.assertFalse(result["ids"])
        self.assertEqual(result["messages"][0]["rows"]["from"], 0)
        answers = self.env["survey.user_input"]
        self.assertFalse(answers.search([("imported_on", "!=", False)]))

    # === THE SAME ROW AGAIN === #
    def test_same_row_again(self):
        """It changes nothing, whatever was done with the record since."""
        self._import_right("contract", self._contract_row())
        visit = self._import_right("intervention", self._visit_row())
        answer = self._import_right("survey", self._survey_row())
        ticket = self._import_right("ticket", self._ticket_row())
        records = {"intervention": visit, "survey": answer, "ticket": ticket}
        rows = {
            "contract": self._contract_row(),
            "intervention": self._visit_row(),
            "survey": self._survey_row(),
            "ticket": self._ticket_row(),
        }
        ticket.sudo().with_context(tracking_disable=True).root_cause = "Found later"
        self._shift(ticket)
        messages = {kind: record.message_ids for kind, record in records.items()}
        for kind, row in rows.items():
            before = self._count(kind)
            self.assertTrue(self._import(kind, row)["ids"])
            self.assertEqual(self._count(kind), before)
        for kind, record in records.items():
            self.assertEqual(record.message_ids, messages[kind])
        self.assertEqual(ticket.root_cause, "Found later")

    def test_corrected_row(self):
        """It corrects its record, and the chatter says what was corrected."""
        contract = self._import_right("contract", self._contract_row())
        visit = self._import_right("intervention", self._visit_row())
        answer = self._import_right("survey", self._survey_row())
        ticket = self._import_right("ticket", self._ticket_row())
        line = contract.order_line
        self._import_right(
            "contract", self._contract_row(contract_months="24", amount="1300")
        )
        self.assertEqual(str(contract.contract_end), "2025-01-14")
        self.assertEqual(contract.order_line, line)
        self.assertEqual(contract.amount_untaxed, 1300)
        self.assertEqual(contract.state, "sale")
        self._import_right(
            "intervention",
            self._visit_row(products_used="AB-1*1#L-8", recommendations="Only this"),
        )
        self.assertEqual(visit.product_ids.mapped("lot_name"), ["L-8"])
        self.assertEqual(visit.recommendation_ids.mapped("name"), ["Only this"])
        self.assertEqual(visit.state, "done")
        self._import_right("survey", self._survey_row(overall="2", quality=""))
        self.assertEqual(answer.satisfaction_score, 2)
        self.assertFalse(answer.is_satisfied)
        quality = self.env.ref("airbag_client_mgmt.satisfaction_question_quality")
        skipped = answer.user_input_line_ids.filtered("skipped")
        self.assertEqual(skipped.question_id, quality)
        self.assertIs(skipped.score, False)
        self._import_right(
            "ticket",
            self._ticket_row(resolution_hours="5", resolved_on="2023-02-08 11:00:00"),
        )
        self.assertEqual(ticket.resolution_hours, 5)
        self._import_right(
            "ticket",
            self._ticket_row(resolution_hours="", resolved_on="2023-02-08 11:00:00"),
        )
        hours = ticket._get_working_hours(ticket.received_on, ticket.resolved_on)
        self.assertEqual(ticket.resolution_hours, hours)
        for record in (contract, visit, answer, ticket):
            self.assertIn("corrected", " ".join(record.message_ids.mapped("body")))
        self.assertIn("12 → 24", " ".join(contract.message_ids.mapped("body")))

    def test_corrected_together(self):
        """Rows of one file are examined side by side, not each against the others."""
        first = self._contract_row()
        second = self._contract_row(2, contract_start="2024-01-15")
        third = self._contract_row(3, contract_start="2024-02-15")
        contracts = self._import_right("contract", first, second, third)
        claims = [second | {"renews": "CON-1"}, third | {"renews": "old-1"}]
        self.assertRefused(
            self._import("contract", *claims),
            (1, "renews", "“old-1” already has a signed renewal"),
        )
        self.assertFalse(contracts.renewed_order_id)
        later = [first | {"contract_start": "2023-02-15"}, claims[0]]
        self._import_right("contract", *later)
        self.assertEqual(contracts[1].renewed_order_id, contracts[0])
        visits = self._import_right(
            "intervention",
            *[self._visit_row(n) | {"number": f"OT-{n}"} for n in (1, 2)],
        )
        self._import_right(
            "intervention",
            *[self._visit_row(n) | {"number": f"OT-{3 - n}"} for n in (1, 2)],
        )
        self.assertEqual(visits.mapped("name"), ["OT-2", "OT-1"])

    def test_parts_that_are_not_corrected_stay(self):
        """What was done about a recommendation since is not undone."""
        row = self._visit_row(recommendations_open="Yes")
        visit = self._import_right("intervention", row)
        products, advice = visit.product_ids, visit.recommendation_ids
        advice[0].sudo().state = "done"
        self._import_right("intervention", row | {"findings": "Also this"})
        self.assertEqual(visit.findings, "Also this")
        self.assertEqual(visit.product_ids, products)
        self.assertEqual(visit.recommendation_ids, advice)
        self.assertEqual(advice.mapped("state"), ["done", "open"])

    def test_what_was_corrected_is_told_in_words(self):
        """Hours are those of the company, choices have their names."""
        row = self._contract_row()
        contract = self._import_right("contract", row)
        self._import_right(
            "contract",
            row | {"visit_interval_unit": "Years", "amount": "1300.5", "signed_by": ""},
        )
        told = " ".join(contract.message_ids.mapped("body"))
        self.assertIn("Visit Unit: Months → Years", told)
        self.assertRegex(told, "Value: 1.200.00 → 1.300.50")
        self.assertIn("Signed By: Ana → —", told)
        visit = self._import_right("intervention", self._visit_row())
        row = self._visit_row(finished_at="2023-01-18 10:45:00")
        self._import_right("intervention", row | {"recommendations_open": "Yes"})
        told = " ".join(visit.message_ids.mapped("body"))
        self.assertRegex(told, "Service End: .*11:30.* → .*10:45")
        self.assertIn("still Open: — → ✓", told)

    def test_worked_on_since(self):
        """What somebody has changed here is corrected here."""
        visit = self._import_right("intervention", self._visit_row())
        self._shift(visit)
        result = self._import("intervention", self._visit_row(findings="New"))
        self.assertRefused(result, (0, "findings", "after it was imported"))
        self.assertFalse(visit.findings)

    def test_what_runs_by_itself_does_not_stand_in_the_way(self):
        """A contract in force is written to every night; it is still corrected."""
        row = self._contract_row(contract_start="2020-01-01", contract_months="")
        contract = self._import_right("contract", row)
        self._shift(contract, SUPERUSER_ID)
        self._import_right("contract", {**row, "amount": "1300"})
        self.assertEqual(contract.amount_untaxed, 1300)
        # Somebody's work does not get lost under the last scheduled action.
        contract.sudo().user_id = self.planner
        self._shift(contract, SUPERUSER_ID)
        result = self._import("contract", {**row, "amount": "1400"})
        self.assertRefused(result, (0, "amount", "after it was imported"))
        self.assertEqual(contract.user_id, self.planner)

    def test_an_external_id_is_the_same_in_capitals(self):
        """As in the file, so in the next one: no row comes twice, none goes astray."""
        row = {"external_id": "CLI-A  1", "name": "One"}
        customer = self._import_right("customer", row)
        row["external_id"] = " cli-a 1"
        self._import("customer", row)
        self.assertEqual(self.env["airbag.import.customer"].search_count([]), 1)
        visit = self._visit_row(customer="Cli-A 1", license_plate="")
        self.assertEqual(self._import_right("intervention", visit).partner_id, customer)

    def test_twice_in_a_long_file(self):
        """Odoo sends a long file in parts; a row that comes twice is still told."""
        model = self.env["airbag.import.customer"].with_user(self.quality)
        model = model.with_context(
            import_file=True, import_checksum="of the file", lang="en_US"
        )
        columns = ["external_id", "name", "city"]
        self.assertTrue(model.load(columns, [["CLI-1", "One", "Cali"]])["ids"])
        result = model.load(columns, [["CLI-1", "One", "Bogota"]])
        self.assertRefused(result, (0, "city", "from this same file"))

    def _shift(self, record, uid=None):
        """Have somebody change the record after the import; a test has one moment."""
        record.flush_recordset()
        self.env.cr.execute(
            f"UPDATE {record._table} SET write_date = write_date + interval '1 hour',"
            " write_uid = %s WHERE id = %s",
            [uid or self.planner.id, record.id],
        )
        record.invalidate_recordset()

    # === COMPANIES === #
    def test_other_company(self):
        """Each company has its own external ids, and sees its own rows alone."""
        other = self.env["res.company"].create({"name": "Other company"})
        theirs = new_test_user(
            self.env,
            login="test_their_quality",
            groups="airbag_client_mgmt.group_quality_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        theirs.lang = False
        row = {"external_id": "CLI-1", "name": "One"}
        ours = self._import_right("customer", row)
        self.assertEqual(ours.company_id, self.company)
        row = {"external_id": "CLI-1", "name": "One of theirs"}
        made = self._import_right("customer", row, user=theirs)
        self.assertEqual(made.company_id, other)
        self.assertEqual(ours.name, "One")
        rows = self.env["airbag.import.customer"].with_user(theirs).search([])
        self.assertEqual(rows.record_id, made)
