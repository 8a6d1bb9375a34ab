# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.contacts import normalise_phone


class CrmLead(models.Model):
    """The customer that an opportunity may already be. PRO 008 §5.1.2."""

    _inherit = "crm.lead"

    # === FIELDS === #
    known_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Known Customer",
        compute="_compute_known_partner_id",
        help="A customer with the same e-mail or phone.",
    )
    asks_referrer = fields.Boolean(related="medium_id.asks_referrer")

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "email_normalized", "phone")
    def _compute_known_partner_id(self):
        """Look for the customer of the opportunities without one, in one query."""
        unknown = self.filtered(lambda lead: not lead.partner_id)
        emails = [email for email in unknown.mapped("email_normalized") if email]
        phones = [
            phone for phone in map(normalise_phone, unknown.mapped("phone")) if phone
        ]
        found = self.env["res.partner"]
        if emails or phones:
            found = found.search(
                Domain("email_normalized", "in", emails)
                | Domain("phone_normalized", "in", phones),
                order="is_company desc, id",
            )
        self.known_partner_id = False
        for lead in unknown:
            lead.known_partner_id = found.filtered(lead._is_known_as)[:1]

    # === ACTION METHODS === #
    def action_use_known_partner(self):
        """The opportunity is of the customer that was found."""
        for lead in self.filtered("known_partner_id"):
            lead.partner_id = lead.known_partner_id
        return True

    # === BUSINESS METHODS === #
    def _is_known_as(self, partner):
        self.ensure_one()
        if self.company_id and partner.company_id not in (
            self.company_id,
            self.company_id.browse(),
        ):
            return False
        email, phone = self.email_normalized, normalise_phone(self.phone)
        return bool(
            (email and email == partner.email_normalized)
            or (phone and phone == partner.phone_normalized)
        )

    def _find_matching_partner(self):
        """Propose the known customer wherever Odoo would create a second one."""
        return super()._find_matching_partner() or self.known_partner_id
