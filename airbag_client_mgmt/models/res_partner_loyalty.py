# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from collections import defaultdict

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.contexts import drop_proposed
from ..tools.loyalty import Facts, choose, unmet, whole_months

_logger = logging.getLogger(__name__)

#: Set while contacts are merged: the survivor's level follows from the facts of all.
MERGING_CONTACTS = "merging_contacts_of_level"
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
        self._check_loyalty_facts(set().union(*vals_list))
        env = self.env(context=drop_proposed(self.env.context, LOYALTY_FACTS))
        partners = super(ResPartner, self.with_env(env)).create(vals_list)
        return partners.with_env(self.env)

    def write(self, vals):
        if self.env.context.get(MERGING_CONTACTS):
            vals = {name: vals[name] for name in vals if name not in LOYALTY_FACTS}
        self._check_loyalty_facts(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _check_loyalty_facts(self, names):
        """:raise AccessError: when a user gives a customer a level by hand."""
        if not self.env.su and LOYALTY_FACTS & set(names):
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
            remaining = int(more or company != companies[-1])
            if not cron._commit_progress(reviewed, remaining=remaining) or more:
                return

    @api.model
    def _review_customers(self, limit):
        """Review some customers of the company; return how many, and if more wait."""
        customers = self._get_customers_to_review(limit)
        locked = customers.try_lock_for_update(allow_referencing=True)
        today = self.env.company._get_service_today()
        # Another server may have reviewed them before they were locked.
        locked = locked.filtered(lambda partner: partner.loyalty_checked_on != today)
        locked._do_loyalty_levels_apart()
        return len(locked), len(customers) == limit

    @api.model
    def _get_customers_to_review(self, limit):
        """Return customers served or signed, or with a level, not reviewed yet today.

        In plain SQL: the ORM has no way from a customer to the visits and orders of
        its contacts that would not list them all.
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
                                      AND visit.state = 'done')
                        OR EXISTS (SELECT 1
                                     FROM sale_order
                                     JOIN res_partner partner
                                       ON partner.id = sale_order.partner_id
                                    WHERE partner.commercial_partner_id = customer.id
                                      AND sale_order.company_id = %(company)s
                                      AND sale_order.state = 'sale'))
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

    def _do_loyalty_levels_apart(self):
        """Review in one batch; if that fails, each customer alone.

        One customer with wrong data must not stop the reviews of all the others,
        whatever is wrong with it; it is tried again the next day.
        """
        try:
            with self.env.cr.savepoint():
                self._do_loyalty_levels()
        except OperationalError:
            # The server's trouble, not the customers': the next run begins anew.
            raise
        except Exception as error:
            if len(self) > 1:
                for customer in self:
                    customer._do_loyalty_levels_apart()
                return
            _logger.exception("Review of the loyalty level of customer %s", self.id)
            self._note_failed_loyalty_review(error)

    def _note_failed_loyalty_review(self, error):
        """Show on the customer why its level could not be reviewed."""
        env = self.with_context(lang=self.env.company._get_lang()).env
        self._mark_loyalty_reviewed()
        self._message_log(
            body=env._("The review of the loyalty level failed: %(error)s", error=error)
        )

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
        self._mark_loyalty_reviewed()
        self.browse(messages)._message_log_batch(bodies=messages)

    def _mark_loyalty_reviewed(self):
        """Note the day of the review.

        In plain SQL: a review that changes nothing is no change of the customer, and
        does not show as one in its date and user of last change.
        """
        if not self:
            return
        self.flush_recordset(["loyalty_checked_on"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner
                   SET loyalty_checked_on = COALESCE(loyalty_checked_on, '{}'::jsonb)
                       || jsonb_build_object(%(key)s::text, %(today)s::text)
                 WHERE id IN %(ids)s
                """,
                key=str(self.env.company.id),
                today=self.env.company._get_service_today().isoformat(),
                ids=tuple(self.ids),
            )
        )
        self.invalidate_recordset(["loyalty_checked_on"], flush=False)

    @api.model
    def _repeat_loyalty_reviews(self, companies, customers=None):
        """Have customers reviewed again soon, by default all that were today.

        In plain SQL, for many customers and whoever may not write them: they are not
        changed, only looked at again.

        :param companies: those for which they are reviewed
        """
        if not companies:
            return
        self.flush_model(["loyalty_checked_on"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner
                   SET loyalty_checked_on = loyalty_checked_on - %(keys)s::text[]
                 WHERE loyalty_checked_on ?| %(keys)s::text[] %(which)s
                """,
                keys=[str(company.id) for company in companies],
                which=SQL("AND id IN %s", tuple(customers.ids)) if customers else SQL(),
            )
        )
        self.invalidate_model(["loyalty_checked_on"], flush=False)
        cron = self.env.ref(
            "airbag_client_mgmt.ir_cron_loyalty_levels", raise_if_not_found=False
        )
        if cron:  # not yet while the addon is installed
            cron.sudo()._trigger()

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
