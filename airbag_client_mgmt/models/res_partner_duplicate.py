# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize_all, escape_psql

from ..tools.contacts import normalise_phone, normalise_tax_id

#: Who shares an identity with another customer, of the companies given.
DUPLICATED = """(
    WITH identity AS (
        SELECT partner.id, partner.commercial_partner_id, partner.company_id,
               known.kind, known.value
          FROM res_partner partner
    CROSS JOIN LATERAL (
            SELECT 'tax_id' AS kind, partner.tax_id_normalized AS value
         UNION SELECT 'phone', partner.phone_normalized
         UNION SELECT 'email', partner.email_normalized
         UNION SELECT 'email', unnest(string_to_array(
                   trim(partner.other_emails_normalized), ' '))
             ) known
         WHERE known.value IS NOT NULL
           AND (partner.company_id IS NULL OR partner.company_id IN %s)
    )
    SELECT one.id
      FROM identity one
     WHERE EXISTS (
           SELECT 1
             FROM identity other
            WHERE other.kind = one.kind
              AND other.value = one.value
              AND other.commercial_partner_id <> one.commercial_partner_id
              AND (one.company_id = other.company_id
                   OR one.company_id IS NULL
                   OR other.company_id IS NULL)
           )
)"""


class ResPartner(models.Model):
    """Who may already be the customer that is being registered. PRO 008 §5.1.2."""

    _inherit = "res.partner"

    # === FIELDS === #
    tax_id_normalized = fields.Char(
        compute="_compute_tax_id_normalized",
        store=True,
        index="btree_not_null",
        help="The tax id without its name, points and check digit, to be compared.",
    )
    phone_normalized = fields.Char(
        compute="_compute_phone_normalized",
        store=True,
        index="btree_not_null",
        help="The phone number as dialled within its country, to be compared.",
    )
    other_emails_normalized = fields.Char(
        compute="_compute_other_emails_normalized",
        store=True,
        index="btree_not_null",
        help="Of a contact with several e-mails: those after the first one, each "
        "between spaces.",
    )
    duplicate_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Possible Duplicates",
        compute="_compute_duplicate_partner_ids",
        search="_search_duplicate_partner_ids",
        context={"active_test": False},
        help="Other customers with the same tax id, e-mail or phone, archived ones "
        "included.",
    )
    referred_lead_count = fields.Integer(
        string="Opportunities Brought", compute="_compute_referred_lead_count"
    )

    # Odoo keeps it for its own comparisons, without an index.
    _email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
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

    @api.depends("email")
    def _compute_other_emails_normalized(self):
        for partner in self:
            others = email_normalize_all(partner.email or "")[1:]
            partner.other_emails_normalized = bool(others) and f" {' '.join(others)} "

    @api.depends("active")
    @api.depends_context("mark_archived")
    def _compute_display_name(self):
        """Say which of the possible duplicates are archived."""
        result = super()._compute_display_name()
        if self.env.context.get("mark_archived"):
            for partner in self.filtered(lambda partner: not partner.active):
                partner.display_name = self.env._(
                    "%(customer)s (archived)", customer=partner.display_name
                )
        return result

    @api.depends("vat", "email", "phone", "parent_id", "company_id")
    def _compute_duplicate_partner_ids(self):
        """Compare with everybody but the contacts of the same company."""
        found = self._find_same_identity()
        identities = {partner: partner._get_identities() for partner in found}
        for partner in self:
            family = partner.commercial_partner_id._origin | partner._origin
            family |= partner.parent_id.commercial_partner_id._origin
            own = partner._get_identities()
            same = found.filtered(
                lambda other, partner=partner, own=own: (
                    own & identities[other] and partner._is_of_one_company(other)
                )
            )
            partner.duplicate_partner_ids = same.commercial_partner_id - family

    @api.model
    def _search_duplicate_partner_ids(self, operator, value):
        """List who has possible duplicates; who they are is told by each contact."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        return ~Domain("id", "in", self._get_duplicated_query())

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
        identities = {pair for partner in self for pair in partner._get_identities()}
        if not identities:
            return self.browse()
        everybody = self.with_context(active_test=False)
        return everybody.search(self._get_identity_domain(identities))

    def _get_identities(self):
        """Return by what a contact is known, as pairs of kind and value."""
        self.ensure_one()
        return self._collect_identities(self.vat, self.email, self.phone)

    @api.model
    def _collect_identities(self, vat, email, phone):
        pairs = [("tax_id", normalise_tax_id(vat)), ("phone", normalise_phone(phone))]
        pairs += [("email", address) for address in email_normalize_all(email or "")]
        return {(kind, value) for kind, value in pairs if value}

    @api.model
    def _get_identity_domain(self, identities):
        """Return who is known by one of these pairs of kind and value."""
        values = {"tax_id": [], "phone": [], "email": []}
        for kind, value in identities:
            values[kind].append(value)
        return Domain.OR(
            [
                Domain("tax_id_normalized", "in", values["tax_id"]),
                Domain("phone_normalized", "in", values["phone"]),
                Domain("email_normalized", "in", values["email"]),
            ]
            + [
                Domain("other_emails_normalized", "=like", f"% {escape_psql(email)} %")
                for email in values["email"]
            ]
        )

    @api.model
    def _get_duplicated_query(self) -> SQL:
        """Return the ids of who shares an identity with another customer.

        As :meth:`_compute_duplicate_partner_ids`, for everybody at once.
        """
        self.flush_model(
            [
                "commercial_partner_id",
                "company_id",
                "email_normalized",
                "other_emails_normalized",
                "phone_normalized",
                "tax_id_normalized",
            ]
        )
        return SQL(DUPLICATED, tuple(self.env.companies.ids))

    def _is_of_one_company(self, other):
        return (
            not self.company_id
            or not other.company_id
            or self.company_id == other.company_id
        )
