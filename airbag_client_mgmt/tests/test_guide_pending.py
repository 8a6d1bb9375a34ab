# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCase

from .guide_common import GuideCommon


@tagged("post_install", "-at_install")
class TestGuidePending(GuideCommon, MailCase):
    """PRO 008 §5.5.2: which customers have not been informed, and informing them."""

    # --- the filter ---
    def test_without_a_visit_nobody_waits(self):
        self.assertFalse(self._is_pending())

    def test_a_visit_not_done_does_not_count(self):
        visit = self._create_intervention()
        self.assertFalse(self._is_pending())
        visit.action_plan()
        self.assertFalse(self._is_pending())

    def test_after_the_visit_the_customer_waits(self):
        self._create_done_intervention()
        self.assertTrue(self._is_pending())
        self.assertEqual(self.customer.pending_guide_ids, self.guide)
        self.assertTrue(self._is_pending(user=self.technician))

    def test_another_treatment_does_not_count(self):
        self.guide.treatment_ids = self.treatment.copy({"code": "T-2"})
        self._create_done_intervention()
        self.assertFalse(self._is_pending())

    def test_a_guide_without_current_version_does_not_count(self):
        self.env["airbag.guide"].create(
            {
                "code": "G-9",
                "name": "Not ready",
                "treatment_ids": [Command.set(self.treatment.ids)],
            }
        ).action_new_version()
        self._create_done_intervention()
        self._deliver(self.guide)
        self.assertFalse(self._is_pending())

    def test_an_old_version_is_not_enough(self):
        self._create_done_intervention()
        self._deliver(self.guide)
        self.assertFalse(self._is_pending())
        self._publish(self.guide)
        self.assertTrue(self._is_pending())

    def test_a_contact_informs_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.customer.id}
        )
        self._create_done_intervention(partner_id=contact.id)
        self.assertTrue(self._is_pending())
        self.assertFalse(self._is_pending(contact), "the company is listed, once")
        self._deliver(self.guide, contact)
        self.assertFalse(self._is_pending())

    def test_an_archived_guide_does_not_count(self):
        self._create_done_intervention()
        self.guide.action_archive()
        self.assertFalse(self._is_pending())

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.quality.company_ids |= other
        self._create_done_intervention()
        theirs = self.env["res.partner"].with_user(self.quality)
        theirs = theirs.with_context(allowed_company_ids=other.ids)
        domain = [("has_pending_guides", "=", True)]
        self.assertNotIn(self.customer, theirs.search(domain))
        self.assertFalse(theirs.browse(self.customer.id).has_pending_guides)
        both = theirs.with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertIn(self.customer, both.search(domain))
        # What the other company told the customer is not what we told.
        self._deliver(self.guide, company_id=other.id)
        self.assertTrue(self._is_pending())
        self.guide.company_id = other
        self.assertFalse(self._is_pending())

    def test_a_list_takes_few_queries(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(50)]
        )
        for customer in customers:
            self._create_done_intervention(partner_id=customer.id, vehicle_id=False)
        customers = customers.with_user(self.planner)

        def read(records):
            self.env.flush_all()
            self.env.invalidate_all()
            records.with_user(self.planner).mapped("pending_guide_ids.code")
            records.with_user(self.planner).mapped("guide_delivery_count")

        read(customers)  # warms the caches
        before = self.env.cr.sql_log_count
        read(customers[:2])
        few = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        read(customers)
        many = self.env.cr.sql_log_count - before
        self.assertEqual(many, few)
        self.assertLessEqual(many, 10)

    # --- the wizard ---
    def _open_wizard(self, customers, user=None):
        return (
            self.env["airbag.guide.send"]
            .with_user(user or self.salesperson)
            .with_context(active_model="res.partner", active_ids=customers.ids)
            .create({})
        )

    def test_the_missing_guides_are_sent_once(self):
        self._create_done_intervention()
        second = self._create_guide("G-2", "Second")
        wizard = self._open_wizard(self.customer)
        self.assertEqual(wizard.sendable_count, 1)
        self.assertEqual(wizard.guide_ids, self.guide | second)
        with self.mock_mail_gateway():
            wizard.action_apply()
            with self.assertRaises(UserError):
                wizard.action_apply()
            with self.assertRaises(UserError):
                self._open_wizard(self.customer).action_apply()
        mail = self._new_mails
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.state, "outgoing", "queued")
        self.assertEqual(
            sorted(mail.attachment_ids.mapped("name")),
            ["G-1 v1 After the diagnosis.pdf", "G-2 v1 Second.pdf"],
        )
        self.assertIn("After the diagnosis", mail.body_html)
        deliveries = self.env["airbag.guide.delivery"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(deliveries.mapped("channel"), ["email", "email"])
        self.assertEqual(deliveries.user_id, self.salesperson)
        self.assertFalse(self._is_pending())

    def _count_queries(self, wizard):
        """Return how many queries the preview takes, with warm caches."""
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.mapped("sendable_count")
        return self.env.cr.sql_log_count - before

    def test_many_are_sent_in_few_queries(self):
        customers = self.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"c{number}@example.com"}
                for number in range(20)
            ]
        )
        for customer in customers:
            self._create_done_intervention(partner_id=customer.id, vehicle_id=False)
        few, wizard = self._open_wizard(customers[:2]), self._open_wizard(customers)
        self.assertEqual(self._count_queries(few), self._count_queries(wizard))
        self.assertEqual(wizard.sendable_count, 20)
        with self.mock_mail_gateway():
            wizard.action_apply()
        self.assertEqual(len(self._new_mails), 20)
        self.assertFalse(customers.filtered("has_pending_guides"))

    def test_each_in_their_language(self):
        for lang in ("en_US", "es_419"):
            self.env["res.lang"]._activate_lang(lang)
        self.customer.lang = "en_US"
        self.guide.update_field_translations("name", {"es_419": "Después"})
        spanish = self.customer.copy({"lang": "es_419", "email": "es@example.com"})
        self._create_done_intervention()
        self._create_done_intervention(partner_id=spanish.id, vehicle_id=False)
        with self.mock_mail_gateway():
            self._open_wizard(self.customer | spanish).action_apply()
        names = {
            mail.recipient_ids: mail.attachment_ids.name for mail in self._new_mails
        }
        self.assertEqual(names[spanish], "G-1 v1 Después.pdf")
        self.assertEqual(names[self.customer], "G-1 v1 After the diagnosis.pdf")

    def test_who_has_no_address_is_named(self):
        mute = self.env["res.partner"].create(
            {"name": "No address", "is_company": True}
        )
        self._create_done_intervention()
        self._create_done_intervention(partner_id=mute.id, vehicle_id=False)
        wizard = self._open_wizard(self.customer | mute)
        self.assertEqual(wizard.unreachable_ids, mute)
        with self.mock_mail_gateway():
            action = wizard.action_apply()
        self.assertEqual(len(self._new_mails), 1)
        self.assertIn("No address", action["params"]["message"])
        self.assertTrue(self._is_pending(mute))
        with self.assertRaisesRegex(UserError, "No address"):
            self._open_wizard(mute).action_apply()
        # A contact's address will do.
        contact = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": mute.id, "email": "driver@example.com"}
        )
        with self.mock_mail_gateway():
            self._open_wizard(mute).action_apply()
        self.assertEqual(self._new_mails.recipient_ids, contact)
        self.assertFalse(self._is_pending(mute))

    def test_informed_customers_are_not_bothered(self):
        self._create_done_intervention()
        self._deliver(self.guide)
        wizard = self._open_wizard(self.customer)
        self.assertEqual(wizard.informed_ids, self.customer)
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_an_email_that_did_not_leave_informs_nobody(self):
        self._create_done_intervention()
        with self.mock_mail_gateway():
            self._open_wizard(self.customer).action_apply()
            mail = self._new_mails
        mail._postprocess_sent_message([], [], failure_type="mail_email_invalid")
        delivery = self.env["airbag.guide.delivery"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertTrue(delivery.email_failed)
        self.assertTrue(self._is_pending())
        with self.mock_mail_gateway():
            self._open_wizard(self.customer).action_apply()
        self.assertEqual(len(self._new_mails), 1)
        self.assertFalse(self._is_pending())

    def test_an_email_that_left_informs(self):
        self._create_done_intervention()
        with self.mock_mail_gateway():
            self._open_wizard(self.customer).action_apply()
            self._new_mails.send()
        self.assertFalse(self._is_pending())

    def test_an_email_that_came_back_informs_nobody(self):
        self._create_done_intervention()
        with self.mock_mail_gateway():
            self._open_wizard(self.customer).action_apply()
            message = self._new_mails.mail_message_id
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "bounced_email": "fleet@example.com",
                "bounced_message": message,
                "bounced_msg_ids": [message.message_id],
                "bounced_partner": self.customer,
                "email_from": "mailer-daemon@example.com",
                "message_id": "<bounce@example.com>",
                "to": "bounce@example.com",
            },
        )
        self.assertTrue(self._is_pending())

    def test_the_window_of_the_register(self):
        self._deliver(self.guide)
        action = self.customer.action_view_guide_deliveries()
        found = self.env["airbag.guide.delivery"].search(action["domain"])
        self.assertEqual(found.partner_id, self.customer)
        self.assertEqual(self.customer.guide_delivery_count, 1)
        model = self.env["airbag.guide.delivery"].with_user(self.technician)
        with Form(model.with_context(**action["context"])) as form:
            form.guide_id = self.guide
            self.assertEqual(form.version_id, self.guide.current_version_id)
