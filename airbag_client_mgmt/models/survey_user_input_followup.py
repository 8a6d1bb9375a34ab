# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models, modules, tools
from odoo.fields import Domain


class SurveyUserInput(models.Model):
    """What the scheduled actions do for the register. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === OBLIGATIONS === #
    @api.model
    def _get_survey_obligations_domain(self):
        """Return the done interventions whose customer was not asked yet."""
        return (
            Domain("state", "=", "done")
            & Domain("finished_at", "!=", False)
            & Domain("company_id.satisfaction_survey_id", "!=", False)
            & Domain("survey_input_ids", "=", False)
        )

    @api.model
    def _cron_survey_obligations(self, batch_size=500):
        """Create the survey due for each done intervention, once."""
        cron = self.env["ir.cron"]
        # Archiving a visit does not take away the customer's survey.
        model = self.env["airbag.intervention"].with_context(active_test=False)
        domain = self._get_survey_obligations_domain()
        total = model.search_count(domain)
        cron._commit_progress(remaining=total)
        interventions = model.search(domain, limit=batch_size, order="finished_at, id")
        # Another server may be at the same rows: it keeps the ones it locked.
        interventions = interventions.try_lock_for_update().filtered_domain(domain)
        self._create_obligations(interventions)
        cron._commit_progress(len(interventions))

    @api.model
    def _create_obligations(self, interventions):
        """Create one survey for each intervention and return them.

        Waives at once those whose contact was asked too recently.
        """
        values_list = []
        for company, visits in interventions.grouped("company_id").items():
            survey = company.satisfaction_survey_id.sudo()
            questions = None
            if survey.questions_selection == "all":
                questions = survey._prepare_user_input_predefined_questions()
            recent = self._get_recently_asked(company, visits)
            for intervention in visits:
                values = self._prepare_obligation_values(intervention, survey)
                if questions is not None:
                    values["predefined_question_ids"] = [
                        fields.Command.set(questions.ids)
                    ]
                last = recent.get(intervention.contact_id)
                if company.survey_min_gap_days:
                    recent[intervention.contact_id] = intervention._get_service_date()
                if last:
                    values |= self._prepare_gap_waive_values(company, last)
                values_list.append(values)
        # No creation message, no followers of the questionnaire on each survey:
        # they would cost four queries a survey and tell nobody anything.
        created = self.sudo().with_context(tracking_disable=True).create(values_list)
        return self.sudo().browse(created.ids)

    @api.model
    def _prepare_obligation_values(self, intervention, survey):
        """Return the values of the survey due for an intervention."""
        contact = intervention.contact_id or intervention.partner_id
        return {
            "survey_id": survey.id,
            "intervention_id": intervention.id,
            # A pool of attempts of its own: the one attempt of the questionnaire
            # is one for each visit, and the page offers no second answer.
            "invite_token": self._generate_invite_token(),
            "partner_id": contact.id,
            "email": contact.email,
            "lang_id": self.env["res.lang"]._get_data(code=contact.lang).id,
            "contact_state": "pending",
            "contact_deadline": self._get_contact_deadline(intervention),
        }

    @api.model
    def _get_recently_asked(self, company, interventions):
        """Return {contact: last service day it was asked about} in the gap."""
        gap = company.survey_min_gap_days
        if not gap:
            return {}
        since = min(visit._get_service_date() for visit in interventions)
        return dict(
            self.sudo()._read_group(
                [
                    ("partner_id", "in", interventions.contact_id.ids),
                    ("company_id", "=", company.id),
                    ("contact_state", "!=", "waived"),
                    ("service_date", ">", since - timedelta(days=gap)),
                ],
                ["partner_id"],
                ["service_date:max"],
            )
        )

    @api.model
    def _prepare_gap_waive_values(self, company, last):
        """Return what waives a survey that would come too soon."""
        in_own_language = self.with_context(lang=company._get_lang())
        return {
            "contact_state": "waived",
            "waive_reason": in_own_language.env._(
                "Already asked about the service of %(date)s: less than %(days)s "
                "days before.",
                date=tools.format_date(in_own_language.env, last),
                days=company.survey_min_gap_days,
            ),
        }

    # === CONTACT === #
    @api.model
    def _get_survey_followup_domain(self):
        """Return the surveys for which something has to be done."""
        return (
            Domain("intervention_id", "!=", False)
            & Domain("contact_state", "=", "pending")
            & Domain("state", "!=", "done")
        )

    @api.model
    def _cron_survey_followup(self, batch_size=200):
        """Contact the customers: e-mail, else a call; say what is overdue."""
        cron = self.env["ir.cron"]
        last_id = 0
        domain = self._get_survey_followup_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while True:
            pending = self.search(
                domain & Domain("id", ">", last_id), limit=batch_size, order="id"
            )
            if not pending:
                break
            last_id = pending[-1].id
            locked = pending.try_lock_for_update().filtered_domain(domain)
            mails = locked._do_followup()
            # The mail exists in the database before it leaves: a second run, or
            # a run after a crash, sees it and makes no other.
            cron._commit_progress(len(pending))
            mails.send(auto_commit=not modules.module.current_test)
            if not cron._commit_progress(0):
                break

    def _do_followup(self):
        """Mark the overdue, ask for calls, and return the e-mails to send."""
        waiting = self.filtered_domain(self._get_survey_followup_domain())
        late = waiting.filtered(
            lambda record: record.contact_deadline < record._get_service_today()
        )
        late._mark_overdue()
        current = waiting - late
        current._flag_undeliverable()
        callable_ = current.filtered(
            lambda record: (
                (record.email_failed or not record._get_contact_email())
                and not record.call_requested_on
            )
        )
        callable_._request_call()
        mailable = current.filtered(
            lambda record: (
                not record.survey_mailed_on
                and not record.email_failed
                and record._get_contact_email()
            )
        )
        return mailable._create_survey_mails()

    def _mark_overdue(self):
        """Say that the deadline passed without contact; a call stays due."""
        self.sudo().write({"contact_state": "overdue"})
        self.filtered(lambda record: not record.call_requested_on)._request_call()

    def _get_contact_email(self):
        """Return the usable e-mail address of who is asked, or False."""
        self.ensure_one()
        email = self.partner_id.email or self.email
        return tools.email_normalize(email or "") or False

    def _flag_undeliverable(self):
        """Notice the e-mails that could not leave."""
        failed = self.filtered(
            lambda record: record.survey_mail_id.sudo().state in ("exception", "cancel")
        )
        failed.sudo().write({"email_failed": True})

    def _create_survey_mails(self):
        """Create the survey e-mails and remember them; return them to be sent.

        They are scheduled an hour later so that the mail queue, maybe on another
        server, does not send them too; it sends what a crash here leaves.
        """
        mails = self.env["mail.mail"].sudo()
        if not self:
            return mails
        now = fields.Datetime.now()
        template = self.env.ref("airbag_client_mgmt.mail_template_satisfaction_survey")
        for company, user_inputs in self.sudo().grouped("company_id").items():
            batch = (
                template.sudo()
                .with_company(company)
                .send_mail_batch(
                    user_inputs.ids,
                    email_values={"scheduled_date": now + timedelta(hours=1)},
                )
            )
            by_record = {mail.res_id: mail for mail in batch}
            for user_input in user_inputs:
                user_input.write(
                    {
                        "survey_mail_id": by_record[user_input.id].id,
                        "survey_mailed_on": now,
                        "email": user_input._get_contact_email(),
                    }
                )
            mails |= batch
        return mails

    def _request_call(self):
        """Ask Commercial, once, to call the customer before the deadline."""
        now = fields.Datetime.now()
        for user_input in self.sudo():
            today = user_input._get_service_today()
            user = user_input._get_call_user()
            user_input.activity_schedule(
                "airbag_client_mgmt.mail_activity_type_satisfaction_call",
                date_deadline=max(
                    today, user_input.contact_deadline - timedelta(days=1)
                ),
                summary=user_input.with_context(lang=user.lang).env._(
                    "Call %(contact)s about the service",
                    contact=user_input.partner_id.display_name,
                ),
                user_id=user.id,
            )
            user_input.write({"call_requested_on": now})

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

    def _mark_contacted(self, channel, user=None):
        """Record that the customer was contacted. The first contact counts."""
        now = fields.Datetime.now()
        waiting = self.filtered(
            lambda record: record.contact_state in ("pending", "overdue")
        )
        waiting.sudo().write(
            {
                "contact_state": "contacted",
                "contact_channel": channel,
                "contacted_on": now,
                "contact_user_id": user.id if user else False,
            }
        )

    def _message_receive_bounce(self, email, partner):
        """An e-mail that came back is no contact: the customer is to be called."""
        result = super()._message_receive_bounce(email, partner)
        bounced = self.sudo().filtered(
            lambda record: (
                record.intervention_id
                and record.contact_state in ("pending", "contacted", "overdue")
                and (record.contact_channel in (False, "email"))
            )
        )
        bounced.write(
            {
                "email_failed": True,
                "contact_state": "pending",
                "contacted_on": False,
                "contact_channel": False,
            }
        )
        bounced.filtered(lambda record: not record.call_requested_on)._request_call()
        return result
