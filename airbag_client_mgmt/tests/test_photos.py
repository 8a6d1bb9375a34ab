# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from base64 import b64decode

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PIXEL, ClientMgmtCommon


@tagged("post_install", "-at_install")
class TestPhotos(ClientMgmtCommon):
    """PRO 008 §5.3.3: photos and the signature prove what was done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._create_intervention()
        cls.visit.action_plan()
        cls.visit.action_start()
        cls.own = cls.visit.with_user(cls.technician)
        cls.photo = cls._upload()
        cls.own.photo_ids = [Command.link(cls.photo.id)]

    @classmethod
    def _upload(cls, user=None, **values):
        """Return a file as the form uploads it."""
        files = cls.env["ir.attachment"].with_user(user or cls.technician)
        return files.create(
            {
                "name": "photo.png",
                "raw": b64decode(PIXEL),
                "res_model": "airbag.intervention",
                "res_id": cls.visit.id,
                **values,
            }
        )

    def _close(self):
        self._document(self.visit)
        self.own.write({"customer_signature": PIXEL, "signed_by": "Ana"})
        self.own.action_finish()

    def test_only_photos_are_taken_in(self):
        vector = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
        for name, content in (
            ("contract.jpg", b"%PDF-1.7\n"),
            ("drawing.svg", vector),
            ("drawing.png", vector),
            ("empty.png", b""),
        ):
            file = self._upload(name=name, raw=content)
            with self.assertRaisesRegex(UserError, "is not a photo"):
                self.own.photo_ids = [Command.link(file.id)]
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "is not a photo"):
            self._create_intervention(
                photo_ids=[
                    Command.create({"name": "contract.jpg", "raw": b"%PDF-1.7\n"})
                ]
            )

    def test_several_photos_at_once(self):
        files = self._upload() | self._upload(name="photo.jpg")
        self.own.photo_ids = [Command.link(file.id) for file in files]
        self.assertEqual(self.own.photo_ids, self.photo | files)

    def test_a_photo_becomes_that_of_the_visit(self):
        loose = self._upload(res_model=False, res_id=False)
        self.own.photo_ids = [Command.link(loose.id)]
        self.assertEqual(loose.res_id, self.visit.id)

    def test_photos_of_others_are_not_taken_in(self):
        foreign = self._create_intervention(user_id=self.other_technician.id)
        theirs = self._upload(self.other_technician, res_id=foreign.id)
        loose = self._upload(self.planner, res_model=False, res_id=False)
        for photo in (theirs, loose):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.own.photo_ids = [Command.link(photo.id)]

    def test_photos_are_read_by_who_reads_the_visit(self):
        stranger = self.photo.with_user(self.other_technician)
        with self.assertRaises(AccessError):
            stranger.read(["raw"])
        self.visit.technician_ids = self.other_technician
        self.env.invalidate_all()
        self.assertTrue(stranger.raw)
        for user in (self.planner, self.salesperson, self.management):
            self.assertTrue(self.photo.with_user(user).raw)

    def test_photos_change_until_the_visit_is_done(self):
        other = self._upload()
        self.own.photo_ids = [Command.link(other.id)]
        other.name = "front.png"
        self.own.photo_ids = [Command.unlink(other.id)]
        other.unlink()
        self.assertEqual(self.own.photo_ids, self.photo)

    def _check_locked(self, user):
        signature = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "airbag.intervention"),
                ("res_id", "=", self.visit.id),
                ("res_field", "=", "customer_signature"),
            ]
        )
        self.assertTrue(signature)
        for file in (self.photo, signature):
            file = file.with_user(user)
            for vals in (
                {"datas": PIXEL},
                {"raw": b"other"},
                {"res_id": 0},
                {"public": True},
                {"name": "other.png"},
                {"db_datas": PIXEL},
                {"type": "url", "url": "https://example.com"},
            ):
                with self.assertRaises(AccessError, msg=str(vals)):
                    file.write(vals)
            with self.assertRaises(AccessError):
                file.unlink()
        with self.assertRaises(AccessError):
            self._upload(user, res_field="customer_signature")
        more = self._upload(user)
        with self.assertRaises(AccessError):
            more.res_field = "customer_signature"
        for command in (
            Command.link(more.id),
            Command.unlink(self.photo.id),
            Command.clear(),
        ):
            with self.assertRaises(UserError):
                self.visit.with_user(user).photo_ids = [command]
        more.write({"name": "unrelated.png"})
        more.unlink()

    def test_evidence_of_a_done_visit_is_locked(self):
        self._close()
        for user in (self.technician, self.planner, self.quality):
            with self.subTest(user=user.login):
                self._check_locked(user)

    def test_evidence_of_a_visit_that_was_broken_off_is_locked(self):
        self.own.write({"customer_signature": PIXEL, "signed_by": "Ana"})
        self.visit.action_cancel()
        self._check_locked(self.planner)
        self.visit.action_back_to_draft()
        self._check_locked(self.planner)
        with self.assertRaisesRegex(UserError, "broken off"):
            self.visit.step_ids[0].done = True
        with self.assertRaisesRegex(UserError, "broken off"):
            self.visit.customer_signature = False
        self.visit.action_plan()
        self.visit.action_start()
        self.visit.step_ids[0].done = True

    def test_reopening_opens_the_evidence_too(self):
        self._close()
        self.visit.with_user(self.quality).action_reopen()
        self.own.photo_ids = [Command.unlink(self.photo.id)]
        self.assertFalse(self.own.photo_ids)
