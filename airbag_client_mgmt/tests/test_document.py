# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClientMgmtCommon

MODULE = "airbag_client_mgmt"


@tagged("post_install", "-at_install")
class TestDocument(ClientMgmtCommon):
    """Controlled documents, their versions, and who approves them. PRO 008 §8, §9."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english(cls.customer)
        cls.form = cls.env.ref(f"{MODULE}.document_form_contract")
        cls.today = cls.company._get_service_today()

    def _draft(self, document=None, **values):
        """Return a draft of the QMS responsible, of the contract's form by default."""
        return (
            self.env["airbag.document.version"]
            .with_user(self.quality)
            .create(
                {
                    "document_id": (document or self.form).id,
                    "changes": "Clearer terms",
                    **values,
                }
            )
        )

    def _approve(self, *args, **values):
        version = self._draft(*args, **values)
        version.with_user(self.management).action_approve()
        return version

    def test_the_procedure_has_its_history(self):
        procedure = self.env.ref(f"{MODULE}.document_procedure")
        version = procedure.version_ids
        self.assertEqual(
            (
                procedure.code,
                version.revision,
                version.date,
                version.changes,
                version.author,
                version.approver,
                version.status,
            ),
            (
                "PRO 008",
                "000",
                date(2024, 12, 1),
                "Original",
                "EGC",
                "CEO",
                "current",
            ),
        )
        related = procedure.related_ids
        self.assertIn(self.env.ref(f"{MODULE}.document_information_control"), related)
        survey = self.env.ref(f"{MODULE}.satisfaction_survey")
        self.assertEqual(related.survey_id, survey)

    def test_a_document_without_version_shows_none(self):
        document = self.env["airbag.document"].create(
            {"name": "Control", "kind": "procedure"}
        )
        self.assertEqual(document.read(["revision", "date"])[0]["revision"], False)

    def test_a_version_enters_into_force_on_its_date(self):
        coming = self.today + timedelta(days=10)
        version = self._approve(date=coming)
        self.assertEqual(version.number, 1)
        self.assertEqual(version.status, "coming")
        self.assertEqual(self.form.revision, "000")
        self.assertEqual(self.company._get_form("contract").version, "0")
        self.assertEqual(self.company._get_form("contract", coming).version, "1")
        with freeze_time(datetime.combine(coming, datetime.min.time(), None)) as clock:
            clock.tick(timedelta(hours=12))
            self.env.invalidate_all()
            self.assertEqual(version.status, "current")
            self.assertEqual(self.form.revision, "001")
            original = self.form.version_ids - version
            self.assertEqual(original.status, "superseded")
            self.assertEqual(original.date_end, coming - timedelta(days=1))
            self.assertEqual(self.company._get_form("contract").version, "1")

    def test_who_approved_it_is_kept(self):
        version = self._draft()
        version.with_user(self.management).action_approve()
        self.assertEqual(version.approver_id, self.management)
        self.assertEqual(version.approver, "Test management")
        self.assertTrue(version.approved_on)
        self.assertIn("001", self.form.message_ids[0].body)

    def test_who_prepares_it_does_not_approve_it(self):
        version = self._draft()
        with self.assertRaises(AccessError):
            version.action_approve()
        with self.assertRaises(AccessError):
            version.with_user(self.technician).action_approve()
        with self.assertRaises(AccessError):
            version.with_user(self.salesperson).action_approve()
        version.with_user(self.management).action_approve()

    def test_who_changes_a_draft_does_not_approve_it_either(self):
        second = new_test_user(
            self.env, "second_quality", f"{MODULE}.group_quality_manager"
        )
        version = self._draft()
        version.with_user(second).changes = "Something else"
        with self.assertRaises(AccessError):
            version.with_user(second).action_approve()

    def test_the_approver_is_asked(self):
        version = self._draft()
        with self.assertRaisesRegex(UserError, "who approves"):
            version.action_request_approval()
        self.form.approver_id = self.management
        version.action_request_approval()
        self.assertEqual(self.form.activity_ids.user_id, self.management)
        version.action_request_approval()
        self.assertEqual(len(self.form.activity_ids), 1)
        version.with_user(self.management).action_approve()
        self.assertFalse(self.form.activity_ids)

    def test_what_was_approved_is_not_changed_in_any_way(self):
        version = self.form.version_ids
        ways = (
            lambda record: record.write({"date": date(2025, 1, 1)}),
            lambda record: record.write({"approver": "Me"}),
            lambda record: record.write({"state": "draft"}),
            lambda record: record.write({"document": b"QQ=="}),
            lambda record: record.unlink(),
            lambda record: record.action_approve(),
            lambda record: record.document_id.write(
                {"version_ids": [Command.delete(record.id)]}
            ),
            lambda record: record.document_id.write({"code": "X"}),
            lambda record: record.document_id.write({"form": False}),
            lambda record: record.document_id.unlink(),
            lambda record: record.create(
                {"document_id": record.document_id.id, "state": "approved"}
            ),
            lambda record: record.create(
                {"document_id": record.document_id.id, "number": 9}
            ),
        )
        for number, way in enumerate(ways):
            with self.subTest(number), self.assertRaises(UserError):
                way(version.with_user(self.quality))
        # Nor by the system.
        for way in (ways[0], ways[2], ways[4]):
            with self.assertRaises(UserError):
                way(version.sudo())
        files = self.env["ir.attachment"].sudo()
        self.assertFalse(files.search([("res_model", "=", version._name)]))

    def test_no_context_approves_a_version(self):
        version = (
            self.env["airbag.document.version"]
            .with_user(self.quality)
            .with_context(default_state="approved", default_approver="Me")
            .create({"document_id": self.form.id})
        )
        self.assertEqual((version.state, version.approver), ("draft", False))

    def test_a_draft_is_changed_and_thrown_away(self):
        version = self._draft()
        version.changes = "Other words"
        version.unlink()
        self.assertEqual(self._draft().number, 1)

    def test_the_database_keeps_one_in_force(self):
        values = {"state": "approved", "approver": "CEO", "date": "2024-12-01"}
        versions = self.env["airbag.document.version"].sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            versions.create({"document_id": self.form.id, **values})
            self.env.flush_all()

    def test_the_database_keeps_one_draft_and_one_number(self):
        self._draft()
        versions = self.env["airbag.document.version"].sudo()
        for values in ({}, {"number": 0, "state": "approved", "approver": "CEO"}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                versions.create({"document_id": self.form.id, **values})
                versions.flush_model()

    def test_no_version_enters_into_force_before_what_was_printed(self):
        version = self._draft(date=self.today - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "today or later"):
            version.with_user(self.management).action_approve()
        version.date = date(2024, 12, 1)
        with self.assertRaisesRegex(UserError, "enters into force later"):
            version.with_user(self.management).action_approve()
        version.write({"date": self.today, "changes": False})
        with self.assertRaisesRegex(UserError, "what changes"):
            version.with_user(self.management).action_approve()

    def test_a_document_needs_its_code(self):
        document = self.env.ref(f"{MODULE}.document_information_control")
        version = self._draft(document, date="2020-01-01")
        with self.assertRaisesRegex(UserError, "code"):
            version.with_user(self.management).action_approve()
        document.with_user(self.quality).code = "PRO 001"
        version.with_user(self.management).action_approve()
        self.assertEqual(document.revision, "000")

    def test_everybody_reads_and_quality_prepares(self):
        for user in (self.technician, self.salesperson, self.care, self.management):
            self.assertTrue(self.form.with_user(user).name)
            self.assertEqual(self.form.with_user(user).revision, "000")
            with self.assertRaises(AccessError):
                self.form.with_user(user).write({"name": "Mine"})
            with self.assertRaises(AccessError):
                self.env["airbag.document.version"].with_user(user).create(
                    {"document_id": self.form.id}
                )
        self.form.with_user(self.quality).write({"name": "Form"})

    def test_a_company_sees_its_own_and_what_is_shared(self):
        other = self.env["res.company"].create({"name": "Other"})
        own = self.env["airbag.document"].create(
            {"code": "OTHER-1", "name": "Theirs", "company_id": other.id}
        )
        version = self.env["airbag.document.version"].create({"document_id": own.id})
        found = self.env["airbag.document"].with_user(self.quality).search([])
        self.assertIn(self.form, found)
        self.assertNotIn(own, found)
        with self.assertRaises(AccessError):
            version.with_user(self.quality).read(["changes"])
        self.quality.company_ids |= other
        allowed = own.with_user(self.quality).with_context(
            allowed_company_ids=(self.company | other).ids
        )
        self.assertEqual(allowed.code, "OTHER-1")

    def test_a_company_prints_its_own_document(self):
        other = self.env["res.company"].create({"name": "Other"})
        own = self.env["airbag.document"].create(
            {
                "code": "GC-01",
                "name": "Contract",
                "form": "contract",
                "company_id": other.id,
            }
        )
        self.assertEqual(other._get_form("contract").code, "PRO 008-F1")
        self._approve_first(own)
        self.assertEqual(other._get_form("contract").code, "GC-01")
        self.assertEqual(self.company._get_form("contract").code, "PRO 008-F1")

    def test_a_withdrawn_document_is_printed_no_more(self):
        own = self.env["airbag.document"].create(
            {
                "code": "GC-01",
                "name": "Contract",
                "form": "contract",
                "company_id": self.company.id,
            }
        )
        self._approve_first(own)
        own.with_user(self.quality).active = False
        self.assertEqual(own.withdrawn_on, self.today)
        self.assertEqual(self.company._get_form("contract").code, "PRO 008-F1")
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(self.company._get_form("contract", yesterday).code, "GC-01")
        with self.assertRaises(UserError):
            own.with_user(self.quality).withdrawn_on = False
        own.with_user(self.quality).active = True
        self.assertFalse(own.withdrawn_on)
        self.assertEqual(self.company._get_form("contract").code, "GC-01")

    def test_a_document_registered_as_archived_is_withdrawn(self):
        """Nobody says since when but the day itself."""
        documents = self.env["airbag.document"].with_user(self.quality)
        values = {"code": "GC-02", "name": "Old contract", "form": "contract"}
        values["company_id"] = self.company.id
        with self.assertRaises(UserError):
            documents.create({**values, "withdrawn_on": "2020-01-01"})
        proposing = documents.with_context(default_withdrawn_on="2020-01-01")
        old = proposing.create({**values, "active": False})
        self.assertEqual(old.withdrawn_on, self.today)
        new = proposing.create({**values, "code": "GC-03"})
        self.assertFalse(new.withdrawn_on)

    def _approve_first(self, document):
        version = self.env["airbag.document.version"].create(
            {"document_id": document.id, "date": "2025-01-01"}
        )
        version.write_uid = version.create_uid
        version.with_user(self.management).sudo().action_approve()

    def test_printing_many_asks_once(self):
        self.company._get_form("contract")
        with self.assertQueryCount(0):
            for _number in range(50):
                self.company._get_form("contract", date(2026, 1, 1))

    def test_the_list_costs_the_same_for_many(self):
        documents = self.env["airbag.document"].create(
            [{"code": f"D-{number}", "name": "Doc"} for number in range(40)]
        )
        self.env["airbag.document.version"].create(
            [{"document_id": document.id} for document in documents]
        )
        specification = {
            "code": {},
            "revision": {},
            "date": {},
            "approver": {},
            "draft_version_id": {"fields": {"display_name": {}}},
        }

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.technician).web_read(specification)
            return self.env.cr.sql_log_count - before

        count(documents)
        self.assertEqual(count(documents), count(documents[:2]))

    def test_the_master_list(self):
        html = self._render("report_document_list", self.form | self.form.parent_id)
        for text in ("PRO 008-F1", "01.12.2024", "EGC", "Original", "000"):
            self.assertIn(text, html)
        action = self.env["airbag.document"].action_print_master_list()
        self.assertGreater(len(action["context"]["active_ids"]), 8)

    # --- what is printed ---
    def _render(self, report, records):
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html(f"{MODULE}.{report}", records.ids)[0].decode()

    def _render_contract(self, order):
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html("sale.report_saleorder", order.ids)[0].decode()

    def test_a_signed_contract_keeps_its_version(self):
        signed = self._create_contract()
        signed.action_confirm()
        quotation = self._create_contract()
        self.assertIn("01.12.2024", self._render_contract(signed))
        tomorrow = datetime.combine(
            self.today + timedelta(days=1), datetime.min.time()
        ) + timedelta(hours=18)
        with freeze_time(tomorrow):
            version = self._approve()
            label = version.date.strftime("%d.%m.%Y")
            self.assertEqual(signed._get_contract_form().version, "0")
            self.assertEqual(quotation._get_contract_form().version, "1")
            self.assertIn("01.12.2024", self._render_contract(signed))
            self.assertNotIn(label, self._render_contract(signed))
            self.assertIn(label, self._render_contract(quotation))
            self.assertNotIn("01.12.2024", self._render_contract(quotation))
            quotation.action_confirm()
            self.assertEqual(quotation._get_contract_form().version, "1")

    def test_a_done_visit_keeps_its_version(self):
        done = self._create_done_intervention()
        planned = self._create_intervention()
        form = self.env.ref(f"{MODULE}.document_form_intervention")
        with freeze_time(datetime.now() + timedelta(days=2)):
            version = self._approve(form)
            self.assertEqual(done._get_report_form().version, "0")
            self.assertEqual(planned._get_report_form().version, "1")
            html = self._render("report_intervention", planned)
            self.assertIn(version.date.strftime("%d.%m.%Y"), html)

    def test_a_session_held_keeps_its_version(self):
        guide = self.env["airbag.guide"].search(
            [("current_version_id", "!=", False)], limit=1
        )
        values = {
            "partner_id": self.customer.id,
            "guide_ids": [Command.set(guide.ids)],
            "attendee_ids": [Command.create({"name": "Driver"})],
        }
        held, planned = self.env["airbag.guide.session"].create(
            [
                {**values, "date": datetime.now() - timedelta(minutes=1)},
                {**values, "date": datetime.now() + timedelta(days=9)},
            ]
        )
        held.sudo().state = "held"
        form = self.env.ref(f"{MODULE}.document_form_attendance")
        with freeze_time(datetime.now() + timedelta(days=2)):
            self._approve(form)
            self.assertEqual(held._get_attendance_form().version, "0")
            self.assertEqual(planned._get_attendance_form().version, "1")

    def test_a_form_without_document_is_printed_without_code(self):
        self.env["airbag.document"].search([("form", "=", "contract")]).form = False
        html = self._render_contract(self._create_contract())
        self.assertNotIn("document_code", html)
