# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.renewals import OPEN_STATES


class ResPartner(models.Model):
    """What the figures of a customer are counted from: one query for each register."""

    _inherit = "res.partner"

    # === BUSINESS METHODS === #
    def _query_source(self, source, customers=None) -> SQL:
        """Return the query of a source: a row for each customer company.

        :param customers: customer companies; by default all
        """
        return getattr(self, f"_query_{source}")(customers)

    def _query_visits(self, customers) -> SQL:
        done = Domain("state", "=", "done")
        return self._query_counts(
            "airbag.intervention",
            "partner_id",
            Domain.TRUE,
            customers,
            visit_done_count=done,
            visit_upcoming_count=self._get_upcoming_domain(),
            last_visit_on=("finished_at", done),
        )

    def _query_answers(self, customers) -> SQL:
        return self._query_counts(
            "survey.user_input",
            "customer_id",
            self._get_answered_domain(),
            customers,
            satisfaction_answer_count=Domain.TRUE,
            satisfied_count=Domain("is_satisfied", "=", True),
        )

    def _query_complaints(self, customers) -> SQL:
        return self._query_counts(
            "helpdesk.ticket",
            "partner_id",
            self._get_open_complaint_domain(),
            customers,
            open_complaint_count=Domain.TRUE,
            overdue_complaint_count=self.env["helpdesk.ticket"]._get_overdue_domain(),
        )

    def _query_contracts(self, customers) -> SQL:
        return self._query_counts(
            "sale.order",
            "partner_id",
            Domain("is_service_contract", "=", True) & Domain("state", "=", "sale"),
            customers,
            contract_active_count=Domain("contract_state", "=", "active"),
            contract_ending_count=Domain("renewal_state", "in", OPEN_STATES),
            contract_due_count=Domain("renewal_state", "=", "due"),
        )

    def _query_contacts(self, customers) -> SQL:
        parts = [
            self._query_counts(
                model, partner, domain, customers, last_contact_on=(moment, Domain.TRUE)
            )
            for model, partner, domain, moment in self._get_contact_sources()
            if self.env[model].has_access("read")
        ]
        return SQL(
            """SELECT customer_id, MAX(last_contact_on) AS last_contact_on
                 FROM (%s) contact GROUP BY customer_id""",
            SQL(" UNION ALL ").join(parts),
        )

    def _get_contact_sources(self):
        """Return where we are known to have been in contact; hook for more.

        :return: (model, field of the customer, which rows, field of the moment)
        """
        answered = Domain("outcome", "!=", "no_answer")
        reached = Domain("email_failed", "!=", True)
        done = Domain("state", "=", "done")
        obliged = Domain("intervention_id", "!=", False)
        return [
            ("airbag.intervention", "partner_id", done, "finished_at"),
            ("survey.user_input", "customer_id", obliged, "contacted_on"),
            ("helpdesk.ticket", "partner_id", Domain.TRUE, "received_on"),
            ("airbag.renewal.contact", "partner_id", answered, "contacted_on"),
            ("airbag.guide.delivery", "partner_id", reached, "date"),
        ]

    def _get_upcoming_domain(self) -> Domain:
        company = self.env.company
        midnight = company._localize_service_time(company._get_service_today(), 0)
        return Domain("state", "in", ("draft", "planned")) & Domain(
            "planned_start", ">=", midnight
        )

    def _get_answered_domain(self) -> Domain:
        """Return the answers that count, as in the satisfaction rate of the KPI."""
        since = self.env.company._get_service_today() - relativedelta(years=1)
        return (
            Domain("intervention_id", "!=", False)
            & Domain("state", "=", "done")
            & Domain("test_entry", "=", False)
            & Domain("satisfaction_score", ">", 0)
            & Domain("service_date", ">=", since)
        )

    def _get_open_complaint_domain(self) -> Domain:
        """Return the open complaints, which have no day of resolution: the few."""
        return (
            Domain("kind", "in", ("complaint", "claim"))
            & Domain("resolved_on", "=", False)
            & Domain("stage_id.closed", "=", False)
        )

    def _query_counts(self, model, partner_fname, domain, customers, **counts) -> SQL:
        """Return the query of the counts of one register, by customer company.

        Of the companies the user works for, and of what the user may read there.

        :param partner_fname: the field of the customer, or of a contact of it
        :param counts: which rows each column counts; with a field before, the local
            day of the last one of them
        """
        rows = self.env[model].with_context(active_test=True)
        domain &= Domain("company_id", "in", self.env.companies.ids)
        if customers is not None:
            family = Domain("commercial_partner_id", "in", customers.ids)
            domain &= Domain(partner_fname, "any!", family)
        query = rows._search(domain)
        partner = query.make_alias(rows._table, "customer")
        query.add_join(
            "JOIN",
            partner,
            "res_partner",
            SQL(
                "%s = %s",
                SQL.identifier(partner, "id"),
                rows._field_to_sql(rows._table, partner_fname, query),
            ),
        )
        customer = SQL.identifier(
            partner,
            "commercial_partner_id",
            to_flush=self._fields["commercial_partner_id"],
        )
        columns = [
            SQL("%s AS %s", self._sql_count(rows, query, which), SQL.identifier(fname))
            for fname, which in counts.items()
        ]
        query.groupby = customer
        return query.select(SQL("%s AS customer_id", customer), *columns)

    def _sql_count(self, rows, query, which) -> SQL:
        moment, domain = which if isinstance(which, tuple) else (None, which)
        domain = domain.optimize_full(rows)
        condition = domain._to_sql(rows, rows._table, query)
        if not moment:
            return SQL("COUNT(*) FILTER (WHERE %s)", condition)
        return SQL(
            "(MAX(%s) FILTER (WHERE %s) AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            rows._field_to_sql(rows._table, moment, query),
            condition,
            self.env.company._get_service_tz(),
        )
