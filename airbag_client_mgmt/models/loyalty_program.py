# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LoyaltyProgram(models.Model):
    """A discount, promotion or extra service for customers of some levels.

    PRO 008 §5.5.1.
    """

    _inherit = "loyalty.program"
    _check_company_auto = True

    # === FIELDS === #
    limited_to_levels = fields.Boolean(
        string="Only for Loyalty Levels",
        help="The programme reaches the quotations of the customers of these levels, "
        "by itself, and nobody else's.",
    )
    loyalty_level_ids = fields.Many2many(
        comodel_name="airbag.loyalty.level",
        relation="airbag_loyalty_level_program_rel",
        column1="program_id",
        column2="level_id",
        string="Loyalty Levels",
        check_company=True,
        ondelete="restrict",
        # Customers keep an archived level until their next review.
        context={"active_test": False},
    )

    # === CONSTRAINTS === #
    @api.constrains("limited_to_levels", "program_type")
    def _check_not_payment(self):
        """What customers paid for or saved is theirs, whatever their level."""
        for program in self:
            if program.limited_to_levels and program.is_payment_program:
                raise ValidationError(
                    self.env._(
                        "Gift cards and e-wallets are their customers' own money: the "
                        "programme %(program)s cannot be for some loyalty levels only. "
                        "Untick “Only for Loyalty Levels”.",
                        program=program.name,
                    )
                )

    @api.constrains("limited_to_levels", "loyalty_level_ids")
    def _check_levels(self):
        for program in self:
            if program.limited_to_levels and not program.loyalty_level_ids:
                raise ValidationError(
                    self.env._(
                        "Choose at least one loyalty level for the programme "
                        "%(program)s, or untick “Only for Loyalty Levels”.",
                        program=program.name,
                    )
                )

    # === BUSINESS METHODS === #
    def _is_given_by_itself(self):
        """Tell whether the programme reaches quotations of its levels unasked.

        Points saved, coupons of earlier orders, gift cards and e-wallets are the
        customers' own: they are spent only when somebody asks for it.
        """
        self.ensure_one()
        return (
            self.limited_to_levels
            and self.trigger == "auto"
            and self.applies_on == "current"
            and not self.is_payment_program
        )
