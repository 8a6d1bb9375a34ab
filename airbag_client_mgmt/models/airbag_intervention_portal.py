# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

#: What the customer sees: neither ideas of the planning nor what was called off.
PORTAL_STATES = ("planned", "in_progress", "done")


class AirbagIntervention(models.Model):
    """The customer's page of a visit, where the report is read and signed. §5.3.3.

    Portal users have no rights on the model: what a customer sees is what the page
    shows, of the own visits or with the link of the report. Nothing else can be read
    by RPC, whatever field is added to the model later.
    """

    _name = "airbag.intervention"
    _inherit = ["airbag.intervention", "portal.mixin"]

    # === COMPUTE METHODS === #
    def _compute_access_url(self):
        result = super()._compute_access_url()
        for intervention in self:
            intervention.access_url = f"/my/interventions/{intervention.id}"
        return result

    # === BUSINESS METHODS === #
    def _get_absolute_portal_url(self):
        """Return the link that opens the page without login. Called by the e-mail."""
        self.ensure_one()
        return self.get_base_url() + self.get_portal_url()

    @api.model
    def _get_portal_domain(self, partner, companies):
        """Return the visits that a customer's user sees.

        :param partner: the user's partner; everybody of a customer sees its visits
        :param companies: those of ours the user deals with
        """
        return (
            Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
            & Domain("company_id", "in", companies.ids)
            & Domain("state", "in", PORTAL_STATES)
        )
