# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import quote

from odoo import models
from odoo.exceptions import UserError

from ..tools.phone import to_mobile


class SurveyUserInput(models.Model):
    """The survey's link by WhatsApp, from the employee's own phone. §5.4.1."""

    _inherit = "survey.user_input"

    # === ACTION METHODS === #
    def action_whatsapp(self):
        """Open WhatsApp with the survey's link, and record the contact.

        :raise UserError: when the contact has no usable mobile number.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open_for_answers()
        number = self._get_whatsapp_number()
        if not number:
            raise UserError(
                self.env._(
                    "%(contact)s has no mobile phone number that WhatsApp can open. "
                    "Complete the contact with a mobile number first; one of "
                    "another country with its code, as in +57.",
                    contact=self.partner_id.display_name,
                )
            )
        self._mark_contacted("whatsapp", self.env.user)
        self._finish_call()
        text = quote(self._get_whatsapp_text(), safe="")
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/{number}?text={text}",
            "target": "new",
        }

    # === BUSINESS METHODS === #
    def _get_whatsapp_number(self):
        """Return the contact's number as WhatsApp wants it: digits with country.

        Numbers without country code are of the contact's country, else of the
        company's. Empty without a valid number, and for a landline.
        """
        self.ensure_one()
        partner = self.partner_id.sudo()
        country = partner.country_id or self.sudo().company_id.country_id
        return to_mobile(partner.phone or "", country.phone_code)

    def _get_whatsapp_text(self):
        """Return the message that WhatsApp opens with, in the contact's language."""
        self.ensure_one()
        record = self.with_context(lang=self.partner_id.lang or self.env.lang).sudo()
        return record.env._(
            "Hello %(contact)s, this is %(company)s. How was the service of "
            "%(date)s? Please tell us here: %(link)s",
            contact=record.partner_id.name or "",
            company=record.company_id.name,
            date=record._format_service_date(),
            link=record._get_absolute_start_url(),
        )
