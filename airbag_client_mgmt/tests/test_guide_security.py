# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .guide_common import GuideCommon


@tagged("post_install", "-at_install")
class TestGuideSecurity(GuideCommon):
    """PRO 008 §3, §5.5.2: who may do what with good practices. Both ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.informing = (cls.technician, cls.planner, cls.salesperson, cls.care)
        cls.delivery = cls._deliver(cls.guide)
        cls.session = cls._create_session()

    def test_quality_keeps_the_guides(self):
        version = self.guide.current_version_id
        for user in (*self.informing, self.management):
            self.assertEqual(self.guide.with_user(user).code, "G-1")
            self.assertEqual(version.with_user(user).number, 1)
            with self.assertRaises(AccessError, msg=user.login):
                self.guide.with_user(user).name = "Other"
            with self.assertRaises(AccessError, msg=user.login):
                version.with_user(user).create({"guide_id": self.guide.id})
            with self.assertRaises(AccessError, msg=user.login):
                version.with_user(user).action_publish()
        self.guide.with_user(self.quality).name = "Other"

    def test_only_quality_publishes(self):
        draft = self.env["airbag.guide.version"].create(
            {"guide_id": self.guide.id, "content": "<p>x</p>"}
        )
        for user in (*self.informing, self.management):
            with self.assertRaises(AccessError, msg=user.login):
                draft.with_user(user).action_publish()
        draft.with_user(self.quality).action_publish()

    def test_whoever_informs_registers_it(self):
        for user in (*self.informing, self.quality):
            model = self.env["airbag.guide.delivery"].with_user(user)
            model.create({"guide_id": self.guide.id, "partner_id": self.customer.id})
            self.assertIn(self.delivery, model.search([]))
        model = self.env["airbag.guide.delivery"].with_user(self.management)
        self.assertIn(self.delivery, model.search([]))
        with self.assertRaises(AccessError):
            model.create({"guide_id": self.guide.id, "partner_id": self.customer.id})

    def test_the_system_registers_what_it_sends(self):
        for values in (
            {"channel": "report"},
            {"channel": "session"},
            {"session_id": self.session.id},
        ):
            model = self.env["airbag.guide.delivery"].with_user(self.quality)
            with self.assertRaises(UserError, msg=values):
                model.create(
                    {
                        "guide_id": self.guide.id,
                        "partner_id": self.customer.id,
                        **values,
                    }
                )

    def test_only_quality_corrects_and_nobody_deletes(self):
        for user in (*self.informing, self.management):
            with self.assertRaises(AccessError, msg=user.login):
                self.delivery.with_user(user).note = "Other"
        for user in (*self.informing, self.management, self.quality):
            with self.assertRaises(UserError, msg=user.login):
                self.delivery.with_user(user).unlink()
        corrected = self.delivery.with_user(self.quality)
        corrected = corrected.with_context(tracking_disable=False)
        corrected.channel = "printed"
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = self.delivery.message_ids.sudo().tracking_value_ids
        self.assertEqual(tracked.field_id.name, "channel")

    def test_whoever_informs_holds_sessions(self):
        for user in self.informing:
            session = self._create_session(user_id=user.id).with_user(user)
            session.attendee_ids[0].function = "Driver"
            session.action_hold()
            self.assertEqual(session.state, "held")
        planned = self._create_session().with_user(self.management)
        self.assertTrue(planned.attendee_ids.mapped("name"))
        with self.assertRaises(AccessError):
            planned.action_hold()
        with self.assertRaises(AccessError):
            planned.attendee_ids[0].name = "Other"

    def test_a_planned_session_may_be_given_up(self):
        self.session.with_user(self.technician).unlink()
        self.assertFalse(self.session.exists())

    def test_an_employee_without_a_role_sees_no_register(self):
        employee = new_test_user(self.env, login="nobody", groups="base.group_user")
        for record in (self.delivery, self.session, self.session.attendee_ids):
            with self.assertRaises(AccessError):
                record.with_user(employee).read(["display_name"])

    def test_customers_see_nothing_here(self):
        portal = new_test_user(self.env, login="portal", groups="base.group_portal")
        for record in (
            self.guide,
            self.guide.current_version_id,
            self.delivery,
            self.session,
            self.session.attendee_ids,
        ):
            with self.assertRaises(AccessError, msg=record._name):
                record.with_user(portal).read(["display_name"])
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["pending_guide_ids"])

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            login="other_quality",
            groups="airbag_client_mgmt.group_quality_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        shared = self.guide
        own = self._create_guide("G-2", "Ours", company_id=self.company.id)
        for record in (
            own,
            own.current_version_id,
            self.delivery,
            self.session,
            self.session.attendee_ids[0],
        ):
            self.assertNotIn(record, record.with_user(stranger).search([]))
            with self.assertRaises(AccessError, msg=record._name):
                record.with_user(stranger).read(["display_name"])
        self.assertIn(shared, shared.with_user(stranger).search([]))
        with self.assertRaises(UserError):
            self._deliver(own, company_id=other.id)

    def test_the_wizard_is_for_who_informs(self):
        for user in (self.planner, self.salesperson, self.care, self.quality):
            self.env["airbag.guide.send"].with_user(user).create({})
        for user in (self.technician, self.management):
            with self.assertRaises(AccessError, msg=user.login):
                self.env["airbag.guide.send"].with_user(user).create({})
