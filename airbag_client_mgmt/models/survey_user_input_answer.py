# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from urllib.parse import quote

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import scoring


class SurveyUserInput(models.Model):
    """Answers: by the customer, by phone, on paper; what a bad one opens. §5.4."""

    _inherit = "survey.user_input"

    # === ACTION METHODS === #
    def action_record_answers(self):
        """Open the window where answers given by phone or on paper are typed."""
        self.ensure_one()
        self._check_open_for_answers()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Answers"),
            "res_model": "airbag.survey.record",
            "view_mode": "form",
            "target": "new",
            "context": {"default_user_input_id": self.id},
        }

    def action_waive(self):
        """Open the window where quality says why a customer is not asked.

        :raise AccessError: for anyone but the QMS responsible.
        """
        self._check_may_waive()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Survey"),
            "res_model": "airbag.survey.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_user_input_ids": self.ids},
        }

    def action_whatsapp(self):
        """Open WhatsApp with the survey's link, and record the contact.

        :raise UserError: when the contact has no usable phone number.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open_for_answers()
        number = self._get_whatsapp_number()
        if not number:
            raise UserError(
                self.env._(
                    "%(contact)s has no valid phone number with its country code. "
                    "Complete the contact first.",
                    contact=self.partner_id.display_name,
                )
            )
        self._mark_contacted("whatsapp", self.env.user)
        self._finish_call()
        text = quote(self._get_whatsapp_text())
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/{number}?text={text}",
            "target": "new",
        }

    def action_log_call(self):
        """Record that the customer was called, though nothing was answered."""
        self.check_access("write")
        self._mark_contacted("phone", self.env.user)
        self._finish_call()

    def action_view_tickets(self):
        """Open the complaints this answer gave rise to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.helpdesk_ticket_action_register"
        )
        action["domain"] = [("user_input_id", "=", self.id)]
        return action

    # === BUSINESS METHODS === #
    def _check_open_for_answers(self):
        """Refuse to answer twice, or for what is no service.

        :raise UserError: with the reason.
        """
        for user_input in self:
            if not user_input.intervention_id:
                raise UserError(
                    self.env._("This is not the survey of an intervention.")
                )
            if user_input.state == "done":
                raise UserError(self.env._("This survey is already answered."))
            if user_input.contact_state == "waived":
                raise UserError(self.env._("This survey was waived."))

    def _check_may_waive(self):
        if not self.env.user.has_group("airbag_client_mgmt.group_quality_manager"):
            raise AccessError(
                self.env._("Only the QMS responsible can waive a survey.")
            )

    def _waive(self, reason):
        """Waive surveys that will not be made, and say why.

        Called by the window of ``action_waive``.

        :raise UserError: without reason, or for an answered survey.
        """
        self._check_may_waive()
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Write why the customer is not asked."))
        self._check_open_for_answers()
        self.sudo().write({"contact_state": "waived", "waive_reason": reason.strip()})
        self._finish_call()

    def _record_answers(self, answers, channel):
        """Save the answers that a customer gave to an employee.

        Called by the window of ``action_record_answers``; they land in the same
        row of the register as those of the page.

        :param answers: {question: value as the survey page sends it}
        :raise UserError: naming the questions whose answer is not valid.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open_for_answers()
        errors = {}
        for question, value in answers.items():
            if question.survey_id != self.survey_id:
                raise UserError(
                    self.env._(
                        "“%(question)s” is not a question of this survey.",
                        question=question.title,
                    )
                )
            errors |= question.validate_question(value)
        if errors:
            names = {question.id: question.title for question in answers}
            raise UserError(
                "\n".join(
                    f"{names[question_id]}: {message}"
                    for question_id, message in errors.items()
                )
            )
        user_input = self.sudo()
        if user_input.state == "new":
            user_input._mark_in_progress()
        for question, value in answers.items():
            user_input._save_lines(question, value)
        user_input.write(
            {
                "contact_channel": channel,
                "contact_user_id": self.env.user.id,
                "contacted_on": user_input.contacted_on or fields.Datetime.now(),
            }
        )
        user_input._mark_done()

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Let the customer send the page again after one question was refused.

        The page saves the valid answers at once and would not take them twice.
        """
        if self.intervention_id and self.state != "done":
            overwrite_existing = True
        return super()._save_lines(question, answer, comment, overwrite_existing)

    def _mark_done(self):
        """Close the follow-up of the answered services. Called as the public user."""
        result = super()._mark_done()
        answered = self.sudo().filtered(
            lambda record: record.intervention_id and not record.test_entry
        )
        answered._finish_followup()
        return result

    def _finish_followup(self):
        """Record the answer in the register, and open a complaint if it is bad."""
        now = fields.Datetime.now()
        for user_input in self:
            user_input.write(
                {
                    "contact_state": "answered",
                    "contacted_on": user_input.contacted_on or now,
                    "contact_channel": user_input.contact_channel or "email",
                }
            )
        self._finish_call()
        self._open_tickets()

    def _finish_call(self):
        """Take back the call asked of Commercial: it is no longer needed."""
        self.sudo().activity_unlink(
            ["airbag_client_mgmt.mail_activity_type_satisfaction_call"]
        )

    def _get_whatsapp_number(self):
        """Return the contact's number as WhatsApp wants it: digits with country.

        Empty when there is no number, or its country is unknown.
        """
        self.ensure_one()
        partner = self.partner_id.sudo()
        phone = (partner.phone or "").strip()
        digits = re.sub(r"\D", "", phone)
        if digits.startswith("00"):
            digits = digits[2:]
        elif digits and not phone.startswith("+"):
            country = partner.country_id or self.company_id.country_id
            digits = f"{country.phone_code}{digits}" if country.phone_code else ""
        return digits if 8 <= len(digits) <= 15 else ""

    def _get_whatsapp_text(self):
        """Return the message that WhatsApp opens with."""
        self.ensure_one()
        record = self.with_context(lang=self.partner_id.lang or self.env.lang).sudo()
        return record.env._(
            "Hello %(contact)s, this is %(company)s. How was the service of "
            "%(date)s? Please tell us here: %(link)s",
            contact=record.partner_id.name or "",
            company=record.company_id.name,
            date=record._format_service_date(),
            link=record._get_absolute_start_url(),
        )

    def _format_service_date(self):
        """Return the day of the service, written as the customer reads it."""
        self.ensure_one()
        lang = self.env["res.lang"]._lang_get(
            self.env.context.get("lang") or self.partner_id.lang or "en_US"
        )
        day = self.service_date
        return day.strftime(lang.date_format or "%d/%m/%Y") if day else ""

    def _get_absolute_start_url(self):
        """Return the address of the survey page, with this answer's token."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_start_url()}"

    # === COMPLAINTS === #
    def _open_tickets(self):
        """Open one complaint for each bad answer, in the area of the worst question.

        The database keeps it to one, however often an answer is saved.
        """
        bad = {}
        for user_input in self.filtered(lambda record: not record.ticket_ids):
            line = user_input._get_worst_line()
            threshold = user_input.company_id.satisfaction_ticket_threshold
            if line and scoring.opens_ticket(line._get_satisfaction_score(), threshold):
                bad[user_input] = line
        values_list = [
            user_input.with_context(
                lang=user_input.company_id._get_lang()
            )._prepare_ticket_values(line)
            for user_input, line in bad.items()
        ]
        tickets = self.env["helpdesk.ticket"].sudo().create(values_list)
        for ticket in tickets.filtered("team_id.user_id"):
            ticket.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(ticket),
                summary=ticket.with_context(lang=ticket.team_id.user_id.lang).env._(
                    "Attend the dissatisfied customer"
                ),
                user_id=ticket.team_id.user_id.id,
            )
        return tickets

    def _get_worst_line(self):
        """Return the worst answer on a scale, or an empty record."""
        self.ensure_one()
        scored = [
            (line, line._get_satisfaction_score(), line.question_id)
            for line in self.user_input_line_ids.sorted("question_sequence")
        ]
        worst = scoring.worst(
            (line, score, question.is_satisfaction_question)
            for line, score, question in scored
            if score is not None
        )
        return worst or self.env["survey.user_input.line"]

    def _get_responsible_team(self, question):
        """Return the area that acts on a bad answer, of the company of the visit."""
        self.ensure_one()
        fallback = self.env.ref(
            "airbag_client_mgmt.helpdesk_team_customer_care", raise_if_not_found=False
        )
        for team in (question.responsible_team_id, fallback):
            if (
                team
                and team.active
                and team.company_id
                in (
                    self.env["res.company"],
                    self.company_id,
                )
            ):
                return team
        return self.env["helpdesk.ticket.team"]

    def _prepare_ticket_values(self, line):
        """Return the values of the complaint that a bad answer opens.

        ``user_id`` is False on purpose: otherwise the helpdesk assigns the
        ticket to whoever runs this, the public user.
        """
        self.ensure_one()
        team = self._get_responsible_team(line.question_id)
        partner = self.partner_id
        company = self.company_id
        category = self.env["helpdesk.ticket.category"].search(
            [
                ("team_id", "=", team.id),
                ("kind", "=", "complaint"),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )
        intervention = self.intervention_id
        return {
            "name": self.env._(
                "Follow-up of the service %(visit)s", visit=intervention.name
            ),
            "description": self._get_ticket_description(),
            "kind": "complaint",
            "company_id": company.id,
            "team_id": team.id,
            "category_id": category.id,
            "user_id": False,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email or self.email,
            "priority": "2",
            "intervention_id": intervention.id,
            "order_id": self.order_id.id,
            "user_input_id": self.id,
            "received_on": self.end_datetime or fields.Datetime.now(),
        }

    def _get_ticket_description(self):
        """Return the visit and its answers as HTML; what people wrote is escaped."""
        self.ensure_one()
        intervention = self.intervention_id
        facts = [
            (self.env._("Visit"), intervention.name),
            (self.env._("Date"), self._format_service_date()),
            (self.env._("Treatment"), intervention.treatment_id.display_name),
            (self.env._("Technician"), intervention.user_id.name or ""),
        ]
        answers = [
            (line.question_id.title, line.display_name)
            for line in self.user_input_line_ids.sorted("question_sequence")
            if not line.skipped
        ]
        row = Markup("<li>%s: <b>%s</b></li>")
        return Markup("<ul>%s</ul><p>%s</p><ul>%s</ul>") % (
            Markup().join(row % fact for fact in facts),
            self.env._("Answers of the customer:"),
            Markup().join(row % answer for answer in answers),
        )
