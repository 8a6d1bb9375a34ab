# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain


class AirbagIntervention(models.Model):
    """Good practices go with the report of a visit. PRO 008 §5.5.2."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    guide_delivery_ids = fields.One2many(
        comodel_name="airbag.guide.delivery",
        inverse_name="intervention_id",
        string="Good Practices Sent",
    )

    # === BUSINESS METHODS === #
    def _get_report_attachments(self):
        files = super()._get_report_attachments()
        versions = self._get_guides_to_send().with_context(lang=self._get_report_lang())
        versions = versions.with_company(self.company_id)
        return files + [version._get_file() for version in versions]

    def _after_report_sent(self):
        """Register, once, what the customer was given with the report."""
        result = super()._after_report_sent()
        for intervention in self.sudo():
            intervention._register_guides()
        return result

    def _get_guides_to_send(self):
        """Return the current versions that go with the report of this visit.

        Those of its treatment of which the customer company was not informed yet,
        but by this same report: sent again, it is complete again.
        """
        self.ensure_one()
        guides = self.env["airbag.guide"].sudo()
        guides = guides.search(
            # Said here: the scheduled action looks at what is archived, too.
            Domain("active", "=", True)
            & Domain("treatment_ids", "in", self.treatment_id.ids)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("current_version_id", "!=", False)
        )
        informed = self.env["airbag.guide.delivery"].sudo()
        informed = informed.search(
            [
                ("version_id", "in", guides.current_version_id.ids),
                ("company_id", "=", self.company_id.id),
                (
                    "commercial_partner_id",
                    "=",
                    self.partner_id.commercial_partner_id.id,
                ),
                ("email_failed", "=", False),
                ("intervention_id", "!=", self.id),
            ]
        ).guide_id
        return guides.filtered(
            lambda guide: guide.send_always or guide not in informed
        ).current_version_id

    def _register_guides(self):
        """Register the guides sent; one that had not arrived before now did.

        A visit that was corrected to be another customer's informs that one as well.
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        versions = self._get_guides_to_send()
        sent = {
            "date": fields.Datetime.now(),
            "contact_id": self._get_guide_contact().id,
            "mail_message_id": self.report_message_id.id,
        }
        known = self.guide_delivery_ids.filtered(
            lambda delivery: (
                delivery.version_id in versions
                and delivery.commercial_partner_id == customer
            )
        )
        known.filtered("email_failed").write({**sent, "email_failed": False})
        self.env["airbag.guide.delivery"]._register_versions(
            versions - known.version_id,
            [
                {
                    **sent,
                    "company_id": self.company_id.id,
                    "partner_id": self.partner_id.id,
                    "channel": "report",
                    "intervention_id": self.id,
                    "user_id": self.user_id.id,
                }
            ],
        )

    def _get_guide_contact(self):
        """Return who got the report, if it is somebody of the customer."""
        self.ensure_one()
        recipient = self._get_report_recipient()
        customer = self.partner_id.commercial_partner_id
        return recipient.filtered(
            lambda partner: partner.commercial_partner_id == customer
        )
