# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..tools.renewals import ACTIVITY_RENEWAL


def get_first_version(order):
    """Return the contract as it was signed first."""
    while order.amended_order_id:
        order = order.amended_order_id
    return order


class SaleOrder(models.Model):
    """A change of a signed contract. PRO 008 §5.2.2, §5.2.3.

    What was signed never changes. An amendment is a whole new version of the
    contract, quoted, sent and signed as any other: from its first day on it
    replaces the version before, which stays as it was signed. Open visits of
    services that go on as they were move along; the others are planned anew.
    """

    _inherit = "sale.order"

    # === FIELDS === #
    amended_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Amends",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The version of the contract that this amendment replaces.",
    )
    amendment_ids = fields.One2many(
        comodel_name="sale.order",
        inverse_name="amended_order_id",
        string="Amendments",
    )
    amendment_start = fields.Date(
        string="In Force From",
        compute="_compute_amendment_start",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="First day of the amended terms; until the day before, those of the "
        "version before hold.",
    )
    amendment_reason = fields.Text(
        string="What Changes",
        copy=False,
        tracking=True,
        help="What the parties agreed to change, and why; printed on the amendment.",
    )
    replaced_on = fields.Date(
        string="Replaced After",
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day of this version of the contract, replaced by an amendment.",
    )

    _amendment_signed_uniq = models.UniqueIndex(
        "(amended_order_id) WHERE state = 'sale' AND amended_order_id IS NOT NULL",
        "This version of the contract already has a signed amendment.",
    )

    # === COMPUTE METHODS === #
    @api.depends("amended_order_id", "contract_start")
    def _compute_amendment_start(self):
        """Propose tomorrow, or the first day of a contract not yet begun."""
        for order in self:
            # The version before may be another salesperson's.
            amended = order.sudo().amended_order_id
            if not amended:
                order.amendment_start = False
            elif amended._may_begin_anew():
                order.amendment_start = order.contract_start
            elif not order.amendment_start:
                tomorrow = order.company_id._get_service_today() + timedelta(days=1)
                order.amendment_start = max(tomorrow, amended._get_first_day())

    # === ACTION METHODS === #
    def action_amend(self):
        """Open the amendment of the contract, made now or still open.

        :return: the window of the amendment's quotation
        :raise UserError: if the contract is not in force.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_amendable()
        # Two salespeople at the same time must end in the same amendment.
        self.lock_for_update(allow_referencing=True)
        amendment = self._get_open_amendment() or self._create_amendment()
        return amendment._get_form_action(self.env._("Amendment"))

    def action_view_amendments(self):
        """Open the versions of the contract, the first one first."""
        self.ensure_one()
        return self._get_contract_list_action(
            self.env._("Versions of the Contract"), self._get_contract_versions()
        )

    # === BUSINESS METHODS === #
    def _get_first_day(self):
        """Return the first day on which the terms of this version hold."""
        self.ensure_one()
        return self.amended_order_id and self.amendment_start or self.contract_start

    def _may_begin_anew(self):
        """Tell whether an amendment may still agree another first day.

        Not once the contract has begun; nor a renewal, which begins the day after
        what it renews.
        """
        self.ensure_one()
        return (
            self.contract_state == "signed"
            and self._get_first_day() == self.contract_start
            and not get_first_version(self).renewed_order_id
        )

    def _get_signed_amendments(self):
        """Return what replaces this version, and what replaces that, as the system."""
        found = self.browse().sudo()
        new = self.sudo()
        while new:
            signed = new.amendment_ids.filtered(lambda order: order.state == "sale")
            new = signed - found
            found |= new
        return found

    def _get_open_amendment(self):
        amendments = self.sudo().amendment_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        return amendments[:1].sudo(False)

    def _create_amendment(self):
        """Create the quotation of the amendment: the terms as they were signed."""
        amendment = self._as_button().copy(self._prepare_amendment_values())
        amendment = amendment.with_env(self.env)
        amendment.message_post(
            body=self.env._("Amendment of %(contract)s.", contract=self.name),
            subtype_xmlid="mail.mt_note",
        )
        return amendment

    def _prepare_amendment_values(self):
        """Return what an ordinary copy would start afresh."""
        self.ensure_one()
        lines = self._get_amended_lines()
        obligations = self.obligation_ids.filtered(lambda o: o.state == "open")
        return {
            "name": self._get_amendment_name(),
            "amended_order_id": self.id,
            "contract_start": self.contract_start,
            "specific_needs": self.specific_needs,
            "special_requirements": self.special_requirements,
            "origin": self.name,
            "order_line": [
                Command.create({**vals, "amended_line_id": line.id})
                for line, vals in zip(lines, lines.copy_data(), strict=True)
            ],
            "obligation_ids": [
                Command.create(obligation._prepare_amended_values())
                for obligation in obligations
            ],
        }

    def _get_amended_lines(self):
        """Return the lines the parties still agree on: single visits made are not."""
        lines = self._get_copiable_order_lines().filtered(
            lambda line: not line.is_reward_line
        )
        single = lines.filtered(
            lambda line: line._is_visit_line() and not line._is_recurring()
        )
        begun = self.env["airbag.intervention"].sudo()
        made = begun._read_group(
            Domain("order_line_id", "in", single.ids)
            & Domain("started_at", "!=", False),
            ["order_line_id"],
        )
        return lines.filtered(lambda line: line.id not in {row[0].id for row in made})

    def _get_amendment_name(self):
        """Return the name of the next version: *S00012-A1*, *S00012-A2*."""
        versions = self.sudo()._get_contract_versions(signed=False)
        first = f"{versions[:1].unrevisioned_name}-A"
        # One that was deleted leaves its number to nobody.
        numbers = [
            int(number)
            for name in versions.mapped("unrevisioned_name")
            if (number := (name or "").removeprefix(first)).isdecimal()
        ]
        return f"{first}{max(numbers, default=0) + 1}"

    def _get_contract_versions(self, signed=True):
        """Return the versions of this contract, from the first to the last.

        :param bool signed: leave out the amendments nobody signed
        """
        self.ensure_one()
        return self._get_versions_by_contract(signed)[self.id]

    def _get_versions_by_contract(self, signed=True):
        """Return the versions of each contract, by the id of the one given.

        Costs a query for each amendment of the longest chain, not for each contract.
        """
        every = new = self.sudo().with_context(active_test=signed)
        while new:
            new = (new.amended_order_id | new.amendment_ids) - every
            every |= new
        if signed:
            shown = every.filtered(lambda o: o.state == "sale" or o in self)
        else:
            # Revisions of one amendment share its name.
            shown = every.filtered(lambda order: not order.current_revision_id)
        by_first = shown.sorted("id").grouped(get_first_version)
        return {
            order.id: by_first[get_first_version(order.sudo())].with_env(self.env)
            for order in self
        }

    def _action_confirm(self):
        """The signature of an amendment replaces the version before it."""
        for amendment in self.filtered("amended_order_id"):
            amendment._replace_amended()
        return super()._action_confirm()

    def _replace_amended(self):
        """Take over from the version before. Called when an amendment is signed."""
        self.ensure_one()
        old = self.sudo().amended_order_id
        # Who signs at the same time waits, then meets the constraint.
        old.lock_for_update(allow_referencing=True)
        old.replaced_on = self.amendment_start - timedelta(days=1)
        self._take_over_visits(old)
        self.sudo()._take_over_renewal(old)
        old.order_line.filtered("is_downpayment")._move_down_payments(self)
        old.message_post(
            body=self.env._(
                "Replaced by %(amendment)s from %(start)s on.",
                amendment=self._get_html_link(),
                start=format_date(self.env, self.amendment_start),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _take_over_visits(self, old):
        """Move the open visits of services that go on; cancel the others to come."""
        since = self.company_id._localize_service_time(self.amendment_start, 0)
        visits = old._get_open_visits().filtered(
            lambda visit: not visit.planned_start or visit.planned_start >= since
        )
        kept = {
            line.sudo().amended_line_id: line for line in self._get_continued_lines()
        }
        cancelled = visits.filtered(lambda visit: visit.order_line_id not in kept)
        cancelled.action_cancel()
        by_line = (visits - cancelled).grouped("order_line_id")
        for old_line, moved in by_line.items():
            moved.write(
                {
                    "order_id": self.id,
                    "order_line_id": kept[old_line].id,
                    "partner_id": self.partner_id.id,
                }
            )

    def _take_over_renewal(self, old):
        """Go on with the renewal of the version before, unless the end changes."""
        old.renewal_order_ids.renewed_order_id = self
        reminders = old.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY_RENEWAL)
        )
        if self.contract_end == old.contract_end:
            old.renewal_contact_ids.order_id = self
            reminders.res_id = self.id
            (old | self).invalidate_recordset(["activity_ids"])
            self.renewal_notified_on = old.renewal_notified_on
            return
        reminders.unlink()
        if self.contract_end:
            self.renewal_order_ids.filtered(
                lambda order: order.state in ("draft", "sent")
            ).contract_start = self.contract_end + timedelta(days=1)

    def _get_continued_lines(self):
        """Return the services that go on exactly as they were, visit by visit."""
        return self.order_line.filtered(lambda line: line._continues_amended_line())

    def _get_new_rev_data(self, new_rev_number):
        """The revision of an amendment amends the same contract."""
        return {
            **super()._get_new_rev_data(new_rev_number),
            "amended_order_id": self.amended_order_id.id,
            "amendment_start": self.amendment_start,
            "amendment_reason": self.amendment_reason,
        }
