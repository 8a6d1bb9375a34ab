# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

from ..tools.renewals import ACTIVITY_RENEWAL, OPEN_STATES

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """What happens to contracts with the passing of days. PRO 008 §5.5.3."""

    _inherit = "sale.order"

    # === FIELDS === #
    renewal_failed_on = fields.Date(
        readonly=True,
        copy=False,
        help="Day on which the contract could not be brought up to date; it is tried "
        "again the next day.",
    )

    # === BUSINESS METHODS === #
    @api.model
    def _cron_renewals(self, batch_size=100):
        """Begin and end contracts, tell that renewals are due, close lost ones."""
        domain = self._get_contracts_to_refresh_domain()
        contracts = self.search(domain, limit=batch_size, order="contract_end, id")
        remaining = (
            len(contracts) if len(contracts) < batch_size else self.search_count(domain)
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=remaining)
        for contract_id in contracts.ids:
            contract = self.browse(contract_id).try_lock_for_update(
                allow_referencing=True
            )
            if not contract.filtered_domain(domain):
                continue
            try:
                contract._do_refresh_contracts()
                # What the database refuses must come to light within this contract.
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                continue  # the other server has it
            except Exception as error:  # one contract must not stop the others
                self.env.cr.rollback()
                _logger.exception("Renewal of contract %s", contract_id)
                contract._log_renewal_failure(error)
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_contracts_to_refresh_domain(self):
        """Return the contracts that today are not what they were."""
        # Companies are few, and each has a day and a notice of its own.
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        return Domain("is_service_contract", "=", True) & Domain.OR(
            self._get_company_refresh_domain(company) for company in companies
        )

    @api.model
    def _get_company_refresh_domain(self, company):
        today = company._get_service_today()
        notice = today + timedelta(days=company.renewal_notice_days)
        grace = today - timedelta(days=company.renewal_grace_days)
        running = Domain("contract_state", "in", ("signed", "active"))
        changes = [
            Domain("contract_state", "=", "signed")
            & Domain("contract_start", "<=", today)
            & (
                Domain("amendment_start", "=", False)
                | Domain("amendment_start", "<=", today)
            ),
            running & Domain("contract_end", "<", today),
            running & Domain("replaced_on", "<", today),
            running & Domain("terminated_on", "<=", today),
            running
            & Domain("renewal_state", "=", "not_due")
            & Domain("contract_end", "<=", notice),
            Domain("renewal_state", "=", "due")
            & Domain("renewal_notified_on", "=", False),
            Domain("renewal_state", "in", OPEN_STATES)
            & Domain("contract_end", "<", grace),
            Domain("renewal_state", "=", "lost")
            & Domain("terminated_on", "=", False)
            & Domain("renewal_lost_reason_id", "=", False),
        ]
        return (
            Domain("company_id", "=", company.id)
            & Domain("renewal_failed_on", "!=", today)
            & Domain.OR(changes)
        )

    def _do_refresh_contracts(self):
        """Bring locked contracts up to today: their states and what follows."""
        for fname in ("contract_state", "renewal_state"):
            self.env.add_to_compute(self._fields[fname], self)
        self.flush_recordset(["contract_state", "renewal_state"])
        self._notify_renewals_due()
        self._close_lost_renewals()

    def _notify_renewals_due(self):
        """Tell salesperson and customer, each exactly once."""
        due = self.filtered(
            lambda order: order.renewal_state == "due" and not order.renewal_notified_on
        )
        due.renewal_notified_on = fields.Datetime.now()
        for order in due:
            order._remind_of_renewal(order._get_renewal_activity_note())
        due.filtered("partner_id.email")._mail_renewal_due()

    def _remind_of_renewal(self, note):
        """Give the salesperson the reminder, unless it is there or there is no need.

        :param str note: what to do
        """
        reminder = self.env.ref(ACTIVITY_RENEWAL)
        for order in self.filtered(lambda order: order.renewal_state in OPEN_STATES):
            if reminder in order.activity_ids.activity_type_id:
                continue
            user = order._get_renewal_user()
            order.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_RENEWAL,
                date_deadline=order._get_renewal_activity_deadline(),
                user_id=user.id,
                note=note,
            )

    def _mail_renewal_due(self):
        """Tell the customers. Without the e-mail, the salesperson's reminder stays."""
        template = self.env.ref(
            "airbag_client_mgmt.mail_template_renewal_due", raise_if_not_found=False
        )
        for order in self if template else ():
            try:
                with self.env.cr.savepoint():
                    order.message_post_with_source(
                        template,
                        email_layout_xmlid=(
                            "mail.mail_notification_layout_with_responsible_signature"
                        ),
                        subtype_xmlid="mail.mt_comment",
                    )
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # a template that somebody broke
                _logger.exception("No e-mail about the renewal of %s", order.name)
                order._note_renewal_failure(error)

    def _get_renewal_activity_deadline(self):
        """Leave a week, but never past the last day of the contract."""
        self.ensure_one()
        today = self.company_id._get_service_today()
        return max(today, min(today + timedelta(days=7), self.contract_end))

    def _get_renewal_user(self):
        self.ensure_one()
        users = (self.user_id, self.team_id.user_id, self.partner_id.user_id)
        return next((user for user in users if user.active), self.env.user)

    def _get_renewal_activity_note(self):
        self.ensure_one()
        env = self.with_context(lang=self._get_renewal_user().lang).env
        note = env._(
            "The contract ends on %(end)s: offer its renewal.",
            end=format_date(env, self.contract_end),
        )
        if not self.partner_id.email:
            note += " " + env._("The customer has no e-mail: call.")
        return note

    def _close_lost_renewals(self):
        """Give the reason of renewals lost because nobody signed in time."""
        lost = self.filtered(
            lambda order: (
                order.renewal_state == "lost"
                and not order.terminated_on
                and not order.renewal_lost_reason_id
            )
        )
        lost.renewal_lost_reason_id = self.env.ref(
            "airbag_client_mgmt.contract_reason_no_answer", raise_if_not_found=False
        )
        lost.activity_unlink([ACTIVITY_RENEWAL])

    def _log_renewal_failure(self, error):
        """Show the failure on the contract and do not try again today."""
        self.renewal_failed_on = self.company_id._get_service_today()
        self._note_renewal_failure(error)

    def _note_renewal_failure(self, error):
        """Say on the contract what failed; the server's log has the rest."""
        env = self.with_context(lang=self.company_id._get_lang()).env
        reason = str(error).partition("\n")[0]
        self.message_post(
            body=env._("The renewal could not be announced: %(error)s", error=reason),
            subtype_xmlid="mail.mt_note",
        )
