# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: Who must keep an obligation; also on quotation templates.
PARTIES = [("company", "Company"), ("customer", "Customer")]


class AirbagContractObligation(models.Model):
    """What one party of a contract must do, by when, and the proof of it.

    Copied from the quotation template, adjusted by Commercial before signing and
    followed afterwards by its responsible. What was agreed is frozen with the
    signature; state, responsible and evidence are not. PRO 008 §5.2.3.
    """

    _name = "airbag.contract.obligation"
    _description = "Contract Obligation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "order_id desc, party, sequence, id"
    _check_company_auto = True

    # === FIELDS === #
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Contract",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, string="Customer"
    )
    sequence = fields.Integer(default=10)
    party = fields.Selection(selection=PARTIES, required=True, default="company")
    name = fields.Text(string="Obligation", required=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        index="btree_not_null",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who on our side sees to it, or checks that the customer does.",
    )
    due_days = fields.Integer(
        string="Due Days After Start",
        help="Days after the first day of the contract; 0: throughout the contract.",
    )
    date_due = fields.Date(
        string="Due Date",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        copy=False,
        help="Empty: the obligation holds throughout the contract.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("fulfilled", "Fulfilled"),
            ("breached", "Breached"),
        ],
        required=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    evidence = fields.Text(
        copy=False,
        tracking=True,
        help="How it is known that the obligation was kept, or that it was not.",
    )
    # Stored: a responsible may have no access to the contract.
    contract_state = fields.Selection(related="order_id.contract_state", store=True)
    contract_replaced_on = fields.Date(
        string="Contract Replaced After",
        related="order_id.replaced_on",
        store=True,
        help="The obligation goes on in the amendment that replaced the contract.",
    )

    _due_days_not_negative = models.Constraint(
        "CHECK (due_days >= 0)",
        "An obligation cannot be due before the contract starts.",
    )

    # === COMPUTE METHODS === #
    @api.depends("due_days", "order_id.contract_start")
    def _compute_date_due(self):
        for obligation in self:
            start = obligation.order_id.contract_start
            if obligation.due_days and start:
                obligation.date_due = start + timedelta(days=obligation.due_days)
            elif obligation.due_days:
                obligation.date_due = False

    @api.depends("name", "order_id.name")
    def _compute_display_name(self):
        for obligation in self:
            title = (obligation.name or "").partition("\n")[0]
            # A responsible may have no access to the contract.
            contract = obligation.sudo().order_id.name or ""
            obligation.display_name = f"{contract} · {title}"

    # === CONSTRAINTS === #
    @api.constrains("date_due")
    def _check_date_due(self):
        for obligation in self:
            start = obligation.order_id.contract_start
            if start and obligation.date_due and obligation.date_due < start:
                raise ValidationError(
                    self.env._(
                        "“%(obligation)s” cannot be due before the contract starts.",
                        obligation=obligation.name,
                    )
                )

    @api.constrains("state", "evidence")
    def _check_breach_evidence(self):
        for obligation in self:
            if obligation.state == "breached" and not obligation._has_evidence():
                raise ValidationError(
                    self.env._("Write in the evidence how the obligation was breached.")
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        obligations = super().create(vals_list)
        obligations._check_terms_not_frozen()
        return obligations

    def write(self, vals):
        frozen = self._get_frozen_fields() & set(vals)
        if frozen:
            self._check_terms_not_frozen()
        self._check_evidence_kept(vals)
        result = super().write(vals)
        if "order_id" in frozen:
            # One that only now is of the contract.
            self._check_terms_not_frozen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed_contract(self):
        self._check_terms_not_frozen()

    # === ACTION METHODS === #
    def action_fulfil(self):
        """The party kept the obligation."""
        self.write({"state": "fulfilled"})

    def action_breach(self):
        """The party did not keep the obligation; the evidence says how.

        :raise ValidationError: if nothing was written in the evidence.
        """
        self.write({"state": "breached"})

    # === BUSINESS METHODS === #
    @api.model
    def _get_frozen_fields(self):
        """Return the fields that the signature of the contract freezes."""
        return {"order_id", "party", "name", "due_days", "date_due"}

    def _has_evidence(self):
        self.ensure_one()
        return bool((self.evidence or "").strip())

    def _check_evidence_kept(self, vals):
        """What was found of an obligation is evidence; only quality corrects it.

        :raise UserError: for anybody else
        """
        if self.env.su or self.env.user.has_group(
            "airbag_client_mgmt.group_quality_manager"
        ):
            return
        for obligation in self.filtered(lambda obligation: obligation.state != "open"):
            if vals.get("state", obligation.state) != obligation.state or (
                "evidence" in vals
                and obligation._has_evidence()
                and vals["evidence"] != obligation.evidence
            ):
                raise UserError(
                    self.env._(
                        "“%(obligation)s” is already closed. Ask the QMS responsible "
                        "to correct it.",
                        obligation=obligation.name,
                    )
                )

    def _prepare_amended_values(self):
        """Return the values with which an amendment of the contract starts."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "party": self.party,
            "name": self.name,
            "user_id": self.user_id.id,
            "due_days": self.due_days,
            "date_due": self.date_due,
        }

    def _check_terms_not_frozen(self):
        self.order_id._check_contract_not_frozen(self.env._("obligations"))
