# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.contacts import normalise_phone, normalise_tax_id

#: What two contacts of one customer have in common, as it is compared.
IDENTITY_FIELDS = ("tax_id_normalized", "email_normalized", "phone_normalized")


class ResPartner(models.Model):
    """Who may already be the customer that is being registered. PRO 008 §5.1.2."""

    _inherit = "res.partner"

    # === FIELDS === #
    tax_id_normalized = fields.Char(
        compute="_compute_tax_id_normalized",
        store=True,
        index="btree_not_null",
        help="The tax id without spaces, points and hyphens, to be compared.",
    )
    phone_normalized = fields.Char(
        compute="_compute_phone_normalized",
        store=True,
        index="btree_not_null",
        help="The last digits of the phone number, to be compared.",
    )
    duplicate_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Possible Duplicates",
        compute="_compute_duplicate_partner_ids",
        help="Other customers with the same tax id, e-mail or phone.",
    )
    referred_lead_count = fields.Integer(
        string="Opportunities Brought", compute="_compute_referred_lead_count"
    )

    # === COMPUTE METHODS === #
    @api.depends("vat")
    def _compute_tax_id_normalized(self):
        for partner in self:
            partner.tax_id_normalized = normalise_tax_id(partner.vat) or False

    @api.depends("phone")
    def _compute_phone_normalized(self):
        for partner in self:
            partner.phone_normalized = normalise_phone(partner.phone) or False

    @api.depends("vat", "email", "phone", "parent_id", "company_id")
    def _compute_duplicate_partner_ids(self):
        """Compare with everybody but the contacts of the same company."""
        found = self._find_same_identity()
        for partner in self:
            family = partner.commercial_partner_id._origin | partner._origin
            family |= partner.parent_id.commercial_partner_id._origin
            same = found.filtered(partner._shares_identity)
            partner.duplicate_partner_ids = same.commercial_partner_id - family

    def _compute_referred_lead_count(self):
        counts = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("alliance_partner_id", "in", self.ids)],
                ["alliance_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.referred_lead_count = counts.get(partner._origin, 0)

    # === ACTION METHODS === #
    def action_view_referred_leads(self):
        """Open the opportunities that this ally brought, lost ones included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.crm_lead_action_conversion"
        )
        action["domain"] = [("alliance_partner_id", "=", self.id)]
        action["views"] = [(False, "list"), (False, "form")]
        return action

    # === BUSINESS METHODS === #
    def _find_same_identity(self):
        """Return, in one query, whoever shares an identity with these partners."""
        same = [
            Domain(fname, "in", values)
            for fname in IDENTITY_FIELDS
            if (values := [value for value in self.mapped(fname) if value])
        ]
        if not same:
            return self.browse()
        return self.search(Domain.OR(same) & Domain("id", "not in", self._origin.ids))

    def _shares_identity(self, other):
        return any(
            self[fname] and self[fname] == other[fname] for fname in IDENTITY_FIELDS
        ) and (
            not self.company_id
            or not other.company_id
            or self.company_id == other.company_id
        )
