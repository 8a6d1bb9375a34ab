# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


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
    @api.depends("partner_id", "email_from", "phone")
    def _compute_known_partner_id(self):
        """Look for the customer of the opportunities without one, in one query."""
        unknown = self.filtered(lambda lead: not lead.partner_id)
        identities = {pair for lead in unknown for pair in lead._get_identities()}
        found = self.env["res.partner"]
        if identities:
            domain = found._get_identity_domain(identities)
            found = found.search(domain, order="is_company desc, id")
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
        return bool(self._get_identities() & partner._get_identities())

    def _get_identities(self):
        """Return by what who asks is known, as pairs of kind and value."""
        self.ensure_one()
        return self.env["res.partner"]._collect_identities(
            False, self.email_from, self.phone
        )

    def _find_matching_partner(self):
        """Propose the known customer wherever Odoo would create a second one."""
        return super()._find_matching_partner() or self.known_partner_id
