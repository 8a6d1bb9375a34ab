# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from collections import defaultdict
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class SurveyUserInput(models.Model):
    """Every customer is asked about every service, once. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === SCHEDULED ACTION === #
    @api.model
    def _get_survey_obligations_domain(self):
        """Return the done interventions whose customer was not asked yet."""
        return (
            Domain("state", "=", "done")
            & Domain("finished_at", "!=", False)
            & Domain("company_id.satisfaction_survey_id", "!=", False)
            & Domain("survey_input_ids", "=", False)
            & self._get_survey_since_domain()
        )

    @api.model
    def _get_survey_since_domain(self):
        """Leave out the services from before a company began to ask."""
        companies = self.env["res.company"].sudo()
        return Domain.AND(
            Domain("company_id", "!=", company.id)
            | Domain(
                "finished_at",
                ">=",
                company._localize_service_time(company.survey_since, 0),
            )
            for company in companies.search([("survey_since", "!=", False)])
        )

    @api.model
    def _cron_survey_obligations(self, batch_size=500):
        """Create the survey due for each done intervention, once.

        Those that could not be created are tried again after all others.
        """
        cron = self.env["ir.cron"]
        # Archiving a visit does not take away the customer's survey.
        model = self.env["airbag.intervention"].with_context(active_test=False)
        domain = self._get_survey_obligations_domain()
        fresh = domain & Domain("survey_error", "=", False)
        total = model.search_count(fresh)
        cron._commit_progress(remaining=total)
        visits = model.search(fresh, limit=batch_size, order="finished_at, id")
        self._create_obligations_apart(visits, domain)
        cron._commit_progress(len(visits))
        if total <= batch_size:
            failed = domain & Domain("survey_error", "!=", False)
            visits = model.search(failed, limit=100, order="survey_error_on, id")
            self._create_obligations_apart(visits, domain)
            cron._commit_progress()

    @api.model
    def _create_obligations_apart(self, visits, domain):
        """Create the surveys of a batch; what one visit raises stops no other.

        Another server may be at the same visits: it keeps those it locked, and
        what it did since this transaction began is left for the next one.
        """
        try:
            locked = visits.try_lock_for_update(allow_referencing=True)
            locked = self._lock_persons(locked.filtered_domain(domain))
            try:
                with self.env.cr.savepoint():
                    self._create_obligations(locked)
            except Exception as error:
                if self._is_of_another_server(error):
                    raise
                self._create_obligations_one_by_one(locked)
        except Exception as error:
            if not self._is_of_another_server(error):
                raise
            self.env.cr.rollback()

    @api.model
    def _create_obligations_one_by_one(self, visits):
        """Find out which visit of a batch fails, and say so on it."""
        for visit in visits:
            try:
                with self.env.cr.savepoint():
                    self._create_obligations(visit)
            except Exception as error:
                if self._is_of_another_server(error):
                    raise
                _logger.warning("Survey of intervention %s", visit.id, exc_info=True)
                visit._note_survey_failure(error)

    @api.model
    def _is_of_another_server(self, error):
        """Tell whether the database refused what another server did meanwhile."""
        if isinstance(error, UniqueViolation):
            name = error.diag.constraint_name or ""
            return name == self._intervention_uniq.full_name(self)
        return isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    # === CREATION === #
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
            asked = self._get_asked_days(company, visits)
            for intervention in visits.sorted("finished_at"):
                values = self._prepare_obligation_values(intervention, survey)
                if questions is not None:
                    values["predefined_question_ids"] = [
                        fields.Command.set(questions.ids)
                    ]
                values |= self._apply_gap(company, intervention, asked)
                values_list.append(values)
        interventions._forget_survey_failure()
        # No creation message, no followers of the questionnaire on each survey:
        # they would cost four queries a survey and tell nobody anything.
        created = self.sudo().with_context(tracking_disable=True).create(values_list)
        return self.sudo().browse(created.ids)

    @api.model
    def _prepare_obligation_values(self, intervention, survey):
        """Return the values of the survey due for an intervention."""
        return {
            "survey_id": survey.id,
            "intervention_id": intervention.id,
            # A pool of attempts of its own: the one attempt of the questionnaire
            # is one for each visit, and the page offers no second answer.
            "invite_token": self._generate_invite_token(),
            "contact_state": "pending",
            "contact_deadline": self._get_contact_deadline(intervention),
            "deadline": self._get_link_deadline(intervention.company_id),
            **self._prepare_person_values(intervention),
        }

    @api.model
    def _prepare_person_values(self, intervention):
        """Return who is asked: the person who received the service."""
        contact = intervention.contact_id or intervention.partner_id
        return {
            "partner_id": contact.id,
            "email": contact.email,
            "lang_id": self.env["res.lang"]._get_data(code=contact.lang).id,
        }

    # === HOW OFTEN ONE PERSON IS ASKED === #
    @api.model
    def _get_person_keys(self, contact):
        """Return what tells a person: the contact, and the e-mail address."""
        address = contact.email_normalized
        return [contact.id] + ([address] if address else [])

    @api.model
    def _get_asked_days(self, company, interventions):
        """Return {contact or address: days of the services asked about}, in the gap."""
        asked = defaultdict(list)
        gap = timedelta(days=company.survey_min_gap_days)
        if not gap:
            return asked
        contacts = interventions.contact_id | interventions.partner_id
        days = [visit._get_service_date() for visit in interventions]
        addresses = [email for email in contacts.mapped("email_normalized") if email]
        rows = self.sudo()._read_group(
            Domain("company_id", "=", company.id)
            & Domain("contact_state", "!=", "waived")
            & Domain("service_date", ">", min(days) - gap)
            & Domain("service_date", "<", max(days) + gap)
            & (
                Domain("partner_id", "in", contacts.ids)
                | Domain("partner_id.email_normalized", "in", addresses)
                | Domain("email", "in", addresses)
            ),
            ["partner_id", "email", "service_date:day"],
        )
        for partner, email, day in rows:
            # Where the e-mail went, which is not always where it would go today.
            keys = {*self._get_person_keys(partner), tools.email_normalize(email or "")}
            for key in keys:
                asked[key].append(day)
        return asked

    @api.model
    def _apply_gap(self, company, intervention, asked):
        """Return what waives a survey that comes too soon; note others in ``asked``."""
        gap = company.survey_min_gap_days
        if not gap:
            return {}
        day = intervention._get_service_date()
        keys = self._get_person_keys(intervention.contact_id or intervention.partner_id)
        near = [
            other
            for key in keys
            for other in asked[key]
            if abs((day - other).days) < gap
        ]
        if near:
            return self._prepare_gap_waive_values(company, max(near))
        for key in keys:
            asked[key].append(day)
        return {}

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

    @api.model
    def _lock_persons(self, interventions):
        """Return the visits whose persons no other server is deciding about.

        Two visits of one person, each on another server, would both be asked
        about. Nothing else changes the rows of the persons: without the update,
        a server whose view of the database is older would not notice.
        """
        capped = interventions.filtered("company_id.survey_min_gap_days")
        if not capped:
            return interventions
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        contacts = partners.browse((capped.contact_id | capped.partner_id).ids)
        addresses = [email for email in contacts.mapped("email_normalized") if email]
        persons = contacts | partners.search([("email_normalized", "in", addresses)])
        locked = persons.try_lock_for_update(allow_referencing=True)
        if locked:
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET write_date = write_date WHERE id IN %s",
                    tuple(locked.ids),
                )
            )
        busy = {
            key for person in persons - locked for key in self._get_person_keys(person)
        }
        return interventions.filtered(
            lambda visit: (
                not busy.intersection(
                    self._get_person_keys(visit.contact_id or visit.partner_id)
                )
            )
        )
