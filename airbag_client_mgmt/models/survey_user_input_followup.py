# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import api, fields, models, modules
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """What the scheduled action does with each survey, and when. PRO 008 §5.4.1.

    E-mail at once, one reminder, a call before the deadline; overdue after it.
    """

    _inherit = "survey.user_input"

    # === SCHEDULED ACTION === #
    @api.model
    def _get_survey_followup_domain(self):
        """Return the surveys for which something has, or may have, to be done.

        Those contacted by e-mail without answer only until their deadline. The
        local days of the companies are looked at in ``_do_followup``.
        """
        yesterday = fields.Date.to_string(fields.Date.today() - timedelta(days=1))
        silent = (
            Domain("contact_state", "=", "contacted")
            & Domain("contact_channel", "=", "email")
            & Domain("state", "=", "new")
            & Domain("contact_deadline", ">=", yesterday)
            & (
                Domain("survey_reminded_on", "=", False)
                | Domain("call_requested_on", "=", False)
            )
        )
        return (
            Domain("intervention_id", "!=", False)
            & Domain("state", "!=", "done")
            & (Domain("contact_state", "=", "pending") | silent)
        )

    @api.model
    def _cron_survey_followup(self, batch_size=200):
        """Contact the customers: e-mail, else a call; say what is overdue."""
        cron = self.env["ir.cron"]
        last_id = 0
        domain = self._get_survey_followup_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while True:
            due = self.search(
                domain & Domain("id", ">", last_id), limit=batch_size, order="id"
            )
            if not due:
                break
            last_id = due[-1].id
            try:
                locked = due.try_lock_for_update(allow_referencing=True)
                mails = locked._do_followup_apart()
                # What the database refuses must come to light within this batch.
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Another server, or the customer's answer: the next run sees it.
                self.env.cr.rollback()
                mails = self.env["mail.mail"]
            # The mail exists in the database before it leaves: a second run, or
            # a run after a crash, sees it and makes no other.
            cron._commit_progress(len(due))
            self._send_mails(mails)
            if not cron._commit_progress(0):
                break

    @api.model
    def _send_mails(self, mails):
        """Send the e-mails just made; what stays behind is for the mail queue."""
        try:
            mails.send(auto_commit=not modules.module.current_test)
        except Exception:  # the mail server went away in the midst
            self.env.cr.rollback()
            _logger.warning("Some survey e-mails are left to the queue", exc_info=True)

    def _do_followup_apart(self):
        """Do the follow-up of a batch; what one survey raises stops no other.

        :return: the e-mails to send
        """
        try:
            with self.env.cr.savepoint():
                return self._do_followup()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.info("Surveys followed up one by one", exc_info=True)
        mails = self.env["mail.mail"].sudo()
        for user_input in self:
            try:
                with self.env.cr.savepoint():
                    mails |= user_input._do_followup()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                _logger.warning("Follow-up of survey %s", user_input.id, exc_info=True)
                user_input._note_followup_failure(error)
        return mails

    def _note_followup_failure(self, error):
        """Say on the survey why no e-mail was made, and have the customer called.

        It is tried again at each run: once the template, say, is mended, it is made.
        """
        self.ensure_one()
        values = {
            "contact_error": str(error).strip().partition("\n")[0]
            or type(error).__name__,
        }
        late = self.contact_deadline < self._get_service_today()
        if late and self.contact_state == "pending":
            values["contact_state"] = "overdue"
        self.sudo().write(values)
        self._request_missing_call()

    def _do_followup(self):
        """Mark the overdue, ask for calls, and return the e-mails to send."""
        due = self.sudo().filtered_domain(self._get_survey_followup_domain())
        todays = {company: company._get_service_today() for company in due.company_id}
        late = due.filtered(
            lambda record: (
                record.contact_state == "pending"
                and record.contact_deadline < todays[record.company_id]
            )
        )
        late._mark_overdue()
        current = due - late
        current._follow_visit()
        current._flag_undeliverable()
        current._filter_call_due(todays)._request_call()
        mails = current.filtered(lambda record: record._is_mail_due())
        reminders = current.filtered(
            lambda record: record._is_reminder_due(todays[record.company_id])
        )
        return mails._create_survey_mails() | reminders._create_reminders()

    def _mark_overdue(self):
        """Say that the deadline passed without contact; a call stays due."""
        self.sudo().write({"contact_state": "overdue"})
        self.filtered(lambda record: not record.call_requested_on)._request_call()

    def _follow_visit(self):
        """Ask who received the service, also when the visit was corrected.

        Who was asked already stays as it is.
        """
        unasked = self.filtered(
            lambda record: (
                record.contact_state == "pending" and not record.survey_mailed_on
            )
        )
        for user_input in unasked:
            values = self._prepare_person_values(user_input.intervention_id)
            if values["partner_id"] != user_input.partner_id.id:
                user_input.write(values)
