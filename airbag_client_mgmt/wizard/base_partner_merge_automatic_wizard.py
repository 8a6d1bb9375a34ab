# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..models.res_partner_loyalty import MERGING_CONTACTS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Two records of one customer become one. PRO 008 §5.1.1, §5.1.2, §5.5.1."""

    _inherit = "base.partner.merge.automatic.wizard"

    # === BUSINESS METHODS === #
    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Keep what is archived, too.

        Odoo moves the activities that are still planned; those done, among them the
        commercial visits that were held, were deleted with the merged contact.
        """
        everything = self.with_context(active_test=False)
        return super(
            BasePartnerMergeAutomaticWizard, everything
        )._update_reference_fields(src_partners, dst_partner)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Let both customers have been informed of the same good practices (§5.5.2)."""
        deliveries = self.env["airbag.guide.delivery"].sudo()
        deliveries.search(
            Domain("partner_id", "in", src_partners.ids)
            | Domain("contact_id", "in", src_partners.ids)
            | Domain("commercial_partner_id", "in", src_partners.ids)
        ).is_merged = True
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Nobody writes a level: that of the survivor follows from all the facts."""
        merging = dst_partner.with_context(**{MERGING_CONTACTS: True})
        result = super()._update_values(src_partners, merging)
        # Companies are few, and each has levels of its own.
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        dst_partner._repeat_loyalty_reviews(
            companies, dst_partner | dst_partner.commercial_partner_id
        )
        return result
