# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.calls import SEARCHED, get_call_day, get_due_day

_logger = logging.getLogger(__name__)

CALL = "airbag_client_mgmt.mail_activity_type_satisfaction_call"


class SurveyUserInput(models.Model):
    """The call asked of Commercial before the deadline, once. PRO 008 §5.4.1.

    At once without a usable e-mail address; on the last working day before the
    deadline when the e-mail did not leave yet, or nobody answered it.
    """

    _inherit = "survey.user_input"

    # === FIELDS === #
    call_requested_on = fields.Datetime(
        readonly=True, copy=False, help="When a call was asked for; it is asked once."
    )

    # === BUSINESS METHODS === #
    def _get_working_days(self):
        """Return {company: function that tells its working days}, around deadlines."""
        around = timedelta(days=SEARCHED)
        working_days = {}
        for company, user_inputs in self.grouped("company_id").items():
            today = company._get_service_today()
            days = {today, today + around}
            for deadline in user_inputs.mapped("contact_deadline"):
                days |= {deadline - around, deadline}
            working_days[company] = company._get_working_day_predicate(days)
        return working_days

    def _filter_call_due(self, todays):
        """Return the surveys for which a call is to be asked now."""
        waiting = self.filtered(lambda record: not record.call_requested_on)
        working_days = waiting._get_working_days()
        return waiting.filtered(
            lambda record: (
                record._needs_call()
                or get_call_day(
                    record.contact_deadline, working_days[record.company_id]
                )
                <= todays[record.company_id]
                <= record.contact_deadline
            )
        )

    def _needs_call(self):
        """Tell whether there is no other way to contact the customer."""
        self.ensure_one()
        return self.email_failed or (
            self.contact_state == "pending" and not self._get_contact_email()
        )

    def _request_call(self):
        """Ask Commercial, once, to call the customer before the deadline."""
        if not self:
            return
        now = fields.Datetime.now()
        working_days = self._get_working_days()
        # No e-mail for each of them: the calls are in the activities and the list.
        for user_input in self.sudo().with_context(mail_activity_quick_update=True):
            company = user_input.company_id
            user = user_input._get_call_user()
            user_input.activity_schedule(
                CALL,
                date_deadline=get_due_day(
                    user_input.contact_deadline,
                    company._get_service_today(),
                    working_days[company],
                ),
                summary=user_input.with_context(lang=user.lang).env._(
                    "Call %(contact)s about the service",
                    contact=user_input.partner_id.display_name,
                ),
                user_id=user.id,
            )
        self.sudo().write({"call_requested_on": now})

    def _request_missing_call(self):
        """Ask for a call unless one is open; never raise, the deadline asks again."""
        for user_input in self.sudo():
            try:
                with self.env.cr.savepoint():
                    if not user_input._has_open_call():
                        user_input._request_call()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                _logger.warning("Call for survey %s", user_input.id, exc_info=True)

    def _has_open_call(self):
        self.ensure_one()
        return bool(
            self.sudo().activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(CALL)
            )
        )

    def _get_call_user(self):
        """Return who calls: salesperson, else Commercial, else quality."""
        self.ensure_one()
        team = self.env.ref(
            "airbag_client_mgmt.helpdesk_team_commercial", raise_if_not_found=False
        )
        user = self.salesperson_id.filtered("active")
        if not user and team:
            user = team.user_id or team.user_ids[:1]
        return user or self.company_id._get_quality_user()
