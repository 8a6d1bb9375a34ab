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
    )

    # === CONSTRAINTS === #
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
