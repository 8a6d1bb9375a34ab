# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command, fields

from .common import ClientMgmtCommon


class GuideCommon(ClientMgmtCommon):
    """A published guide of the test treatment, and its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guide = cls._create_guide("G-1", "After the diagnosis")

    @classmethod
    def _create_guide(cls, code, name, **values):
        """Return a guide of the test treatment with a first version in force."""
        guide = cls.env["airbag.guide"].create(
            {
                "code": code,
                "name": name,
                "treatment_ids": [Command.set(cls.treatment.ids)],
                **values,
            }
        )
        cls._publish(guide)
        return guide

    @classmethod
    def _publish(cls, guide, content="<p>Watch the warning light</p>"):
        """Publish a new version as quality; return it."""
        version = cls.env["airbag.guide.version"].with_user(cls.quality)
        version = version.create({"guide_id": guide.id, "content": content})
        version.action_publish()
        return version.with_env(cls.env)

    @classmethod
    def _deliver(cls, guide, partner=None, **values):
        """Register, by hand, that a customer was informed."""
        return cls.env["airbag.guide.delivery"].create(
            {
                "guide_id": guide.id,
                "partner_id": (partner or cls.customer).id,
                **values,
            }
        )

    @classmethod
    def _create_session(cls, **values):
        """Return a planned session of half an hour ago with two attendees."""
        return cls.env["airbag.guide.session"].create(
            {
                "partner_id": cls.customer.id,
                "guide_ids": [Command.set(cls.guide.ids)],
                "date": fields.Datetime.now() - timedelta(minutes=30),
                "user_id": cls.technician.id,
                "attendee_ids": [
                    Command.create({"name": "Driver One", "identification": "1"}),
                    Command.create({"name": "Driver Two", "email": "two@example.com"}),
                ],
                **values,
            }
        )

    def _is_pending(self, partner=None, user=None):
        """Tell whether the filter shows a customer; the form must say the same."""
        partner = partner or self.customer
        model = self.env["res.partner"].with_user(user or self.planner)
        found = partner in model.search([("has_pending_guides", "=", True)])
        not_found = partner in model.search([("has_pending_guides", "=", False)])
        self.assertNotEqual(found, not_found)
        partner.invalidate_recordset()
        if partner == partner.commercial_partner_id:
            shown = model.browse(partner.id).has_pending_guides
            self.assertEqual(shown, found, "the form and the filter say the same")
        return found
