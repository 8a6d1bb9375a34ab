# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..tools.texts import replace_carried

#: Texts asked once and carried from the lead to the customer and its quotations.
CARRIED_FIELDS = ("specific_needs", "special_requirements")


class CrmLead(models.Model):
    """A potential customer: how it came and what it needs. PRO 008 §5.1.1-2."""

    _inherit = "crm.lead"
    # Management, which reads every opportunity, reads its commercial visits as well.
    _mail_post_access = "read"

    # === FIELDS === #
    specific_needs = fields.Text(
        compute="_compute_specific_needs",
        store=True,
        readonly=False,
        help="What the customer expects of our services (PRO 008 §5.1.2).",
    )
    special_requirements = fields.Text(
        compute="_compute_special_requirements",
        store=True,
        readonly=False,
        help="What must be respected on every visit (PRO 008 §5.1.2).",
    )
    # What of the texts came from the customer: another one brings its own.
    carried_specific_needs = fields.Text(
        compute="_compute_specific_needs", store=True, readonly=False
    )
    carried_special_requirements = fields.Text(
        compute="_compute_special_requirements", store=True, readonly=False
    )
    alliance_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Referring Ally",
        index="btree_not_null",
        check_company=True,
        help="The ally or customer who referred this one (PRO 008 §5.1.1).",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id")
    def _compute_specific_needs(self):
        self._carry_text_from_partner("specific_needs")

    @api.depends("partner_id")
    def _compute_special_requirements(self):
        self._carry_text_from_partner("special_requirements")

    # === ACTION METHODS === #
    def action_new_quotation(self):
        """The quotation is for a customer that already has what was asked."""
        self._carry_needs_to_partner()
        return super().action_new_quotation()

    # === BUSINESS METHODS === #
    def _carry_text_from_partner(self, fname):
        """Start from what the customer stated; what a person typed stays.

        When the customer is corrected, the text of the former one goes with it.
        """
        carried_fname = f"carried_{fname}"
        for lead in self:
            stated = lead.partner_id[fname]
            text = replace_carried(lead[fname], lead[carried_fname], stated)
            lead[fname] = lead[fname] if text is None else text or False
            lead[carried_fname] = text is not None and stated

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Register the new customer with its needs (PRO 008 §5.1.2)."""
        return {
            **super()._prepare_customer_values(partner_name, is_company, parent_id),
            **{fname: self[fname] for fname in CARRIED_FIELDS},
            "alliance_partner_id": self.alliance_partner_id.id,
        }

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """A won lead leaves what it learnt on the customer."""
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        self.filtered(
            lambda lead: (
                new_status_by_lead.get(lead.id, {}).get("is_won")
                and not old_status_by_lead.get(lead.id, {}).get("is_won")
            )
        )._carry_needs_to_partner()
        return result

    def _carry_needs_to_partner(self):
        """Add to the customer what is not written there yet; never overwrite."""
        for lead in self.filtered("partner_id"):
            values = lead._prepare_carried_values()
            if values:
                lead.partner_id.write(values)

    def _prepare_carried_values(self):
        self.ensure_one()
        partner = self.partner_id
        values = {}
        for fname in CARRIED_FIELDS:
            known, asked = partner[fname] or "", self[fname] or ""
            if asked.strip() and asked.strip() not in known:
                values[fname] = f"{known}\n{asked}".strip()
        if self.alliance_partner_id and not partner.alliance_partner_id:
            values["alliance_partner_id"] = self.alliance_partner_id.id
        return values

    def _merge_dependences(self, opportunities):
        """Merging keeps the evidence: visits that were held, requests answered."""
        result = super()._merge_dependences(opportunities)
        # As Odoo does with the messages: whoever merges may see what is merged.
        merged = opportunities.sudo().with_context(active_test=False)
        visits = merged.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", merged.ids)]
        )
        visits.write({"res_id": self.id})
        merged.ticket_ids.write({"lead_id": self.id})
        return result

    def _merge_get_fields_specific(self):
        """Merging leads keeps what was asked on each."""

        def join(fname, leads):
            texts = dict.fromkeys(text.strip() for text in leads.mapped(fname) if text)
            return "\n".join(texts)

        return {
            **super()._merge_get_fields_specific(),
            **dict.fromkeys(CARRIED_FIELDS, join),
            "alliance_partner_id": lambda fname, leads: leads.alliance_partner_id[:1],
        }
