# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Loyalty levels reached by the history, and what they give. PRO 008 §5.5.1."""

from odoo import Command

PERCENT = {
    "reward_type": "discount",
    "discount": 5,
    "discount_mode": "percent",
    "discount_applicability": "order",
}


class Loyalty:
    """Makes the programmes of the demo and has the levels reviewed."""

    def __init__(self, history):
        self.history = history
        self.env = history.env

    def reward(self):
        """Give each customer its level, and open quotations their benefits."""
        customers = self.env["res.partner"]._get_customers_to_review(limit=1000)
        customers._do_loyalty_levels()
        self._create_programs()
        quotations = self.env["sale.order"].search(
            [("state", "in", ("draft", "sent"))], order="id"
        )
        self.env.add_to_compute(
            quotations._fields["loyalty_level_id"], quotations.exists()
        )
        quotations._apply_level_rewards()

    def _create_programs(self):
        inspection = self.history.ref("product_inspection")
        diagnosis = self.history.ref("product_diag")
        self._create("Cliente Oro: 5 % de descuento", ["gold"], PERCENT)
        self._create(
            "Cliente Plata y Oro: un diagnóstico sin costo",
            ["silver", "gold"],
            {"reward_type": "product", "reward_product_id": diagnosis.id},
        )
        self._create(
            "Cliente Bronce: por cada 10 inspecciones, una gratis",
            ["bronze"],
            {
                "reward_type": "product",
                "reward_product_id": inspection.id,
                "required_points": 10,
            },
            rule={
                "reward_point_mode": "unit",
                "product_ids": [Command.set(inspection.ids)],
            },
            program_type="buy_x_get_y",
        )

    def _create(self, name, levels, reward, rule=None, program_type="promotion"):
        levels = [self.history.ref(f"loyalty_level_{level}").id for level in levels]
        self.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": program_type,
                "trigger": "auto",
                "applies_on": "current",
                "limited_to_levels": True,
                "loyalty_level_ids": [Command.set(levels)],
                "rule_ids": [Command.create({"minimum_qty": 1, **(rule or {})})],
                "reward_ids": [Command.create(reward)],
            }
        )
