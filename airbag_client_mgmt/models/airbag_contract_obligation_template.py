# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .airbag_contract_obligation import PARTIES


class AirbagContractObligationTemplate(models.Model):
    """An obligation that every contract of a quotation template starts with.

    PRO 008 §5.2.3.
    """

    _name = "airbag.contract.obligation.template"
    _description = "Obligation of a Quotation Template"
    _order = "template_id, party, sequence, id"

    # === FIELDS === #
    template_id = fields.Many2one(
        comodel_name="sale.order.template",
        string="Quotation Template",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    party = fields.Selection(selection=PARTIES, required=True, default="company")
    name = fields.Text(string="Obligation", required=True, translate=True)
    due_days = fields.Integer(
        string="Due Days After Start",
        help="Days after the first day of the contract; 0: throughout the contract.",
    )

    _due_days_not_negative = models.Constraint(
        "CHECK (due_days >= 0)",
        "An obligation cannot be due before the contract starts.",
    )

    # === BUSINESS METHODS === #
    def _prepare_obligation_values(self):
        """Return the values of the obligation of a contract."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "party": self.party,
            "name": self.name,
            "due_days": self.due_days,
        }
