# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .guide_common import GuideCommon


@tagged("post_install", "-at_install")
class TestGuide(GuideCommon):
    """PRO 008 §5.5.2: guides, and the versions that customers read."""

    def test_publishing_puts_a_version_in_force(self):
        version = self.guide.current_version_id
        self.assertEqual((version.number, version.state), (1, "current"))
        self.assertEqual(version.date, self.company._get_service_today())
        self.assertEqual(version.approver, self.quality.name)

    def test_the_next_version_makes_the_one_before_obsolete(self):
        first = self.guide.current_version_id
        second = self._publish(self.guide)
        self.assertEqual(first.state, "obsolete")
        self.assertEqual((second.number, second.state), (2, "current"))
        self.assertEqual(self.guide.current_version_id, second)
        log = "".join(self.guide.message_ids.mapped("body"))
        self.assertIn("Version 2 published", log)

    def test_a_new_version_begins_with_the_text_of_the_current_one(self):
        self.env["res.lang"]._activate_lang("es_419")
        version = self._publish(self._create_draftless_guide(), "<p>Look</p>")
        version = version.guide_id.action_new_version()["res_id"]
        draft = self.env["airbag.guide.version"].browse(version)
        self.assertEqual(draft.content, "<p>Look</p>")
        self.assertEqual((draft.state, draft.number), ("draft", 0))
        again = draft.guide_id.action_new_version()["res_id"]
        self.assertEqual(again, draft.id, "one draft at a time")
        self.assertFalse(draft.date or draft.approver)

    def _create_draftless_guide(self):
        return self.env["airbag.guide"].create(
            {
                "code": "G-9",
                "name": "Another",
                "treatment_ids": [Command.set(self.treatment.ids)],
            }
        )

    def test_what_was_published_is_frozen(self):
        first = self.guide.current_version_id
        second = self._publish(self.guide)
        for version in (first, second):
            for values in (
                {"content": "<p>Other</p>"},
                {"author": "Other"},
                {"document": base64.b64encode(b"%PDF-1.4")},
            ):
                for user in (self.quality, self.env.ref("base.user_root")):
                    with self.assertRaises(UserError, msg=(version.state, values)):
                        version.with_user(user).write(values)
            for values in ({"state": "draft"}, {"number": 9}, {"date": "2020-01-01"}):
                with self.assertRaises(UserError, msg=(version.state, values)):
                    version.with_user(self.quality).write(values)
            with self.assertRaises(UserError):
                version.with_user(self.quality).unlink()

    def test_what_was_published_is_frozen_in_every_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        version = self.guide.current_version_id.with_user(self.quality)
        term = "Watch the warning light"
        with self.assertRaises(UserError):
            version.update_field_translations("content", {"es_419": {term: "Mire"}})
        draft = self.env["airbag.guide.version"].create(
            {"guide_id": self.guide.id, "content": f"<p>{term}</p>"}
        )
        draft.update_field_translations("content", {"es_419": {term: "Mire"}})
        self.assertEqual(draft.with_context(lang="es_419").content, "<p>Mire</p>")

    def test_nobody_publishes_by_writing(self):
        versions = self.env["airbag.guide.version"].with_user(self.quality)
        draft = versions.create({"guide_id": self.guide.id, "content": "<p>x</p>"})
        for values in ({"state": "current"}, {"approver": "Me"}, {"number": 7}):
            with self.assertRaises(UserError):
                draft.write(values)
            with self.assertRaises(UserError):
                versions.create({"guide_id": self.guide.id, **values})
        proposed = versions.with_context(default_state="current", default_number=7)
        version = proposed.create({"guide_id": self.guide.id})
        self.assertEqual((version.state, version.number), ("draft", 0))

    def test_a_draft_is_changed_and_deleted(self):
        draft = self.env["airbag.guide.version"].with_user(self.quality)
        draft = draft.create({"guide_id": self.guide.id})
        draft.content = "<p>Other</p>"
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_an_empty_version_is_not_published(self):
        draft = self.env["airbag.guide.version"].with_user(self.quality)
        draft = draft.create({"guide_id": self.guide.id, "content": "<p><br></p>"})
        with self.assertRaises(UserError):
            draft.action_publish()
        draft.write(
            {"document": base64.b64encode(b"%PDF-1.4 x"), "document_name": "own.pdf"}
        )
        draft.action_publish()
        self.assertEqual(draft.state, "current")

    def test_only_a_pdf_is_its_document(self):
        with self.assertRaises(ValidationError):
            self.env["airbag.guide.version"].create(
                {
                    "guide_id": self.guide.id,
                    "document": base64.b64encode(b"<html>"),
                    "document_name": "own.html",
                }
            )

    def test_the_database_keeps_one_current_version(self):
        obsolete = self.guide.current_version_id
        self._publish(self.guide)
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.cr.execute(
                SQL(
                    "UPDATE airbag_guide_version SET state = 'current' WHERE id = %s",
                    obsolete.id,
                )
            )

    def test_the_database_keeps_the_numbers_apart(self):
        second = self._publish(self.guide)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.cr.execute(
                SQL(
                    "UPDATE airbag_guide_version SET number = 1 WHERE id = %s",
                    second.id,
                )
            )

    def test_a_guide_is_of_some_treatment(self):
        with self.assertRaises(UserError):
            self.guide.treatment_ids = False
        with self.assertRaises(UserError), Form(self.env["airbag.guide"]) as form:
            form.code = "G-2"
            form.name = "No treatment"

    def test_a_published_guide_is_archived_not_deleted(self):
        with self.assertRaises(UserError):
            self.guide.unlink()
        self.guide.action_archive()
        draft_only = self._create_draftless_guide()
        draft_only.action_new_version()
        draft_only.unlink()

    def test_the_code_is_unique(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_draftless_guide().code = "G-1"
            self.env.flush_all()

    def test_the_version_of_a_day(self):
        first = self.guide.current_version_id
        second = self._publish(self.guide)
        first._stamp({"date": "2026-01-10"})
        second._stamp({"date": "2026-03-01"})
        for day, version in (
            ("2026-01-09", first.browse()),
            ("2026-01-10", first),
            ("2026-02-28", first),
            ("2026-03-01", second),
        ):
            day = self.env["airbag.guide.version"]._fields["date"].to_date(day)
            self.assertEqual(self.guide._get_version_on(day), version, day)

    # --- files ---
    def test_the_pdf_is_controlled_and_in_the_language_asked(self):
        self.env["res.lang"]._activate_lang("es_419")
        guide = self._create_draftless_guide()
        guide.update_field_translations("name", {"es_419": "Otra"})
        version = self._publish(guide, "<p>Look</p>")
        name, content = version._get_file()
        self.assertEqual(name, "G-9 v1 Another.pdf")
        text = content.decode()
        for word in (
            "G-9",
            "Look",
            self.quality.name,
            version.date.strftime("%d.%m.%Y"),
        ):
            self.assertIn(word, text)
        name, content = version.with_context(lang="es_419")._get_file()
        self.assertEqual(name, "G-9 v1 Otra.pdf")
        self.assertIn("Otra", content.decode())

    def test_the_file_is_made_once_and_kept(self):
        version = self.guide.current_version_id
        attachment = version._get_attachment()
        self.assertEqual(version._get_attachment(), attachment)
        other = self.env["res.company"].create({"name": "Other company"})
        self.assertNotEqual(
            version.with_company(other)._get_attachment(), attachment, "its letterhead"
        )

    def test_its_own_pdf_is_what_is_sent(self):
        version = self.env["airbag.guide.version"].with_user(self.quality)
        version = version.create(
            {
                "guide_id": self.guide.id,
                "document": base64.b64encode(b"%PDF-1.4 own"),
                "document_name": "own.pdf",
            }
        )
        version.action_publish()
        self.assertEqual(version._get_file()[1], b"%PDF-1.4 own")

    def test_a_draft_is_not_sent(self):
        draft = self.env["airbag.guide.version"].create({"guide_id": self.guide.id})
        with self.assertRaises(UserError):
            draft._get_file()

    def test_each_treatment_we_ship_has_its_guides(self):
        guides = self.env["airbag.guide"]
        for name in ("diag", "mod", "rep", "tab", "pir"):
            treatment = self.env.ref(f"airbag_client_mgmt.treatment_{name}")
            own = self.env.ref(f"airbag_client_mgmt.guide_{name}")
            general = self.env.ref("airbag_client_mgmt.guide_gen")
            self.assertEqual(treatment.guide_ids, own | general)
            guides |= treatment.guide_ids
        for version in guides.current_version_id:
            self.assertEqual((version.number, version.approver), (1, "CEO"))
            self.assertGreater(version.content.count("<li>"), 8)
