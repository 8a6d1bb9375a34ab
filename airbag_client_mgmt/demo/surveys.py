# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What customers answered about each visit. PRO 008 §5.4.1, §5.4.3."""

from datetime import timedelta

from odoo import fields

from .survey_texts import ANALYSES, BAD, GOOD, WAIVES

#: How often a customer is satisfied, by how many months ago the visit was: a bad
#: winter for the workshop, and what was learnt from it.
SATISFACTION = (0.93, 0.91, 0.95, 0.9, 0.86, 0.8, 0.78, 0.84, 0.9, 0.88, 0.92, 0.87)
#: Dashboards are where customers expect most.
PENALTY = {"TAB-REP": 0.12, "SRS-MOD": 0.04}
ANSWER_RATE = 0.76
QUESTIONS = ("overall", "punctuality", "quality", "staff", "recommend", "comment")


class Surveys:
    """Asks about every done visit, as the scheduled actions and people do."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock
        self.random = history.random
        self.questions = {
            name: history.ref(f"satisfaction_question_{name}") for name in QUESTIONS
        }

    def ask(self, visits):
        """Create the surveys due; most customers answer within three days."""
        visits = visits.sorted("finished_at")
        surveys = self.env["survey.user_input"]._create_obligations(visits)
        waived = self._waive(surveys)
        late = self._forget(surveys - waived)
        fresh = surveys.filtered(lambda row: self._age(row) <= 4) - waived - late
        for survey in surveys - waived - late - fresh:
            self._contact(survey)
            if self.history.chance(ANSWER_RATE):
                self._answer(survey)
            elif survey.contact_channel == "email":
                self._remind(survey)
        self._contact_fresh(fresh)
        for survey in surveys:
            self.history.backdate(survey, survey.intervention_id.finished_at)
        self._analyse(surveys)

    def _age(self, survey):
        return (self.clock.today - survey.service_date).days

    # --- contact ---
    def _waive(self, surveys):
        """Quality excuses three customers from the survey."""
        old = surveys.filtered(lambda row: self._age(row) > 20)
        waived = self.env["survey.user_input"]
        for survey, reason in zip(old[17::60], WAIVES, strict=False):
            survey.with_user(self.history.user("sgc"))._waive(reason)
            waived |= survey
        return waived

    def _forget(self, surveys):
        """Nobody called these customers in time: the calls are still due."""
        late = surveys.filtered(
            lambda row: 6 <= self._age(row) <= 30 and not row.email
        )[:4]
        late._mark_overdue()
        return late

    def _contact(self, survey):
        """The first contact: the e-mail after the service, or a call."""
        finished = survey.intervention_id.finished_at
        if survey.email and self.history.chance(0.75):
            moment, channel, user = finished + timedelta(hours=1), "email", False
        else:
            day = self.clock.working_day(survey.service_date + timedelta(days=1))
            moment = self.clock.at(day, self.random.choice((9.5, 11, 15.5)))
            channel = self.random.choice(("phone", "phone", "whatsapp", "in_person"))
            user = self.history.user("comercial").id
        moment = min(moment, fields.Datetime.now())
        survey.write(
            {
                "contact_state": "contacted",
                "contact_channel": channel,
                "contacted_on": moment,
                "contact_user_id": user,
                "survey_mailed_on": channel == "email" and moment,
            }
        )

    def _contact_fresh(self, surveys):
        """Of the last visits, who has an e-mail was asked; the rest is to call.

        The first of them is not happy: its complaint is still open. Who has not
        answered was reminded, and is to be called when the days are nearly over.
        """
        by_mail = surveys.filtered("email")
        for survey in by_mail:
            self._contact(survey)
            if survey == by_mail[0]:
                self._answer(survey, self._dissatisfied(overall=2))
            elif self._age(survey) > 1 and self.history.chance(ANSWER_RATE / 2):
                self._answer(survey)
        silent = by_mail.filtered(
            lambda row: row.state == "new" and row.contact_channel == "email"
        )
        self._remind(silent)
        silent.filtered(lambda row: self._age(row) >= 3)._request_call()
        (surveys - by_mail)._request_call()

    def _remind(self, surveys):
        """Say that the reminder left; also of the newest, so that none leaves now."""
        days = timedelta(days=self.history.env.company.survey_reminder_days)
        for survey in surveys:
            survey.survey_reminded_on = min(
                survey.contacted_on + days, fields.Datetime.now()
            )

    # --- answers ---
    def _answer(self, survey, values=None):
        channel, user = survey.contact_channel, survey.contact_user_id
        delay = timedelta(hours=self.random.choice((2, 5, 20, 26, 44, 70)))
        if channel != "email":
            delay = timedelta(minutes=6)
        moment = min(survey.contacted_on + delay, fields.Datetime.now())
        values = values or self._choose_answers(survey)
        survey._record_answers(
            {self.questions[name]: value for name, value in values.items()}, channel
        )
        survey.write(
            {
                "contact_user_id": user.id,
                "start_datetime": moment - timedelta(minutes=2),
                "end_datetime": moment,
            }
        )
        survey.ticket_ids.received_on = moment

    def _choose_answers(self, survey):
        """Return the answer to each question, as the survey page sends it."""
        months = min(self._age(survey) // 30, len(SATISFACTION) - 1)
        chance = SATISFACTION[months] - PENALTY.get(survey.treatment_id.code, 0)
        if self.history.chance(chance):
            return self._satisfied()
        return self._dissatisfied()

    def _satisfied(self):
        scores = {
            "overall": self.random.choices((5, 4), (62, 38))[0],
            "punctuality": self.random.choices((5, 4, 3), (60, 30, 10))[0],
            "quality": self.random.choices((5, 4), (70, 30))[0],
            "staff": self.random.choices((5, 4), (80, 20))[0],
            "recommend": self.random.choices((10, 9, 8), (50, 35, 15))[0],
        }
        answers = {name: str(score) for name, score in scores.items()}
        comment = self.history.chance(0.3) and self.random.choice(GOOD)
        return {**answers, "comment": comment or ""}

    def _dissatisfied(self, overall=None):
        worst = self.random.choices(tuple(BAD), (40, 35, 15))[0]
        overall = overall or self.random.choices((3, 2, 1), (55, 35, 10))[0]
        scores = {
            "overall": overall,
            "punctuality": 4,
            "quality": 4,
            "staff": 4,
            "recommend": 2 * overall,
        }
        scores[worst] = min(overall, 3) if overall == 3 else overall - (overall > 1)
        answers = {name: str(score) for name, score in scores.items()}
        return {**answers, "comment": self.random.choice(BAD[worst])}

    # --- §5.4.3 ---
    def _analyse(self, surveys):
        """The QMS responsible writes what most bad answers teach."""
        answered = surveys.filtered(
            lambda row: (
                row.state == "done"
                and (not row.is_satisfied or row.improvement_area_ids)
            )
        )
        for survey in answered:
            if self._age(survey) < 12:
                continue
            area, text = self._choose_analysis(survey)
            survey.write(
                {
                    "analysis": text,
                    "improvement_area_ids": [fields.Command.link(area.id)],
                }
            )

    def _choose_analysis(self, survey):
        """Return a text on one of the areas that the bad questions proposed."""
        analyses = [(self.history.ref(name), text) for name, text in ANALYSES]
        proposed = survey.improvement_area_ids
        fitting = [pair for pair in analyses if pair[0] in proposed]
        return self.random.choice(fitting or analyses)
