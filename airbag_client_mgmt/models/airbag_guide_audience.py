# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AirbagGuideAudience(models.AbstractModel):
    """The customer who is informed, and the person there. PRO 008 §5.5.2."""

    _name = "airbag.guide.audience"
    _description = "Informed Customer"

    # === FIELDS === #
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer Company"
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
    )

    # === CONSTRAINTS === #
    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        """:raise ValidationError: if the person is another customer's."""
        for record in self.filtered("contact_id"):
            contact = record.contact_id
            if contact.commercial_partner_id != record.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is not a contact of the customer %(customer)s.",
                        contact=contact.name,
                        customer=record.partner_id.name,
                    )
                )
