# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from odoo import fields, models, tools

SURVEY = "airbag_client_mgmt.mail_template_satisfaction_survey"
REMINDER = "airbag_client_mgmt.mail_template_satisfaction_reminder"
#: How often a mail server that does not answer is tried again.
RETRY_EVERY = timedelta(hours=1)
#: How a mail server says "not now": a busy mailbox, greylisting. RFC 5321 §4.2.1.
NOT_NOW = re.compile(r"\(4\d\d, ")


class SurveyUserInput(models.Model):
    """The e-mail with the survey and its reminder, each once. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === FIELDS === #
    survey_mail_id = fields.Many2one(
        comodel_name="mail.mail",
        string="Survey Email",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    survey_mailed_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the survey e-mail was made; it is made once.",
    )
    reminder_mail_id = fields.Many2one(
        comodel_name="mail.mail",
        string="Reminder Email",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    survey_reminded_on = fields.Datetime(
        string="Reminded On",
        readonly=True,
        copy=False,
        help="When the reminder was made; it is made once.",
    )
    email_failed = fields.Boolean(
        readonly=True,
        copy=False,
        help="The e-mail could not be sent, or it bounced: call the customer.",
    )
    contact_error = fields.Char(
        string="Why the E-mail Failed", readonly=True, copy=False
    )

    # === CRUD METHODS === #
    def write(self, vals):
        result = super().write(vals)
        if vals.get("contact_state") in ("answered", "waived"):
            self._cancel_waiting_mails()
        return result

    # === BUSINESS METHODS === #
    def _cancel_waiting_mails(self):
        """Keep from the customer the e-mails that did not leave and ask for nothing."""
        user_inputs = self.sudo().filtered("intervention_id")
        mails = user_inputs.survey_mail_id | user_inputs.reminder_mail_id
        waiting = mails.filtered(lambda mail: mail.state == "outgoing")
        if waiting:
            waiting.write({"state": "cancel"})

    def _get_contact_email(self):
        """Return the usable e-mail address of who is asked, or False.

        A contact that was archived is not written to any more, nor is an address
        that was taken off the contact.
        """
        self.ensure_one()
        partner = self.partner_id
        if partner and not partner.active:
            return False
        address = partner.email if partner else self.email
        return tools.email_normalize(address or "") or False

    def _is_mail_due(self):
        """Tell whether the e-mail with the survey is to be made now."""
        self.ensure_one()
        return (
            self.contact_state == "pending"
            and not self.survey_mailed_on
            and not self.email_failed
            # One that was reopened may be corrected: who, or whether at all.
            and self.intervention_id.state == "done"
            and bool(self._get_contact_email())
        )

    def _is_reminder_due(self, today):
        """Tell whether who was contacted by e-mail is to be reminded now."""
        self.ensure_one()
        days = self.company_id.survey_reminder_days
        return (
            days > 0
            and self.contact_state == "contacted"
            and self.contact_channel == "email"
            and self.state == "new"
            and not self.survey_reminded_on
            and not self.email_failed
            and today < self.contact_deadline
            and self.contacted_on + timedelta(days=days) <= fields.Datetime.now()
            and bool(self._get_contact_email())
        )

    def _create_survey_mails(self):
        """Create the survey e-mails and remember them; return them to be sent."""
        mails = self._create_mails(SURVEY, "survey_mail_id", "survey_mailed_on")
        for user_input in self:
            user_input.email = user_input._get_contact_email()
        return mails

    def _create_reminders(self):
        """Create the reminders and remember them; return them to be sent."""
        return self._create_mails(REMINDER, "reminder_mail_id", "survey_reminded_on")

    def _create_mails(self, template_xmlid, mail_field, date_field):
        """Create one e-mail for each survey, in the language of who is asked.

        They are scheduled an hour later so that the mail queue, maybe on another
        server, does not send them too; it sends what a crash here leaves.
        """
        mails = self.env["mail.mail"].sudo()
        if not self:
            return mails
        now = fields.Datetime.now()
        template = self.env.ref(template_xmlid).sudo()
        for company, user_inputs in self.sudo().grouped("company_id").items():
            batch = (
                template.with_company(company)
                .with_context(lang=company._get_lang())
                .send_mail_batch(
                    user_inputs.ids,
                    email_values={"scheduled_date": now + timedelta(hours=1)},
                )
            )
            by_record = {mail.res_id: mail for mail in batch}
            for user_input in user_inputs:
                user_input.write(
                    {
                        mail_field: by_record[user_input.id].id,
                        date_field: now,
                        "contact_error": False,
                    }
                )
            mails |= batch
        return mails

    def _flag_undeliverable(self):
        """Notice the e-mails that could not leave."""
        failed = self.filtered(
            lambda record: record.survey_mail_id.sudo().state in ("exception", "cancel")
        )
        failed.sudo().write({"email_failed": True})

    def _note_mail_result(self, mail, reason, failure_type):
        """Note what became of an e-mail. Called by the mail queue for each one.

        While the mail server is away, or says "not now", the same e-mail is tried
        again until the deadline, and no contact is counted.
        """
        self.ensure_one()
        temporary = failure_type == "mail_smtp" or NOT_NOW.search(reason or "")
        if temporary and self._may_wait():
            retry_on = fields.Datetime.now() + RETRY_EVERY
            mail.write({"state": "outgoing", "scheduled_date": retry_on})
        elif failure_type or mail.state != "sent":
            # Without a usable recipient no failure type is given.
            reason = reason or mail.failure_reason or ""
            self._note_email_failed(reason.strip().replace("\n", " "))
        elif mail == self.survey_mail_id:
            self._mark_contacted("email")

    def _may_wait(self):
        """Tell whether an e-mail sent later is still of use."""
        self.ensure_one()
        return (
            self.contact_state in ("pending", "contacted")
            and self._get_service_today() <= self.contact_deadline
        )

    def _note_email_failed(self, reason):
        """Say that the customer cannot be reached by e-mail; ask for the call."""
        self.ensure_one()
        self.write({"email_failed": True, "contact_error": reason})
        if self.contact_state in ("pending", "contacted"):
            self._request_missing_call()
