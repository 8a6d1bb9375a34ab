# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class LoyaltyReward(models.Model):
    """What a level gives, in the words its customer reads. PRO 008 §5.5.1."""

    _inherit = "loyalty.reward"

    # === COMPUTE METHODS === #
    @api.depends("program_id.limited_to_levels")
    def _compute_description(self):
        """Say what it is for; Odoo puts "Discount" before it on taxed lines."""
        result = super()._compute_description()
        for reward in self.filtered(lambda reward: reward._is_level_discount()):
            reward.description = self.env._(
                "%(rate)g%% for your loyalty", rate=reward.discount
            )
        return result

    # === BUSINESS METHODS === #
    def _is_level_discount(self):
        """Tell whether the reward is a level's percentage off the whole order."""
        self.ensure_one()
        return (
            self.program_id.limited_to_levels
            and self.reward_type == "discount"
            and self.discount_mode == "percent"
            and self.discount_applicability == "order"
            and not self.discount_max_amount
        )
