# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.loyalty import Facts, choose, unmet, whole_months

#: What the scheduled action writes, never people.
LOYALTY_FACTS = {"loyalty_level_id", "loyalty_checked_on"}


class ResPartner(models.Model):
    """The loyalty level of a customer and why it has it. PRO 008 §5.5.1.

    The level belongs to the customer company; a partner that several of our
    companies serve has a level in each.
    """

    _inherit = "res.partner"

    # === FIELDS === #
    loyalty_level_id = fields.Many2one(
        comodel_name="airbag.loyalty.level",
        company_dependent=True,
        readonly=True,
        copy=False,
        tracking=False,
        help="Reviewed each day from the visits done, the months as customer and the "
        "satisfaction.",
    )
    loyalty_checked_on = fields.Date(
        string="Level Reviewed On", company_dependent=True, readonly=True, copy=False
    )
    loyalty_explanation = fields.Html(
        string="Why This Level",
        compute="_compute_loyalty_explanation",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #
    @api.depends_context("company", "lang")
    @api.depends("loyalty_level_id")
    def _compute_loyalty_explanation(self):
        """Compare the facts of each customer with its level and the next one."""
        company = self.env.company
        levels = self.env["airbag.loyalty.level"]._get_levels_of(company)
        facts = self.commercial_partner_id._get_loyalty_facts()
        for partner in self:
            known = facts.get(partner.commercial_partner_id.id)
            partner.loyalty_explanation = (
                partner._render_loyalty_explanation(known, levels)
                if known and levels
                else False
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_loyalty_facts(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_loyalty_facts(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _check_loyalty_facts(self, vals):
        """:raise AccessError: when a user gives a customer a level by hand."""
        if not self.env.su and LOYALTY_FACTS & set(vals):
            raise AccessError(
                self.env._(
                    "The loyalty level of a customer follows from the facts and cannot "
                    "be changed by hand. Change the thresholds of the levels instead."
                )
            )

    def _get_loyalty_facts(self):
        """Return the facts of these customer companies, by id, in four queries."""
        company = self.env.company
        today = company._get_service_today()
        since = today - relativedelta(years=1)
        midnight = company._localize_service_time(since, 0)
        visits = self.env["airbag.intervention"].sudo()
        done = [("state", "=", "done"), ("company_id", "=", company.id)]
        customers = [("partner_id.commercial_partner_id", "in", self.ids)]
        groupby = ["partner_id.commercial_partner_id"]
        counts = visits._read_group(
            [*done, *customers, ("finished_at", ">=", midnight)], groupby, ["__count"]
        )
        first_visits = visits._read_group(
            [*done, *customers], groupby, ["finished_at:min"]
        )
        first_orders = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [*customers, ("state", "=", "sale"), ("company_id", "=", company.id)],
                groupby,
                ["date_order:min"],
            )
        )
        begun = defaultdict(list)
        for partner, moment in [*first_visits, *first_orders]:
            if moment:
                begun[partner.id].append(company._get_service_date(moment))
        visited = {partner.id: count for partner, count in counts}
        satisfaction = self._get_loyalty_satisfaction(since)
        return {
            partner_id: Facts(
                visited.get(partner_id, 0),
                whole_months(min(begun[partner_id], default=None), today),
                satisfaction.get(partner_id),
            )
            for partner_id in self.ids
        }

    def _get_loyalty_satisfaction(self, since):
        """Return satisfied ÷ answered, 0–100, of the customers who answered."""
        answers = self.env["survey.user_input"].sudo()
        answered, satisfied = defaultdict(int), defaultdict(int)
        for partner, is_satisfied, count in answers._read_group(
            [
                ("intervention_id.partner_id.commercial_partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("satisfaction_score", ">", 0),
                ("service_date", ">=", since),
            ],
            ["intervention_id.partner_id.commercial_partner_id", "is_satisfied"],
            ["__count"],
        ):
            answered[partner.id] += count
            satisfied[partner.id] += count if is_satisfied else 0
        return {
            partner_id: 100.0 * satisfied[partner_id] / count
            for partner_id, count in answered.items()
        }

    def _render_loyalty_explanation(self, facts, levels):
        """Return the table of the level and of the next one, in the user's language."""
        self.ensure_one()
        current = self.commercial_partner_id.loyalty_level_id
        higher = levels.filtered(lambda level: level.sequence > current.sequence)
        shown = current | (higher if current else levels)[:1]
        return self.env["ir.qweb"]._render(
            "airbag_client_mgmt.loyalty_explanation",
            {
                "facts": facts,
                "current": current,
                "levels": shown,
                "unmet": {
                    level.id: unmet(facts, level._get_thresholds()) for level in shown
                },
            },
        )

    @api.model
    def _cron_loyalty_levels(self, batch_size=500):
        """Review the customers not reviewed yet today, company by company."""
        cron = self.env["ir.cron"]
        # Companies are few, and each has levels and a day of its own.
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        for company in companies:
            reviewed, more = self.with_company(company)._review_customers(batch_size)
            if not cron._commit_progress(reviewed, remaining=int(more)) or more:
                return

    @api.model
    def _review_customers(self, limit):
        """Review some customers of the company; return how many, and if more wait."""
        customers = self._get_customers_to_review(limit)
        locked = customers.try_lock_for_update(allow_referencing=True)
        today = self.env.company._get_service_today()
        # Another server may have reviewed them before they were locked.
        locked = locked.filtered(lambda partner: partner.loyalty_checked_on != today)
        locked._do_loyalty_levels()
        return len(locked), len(customers) == limit

    @api.model
    def _get_customers_to_review(self, limit):
        """Return customers served, or with a level, not reviewed yet today.

        In plain SQL: the ORM has no way from a customer to the visits of its
        contacts that would not list them all.
        """
        company = self.env.company
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT customer.id
                  FROM res_partner customer
                 WHERE (customer.loyalty_checked_on ->> %(key)s IS NULL
                        OR (customer.loyalty_checked_on ->> %(key)s)::date < %(today)s)
                   AND (customer.loyalty_level_id ->> %(key)s IS NOT NULL
                        OR EXISTS (SELECT 1
                                     FROM airbag_intervention visit
                                     JOIN res_partner partner
                                       ON partner.id = visit.partner_id
                                    WHERE partner.commercial_partner_id = customer.id
                                      AND visit.company_id = %(company)s
                                      AND visit.state = 'done'))
                 ORDER BY customer.id
                 LIMIT %(limit)s
                """,
                key=str(company.id),
                company=company.id,
                today=company._get_service_today(),
                limit=limit,
            )
        )
        return self.browse(row[0] for row in rows)

    def _do_loyalty_levels(self):
        """Give each of these customers the level of its facts; log what changes."""
        company = self.env.company
        levels = self.env["airbag.loyalty.level"]._get_levels_of(company)
        thresholds = [level._get_thresholds() for level in levels]
        by_level = defaultdict(self.browse)
        for partner_id, facts in self._get_loyalty_facts().items():
            place = choose(facts, thresholds)
            level = levels[place] if place is not None else levels.browse()
            by_level[level] |= self.browse(partner_id)
        messages = {}
        for level, partners in by_level.items():
            changed = partners - partners.filtered_domain(
                [("loyalty_level_id", "=", level.id)]
            )
            messages.update(changed._prepare_loyalty_messages(level))
            changed.loyalty_level_id = level
        self.loyalty_checked_on = company._get_service_today()
        self.browse(messages)._message_log_batch(bodies=messages)

    def _prepare_loyalty_messages(self, level):
        """Return what to note on each customer, in the language of the company."""
        env = self.with_context(lang=self.env.company._get_lang()).env
        return {
            partner.id: env._(
                "Loyalty level: %(before)s → %(after)s",
                before=partner.with_env(env).loyalty_level_id.name or "–",
                after=level.with_env(env).name or "–",
            )
            for partner in self
        }
