# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.loyalty import Thresholds

#: Fields that decide on who has the level.
REVIEWED_FIELDS = {
    "active",
    "company_id",
    "min_months",
    "min_satisfaction",
    "min_visits",
    "sequence",
}


class AirbagLoyaltyLevel(models.Model):
    """A level that recurrent customers reach by what they did with us.

    Set up by the QMS responsible and sales managers; ``ir_cron_loyalty_levels``
    gives each customer the highest level whose thresholds it meets, all of them.
    PRO 008 §5.5.1.
    """

    _name = "airbag.loyalty.level"
    _description = "Loyalty Level"
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="From the lowest level, on top, to the highest."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        help="Leave empty to share the level among all companies.",
    )
    min_visits = fields.Integer(
        string="Visits in a Year",
        aggregator=None,
        help="Visits done in the last twelve months, at least. 0 asks for none.",
    )
    min_months = fields.Integer(
        string="Months as Customer",
        aggregator=None,
        help="Whole months since the first service or order, at least.",
    )
    min_satisfaction = fields.Float(
        string="Satisfaction (%)",
        digits=(16, 1),
        aggregator=None,
        help="Satisfied answers of the last twelve months, at least: 0–100. 0 does not "
        "ask; above it, the customer must have answered.",
    )
    description = fields.Text(
        string="Benefits",
        translate=True,
        help="What the level gives, in the words said to the customer.",
    )
    program_ids = fields.Many2many(
        comodel_name="loyalty.program",
        relation="airbag_loyalty_level_program_rel",
        column1="level_id",
        column2="program_id",
        string="Programmes",
        readonly=True,
    )

    _thresholds_in_range = models.Constraint(
        "CHECK (min_visits >= 0 AND min_months >= 0"
        " AND min_satisfaction BETWEEN 0 AND 100)",
        "The thresholds of a level cannot be negative, and its satisfaction is a "
        "percentage from 0 to 100.",
    )

    # === CONSTRAINTS === #
    @api.constrains("company_id")
    def _check_company_of_users(self):
        """A level is not taken from the customers and programmes of other companies."""
        companies_by_level = self._get_other_companies()
        for level in self:
            companies = companies_by_level.get(level.id)
            if companies:
                raise ValidationError(
                    self.env._(
                        "The level %(level)s is in use in %(companies)s, by customers, "
                        "quotations or programmes: it cannot belong to %(company)s "
                        "only. Archive it there, and create another level.",
                        level=level.name,
                        companies=", ".join(companies),
                        company=level.company_id.name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        self.env["res.partner"]._repeat_loyalty_reviews(levels._get_companies())
        return levels

    def write(self, vals):
        """Those reviewed today are reviewed again, or their level would be wrong."""
        if not REVIEWED_FIELDS & set(vals):
            return super().write(vals)
        companies = self._get_companies()
        result = super().write(vals)
        companies |= self._get_companies()
        self.env["res.partner"]._repeat_loyalty_reviews(companies)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        """Refuse to take a level from customers, or open its programmes to all.

        :raise UserError: naming where each level is used.
        """
        used = self._get_customer_counts()
        for level in self:
            programs = level.sudo().with_context(active_test=False).program_ids
            if programs:
                raise UserError(
                    self.env._(
                        "The level %(level)s limits the programme %(programs)s. Take "
                        "it off there first, or archive the level.",
                        level=level.name,
                        programs=", ".join(programs.mapped("name")),
                    )
                )
            if used.get(level.id):
                raise UserError(
                    self.env._(
                        "%(count)s customers or quotations have the level %(level)s. "
                        "Archive it: customers leave it at the next review.",
                        count=used[level.id],
                        level=level.name,
                    )
                )

    # === BUSINESS METHODS === #
    def _get_customer_counts(self):
        """Return how many customers, of any company, and quotations have each level."""
        self.env["res.partner"].flush_model(["loyalty_level_id"])
        self.env["sale.order"].flush_model(["loyalty_level_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT used.id, count(*)
                      FROM (SELECT level.value::integer AS id
                              FROM res_partner,
                                   jsonb_each_text(loyalty_level_id) AS level
                             WHERE loyalty_level_id IS NOT NULL
                            UNION ALL
                            SELECT loyalty_level_id
                              FROM sale_order
                             WHERE loyalty_level_id IN %(ids)s) used
                     WHERE used.id IN %(ids)s
                     GROUP BY used.id
                    """,
                    ids=tuple(self.ids),
                )
            )
        )

    def _get_other_companies(self):
        """Return the names of the companies that use each level and may not."""
        self.env.flush_all()
        everybody = self.env._("all companies")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT level.id, array_agg(DISTINCT COALESCE(company.name, %(all)s))
                  FROM (SELECT held.value::integer AS level_id,
                               held.key::integer AS company_id
                          FROM res_partner, jsonb_each_text(loyalty_level_id) AS held
                         WHERE loyalty_level_id IS NOT NULL
                        UNION
                        SELECT loyalty_level_id, company_id
                          FROM sale_order
                         WHERE loyalty_level_id IN %(ids)s
                        UNION
                        SELECT limited.level_id, program.company_id
                          FROM airbag_loyalty_level_program_rel limited
                          JOIN loyalty_program program
                            ON program.id = limited.program_id) used
                  JOIN airbag_loyalty_level level
                    ON level.id = used.level_id AND level.id IN %(ids)s
                  LEFT JOIN res_company company ON company.id = used.company_id
                 WHERE level.company_id IS NOT NULL
                   AND level.company_id IS DISTINCT FROM used.company_id
                 GROUP BY level.id
                """,
                all=everybody,
                ids=tuple(self.ids),
            )
        )
        return dict(rows)

    def _get_companies(self):
        """Return the companies whose customers may have one of these levels."""
        if all(level.company_id for level in self):
            return self.company_id.sudo()
        # Companies are few, and a level without company is for all of them.
        return self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all

    def _get_thresholds(self):
        """Return what the level asks for."""
        self.ensure_one()
        return Thresholds(self.min_visits, self.min_months, self.min_satisfaction)

    @api.model
    def _get_levels_of(self, company):
        """Return the levels of a company, from the lowest to the highest."""
        return self.search([("company_id", "in", (False, company.id))])
