# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .guide_common import GuideCommon


@tagged("post_install", "-at_install")
class TestGuideDelivery(GuideCommon):
    """PRO 008 §5.5.2: who was informed of what, which version and when."""

    # --- by hand ---
    def test_a_delivery_is_of_the_version_in_force(self):
        delivery = self._deliver(self.guide)
        self.assertEqual(delivery.version_id, self.guide.current_version_id)
        self.assertEqual(delivery.commercial_partner_id, self.customer)
        second = self._publish(self.guide)
        self.assertEqual(self._deliver(self.guide).version_id, second)
        self.assertEqual(delivery.version_number, 1, "what was given stays")

    def test_bad_input_is_refused(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaises(ValidationError):
            self._deliver(self.guide, date=tomorrow)
        with self.assertRaises(ValidationError):
            self._deliver(
                self.guide,
                version_id=self.guide.current_version_id.id,
                date=fields.Datetime.now() - timedelta(days=2),
            )
        draft = self.env["airbag.guide.version"].create({"guide_id": self.guide.id})
        with self.assertRaises(ValidationError):
            self._deliver(self.guide, version_id=draft.id)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaises(ValidationError):
            self._deliver(self.guide, contact_id=stranger.id)

    def test_a_guide_without_version_is_not_delivered(self):
        guide = self.env["airbag.guide"].create(
            {
                "code": "G-9",
                "name": "Not ready",
                "treatment_ids": [Command.set(self.treatment.ids)],
            }
        )
        with self.assertRaises(UserError):
            self._deliver(guide)

    def test_what_was_delivered_stays(self):
        delivery = self._deliver(self.guide)
        with self.assertRaises(UserError):
            delivery.with_user(self.quality).sudo().unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env.cr.execute(
                "DELETE FROM airbag_guide_version WHERE id = %s",
                [delivery.version_id.id],
            )

    # --- with the report ---
    def _send_report(self, visit):
        visit._send_report()
        self.env.flush_all()
        return visit.report_message_id.attachment_ids

    def test_the_guide_goes_with_the_report(self):
        visit = self._create_done_intervention()
        files = self._send_report(visit)
        self.assertIn("G-1 v1 After the diagnosis.pdf", files.mapped("name"))
        delivery = visit.guide_delivery_ids
        self.assertEqual(delivery.version_id, self.guide.current_version_id)
        self.assertEqual(delivery.channel, "report")
        self.assertEqual(delivery.contact_id, self.customer)
        self.assertEqual(delivery.user_id, self.technician)

    def test_in_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.guide.update_field_translations("name", {"es_419": "Después"})
        self.customer.lang = "es_419"
        files = self._send_report(self._create_done_intervention())
        self.assertIn("G-1 v1 Después.pdf", files.mapped("name"))

    def test_a_customer_gets_a_version_once(self):
        self._send_report(self._create_done_intervention())
        second = self._create_done_intervention()
        self.assertEqual(len(self._send_report(second)), 1, "the report alone")
        self.assertFalse(second.guide_delivery_ids)
        self._publish(self.guide)
        third = self._create_done_intervention()
        self.assertEqual(len(self._send_report(third)), 2)
        self.assertEqual(third.guide_delivery_ids.version_number, 2)

    def test_unless_it_always_goes(self):
        self.guide.send_always = True
        for _visit in range(2):
            visit = self._create_done_intervention()
            self.assertEqual(len(self._send_report(visit)), 2)
            self.assertEqual(len(visit.guide_delivery_ids), 1)

    def test_a_report_sent_twice_registers_once(self):
        visit = self._create_done_intervention()
        self._send_report(visit)
        self.assertEqual(len(self._send_report(visit)), 2, "complete again")
        self.assertEqual(len(visit.guide_delivery_ids), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            visit.guide_delivery_ids.sudo().copy()

    def test_what_did_not_arrive_is_sent_again(self):
        visit = self._create_done_intervention()
        self._send_report(visit)
        visit.guide_delivery_ids._mark_email_failed()
        self.assertTrue(self._is_pending())
        self._send_report(visit)
        self.assertFalse(visit.guide_delivery_ids.email_failed)
        self.assertEqual(len(visit.guide_delivery_ids), 1)
        self.assertFalse(self._is_pending())

    def test_guides_of_others_do_not_go(self):
        treatment = self.treatment.copy({"code": "T-2"})
        self.guide.treatment_ids = treatment
        self.assertEqual(len(self._send_report(self._create_done_intervention())), 1)

    def test_an_archived_guide_does_not_go(self):
        self.guide.action_archive()
        self.assertEqual(len(self._send_report(self._create_done_intervention())), 1)

    # --- sessions ---
    def test_a_session_held_informs_the_customer(self):
        self._create_done_intervention()
        session = self._create_session()
        self.assertTrue(self._is_pending())
        session.with_user(self.technician).action_hold()
        delivery = session.delivery_ids
        self.assertEqual(delivery.channel, "session")
        self.assertEqual(delivery.date, session.date)
        self.assertEqual(delivery.attendee_count, 2)
        self.assertFalse(self._is_pending())

    def test_a_session_of_several_guides(self):
        other = self._create_guide("G-2", "Second")
        session = self._create_session(
            guide_ids=[Command.set((self.guide | other).ids)]
        )
        session.action_hold()
        self.assertEqual(session.delivery_ids.guide_id, self.guide | other)

    def test_a_session_is_complete_before_it_is_held(self):
        for values in (
            {"guide_ids": False},
            {"attendee_ids": False},
            {"date": fields.Datetime.now() + timedelta(hours=1)},
            # Nothing was published yet.
            {"date": fields.Datetime.now() - timedelta(days=9)},
        ):
            session = self._create_session(**values)
            with self.assertRaises(UserError, msg=values):
                session.action_hold()
            self.assertEqual(session.state, "planned")

    def test_the_version_of_the_day_of_the_session(self):
        first = self.guide.current_version_id
        now = fields.Datetime.now()
        today = self.company._get_service_date(now)
        first._stamp({"date": today - timedelta(days=30)})
        self._publish(self.guide)
        session = self._create_session(date=now - timedelta(days=9))
        session.action_hold()
        self.assertEqual(session.delivery_ids.version_id, first)

    def test_a_session_held_is_locked(self):
        session = self._create_session().with_user(self.technician)
        session.place = "Yard"
        session.action_hold()
        self.assertTrue(session.is_locked)
        self.assertFalse(session.with_user(self.quality).is_locked)
        attendee = session.attendee_ids[0]
        with self.assertRaises(UserError):
            session.place = "Elsewhere"
        with self.assertRaises(UserError):
            attendee.name = "Somebody else"
        with self.assertRaises(UserError):
            attendee.unlink()
        with self.assertRaises(UserError):
            attendee.create({"session_id": session.id, "name": "Late"})
        with self.assertRaises(UserError):
            session.action_hold()
        with self.assertRaises(UserError):
            session.unlink()
        session.with_user(self.quality).place = "Elsewhere"
        attendee.with_user(self.quality).name = "Corrected"

    def test_the_signed_list_is_added_afterwards(self):
        files = self.env["ir.attachment"].with_user(self.technician)
        session = self._create_session().with_user(self.technician)
        session.action_hold()
        sheet = files.create({"name": "list.pdf", "raw": b"signed"})
        session.attachment_ids = [Command.link(sheet.id)]
        self.assertEqual(sheet.with_user(self.management).raw, b"signed")
        with self.assertRaises(UserError):
            session.attachment_ids = [Command.unlink(sheet.id)]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            sheet.sudo().unlink()
            self.env.flush_all()

    def test_an_attendee_does_not_join_a_session_held(self):
        held = self._create_session()
        held.action_hold()
        attendee = self._create_session().attendee_ids[0].with_user(self.technician)
        with self.assertRaises(UserError):
            attendee.session_id = held

    def test_nobody_holds_a_session_by_writing(self):
        session = self._create_session().with_user(self.technician)
        with self.assertRaises(UserError):
            session.state = "held"
        with self.assertRaises(UserError):
            session.create({"partner_id": self.customer.id, "state": "held"})

    def test_a_session_is_held_once(self):
        session = self._create_session()
        session.action_hold()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            session.delivery_ids.sudo().copy()

    def test_bad_attendees_and_durations(self):
        with self.assertRaises(ValidationError):
            self._create_session().attendee_ids[0].email = "no address"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_session(duration_hours=0)

    def test_the_attendance_list_has_room_to_sign(self):
        session = self._create_session(place="Yard")
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html(
            "airbag_client_mgmt.report_attendance", session.ids
        )
        text = html.decode()
        for word in ("PRO 008-F5", "Driver One", "Yard", "Test Fleet", "G-1"):
            self.assertIn(word, text)
        self.assertEqual(text.count("<td>8</td>"), 1)
        session.action_hold()
        html, _kind = report._render_qweb_html(
            "airbag_client_mgmt.report_attendance", session.ids
        )
        self.assertNotIn("<td>8</td>", html.decode(), "nobody is added afterwards")
