# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Command

from .survey_user_input import CONTACT_CHANNELS

MODULE = "airbag_client_mgmt"
#: Columns with a number on the scale of their question.
SCALES = ("overall", "punctuality", "quality", "staff", "recommend")


class AirbagImportSurvey(models.Model):
    """What a customer of the history said about a visit. PRO 008 §5.4.

    One column for each question of the *Encuesta de Satisfacción del Cliente* that
    this module brings. A bad answer of then opens no complaint today.
    """

    _name = "airbag.import.survey"
    _description = "Imported Survey"
    _inherit = ["airbag.import.base"]
    _import_template = "encuestas.xlsx"

    # === FIELDS === #
    record_id = fields.Many2one(
        comodel_name="survey.user_input", string="Satisfaction Survey"
    )
    intervention = fields.Char(help="External ID or number.")
    contacted_on = fields.Date(help="Empty: the day of the answer.")
    contact_channel = fields.Selection(
        selection=CONTACT_CHANNELS, string="Channel", help="Empty: on paper."
    )
    answered_on = fields.Date(help="Empty: the customer did not answer.")
    # Text, for an empty cell is no zero.
    overall = fields.Char(string="Overall (1–5)")
    punctuality = fields.Char(string="Punctuality (1–5)")
    quality = fields.Char(string="Quality (1–5)")
    staff = fields.Char(string="Staff (1–5)")
    recommend = fields.Char(string="Recommends (0–10)")
    comment = fields.Text()

    # === BUSINESS METHODS === #
    def _prepare_records(self, vals_list, problems):
        self._check_required(vals_list, problems, "intervention")
        self._check_past(vals_list, problems, "contacted_on", "answered_on")
        visits = self._match_interventions(vals_list, problems)
        self._check_asked_once(vals_list, problems, visits)
        questions = self._get_questions()
        tokens = self.env["survey.user_input"].with_env(self._get_history_env())
        return [
            self._prepare_survey_values(tokens, vals, noted, visit, questions)
            for vals, noted, visit in zip(vals_list, problems, visits, strict=True)
        ]

    def _get_questions(self):
        """Return the question of each column, empty if it was deleted."""
        none = self.env["survey.question"]
        questions = {}
        for name in (*SCALES, "comment"):
            xmlid = f"{MODULE}.satisfaction_question_{name}"
            question = self.env.ref(xmlid, raise_if_not_found=False) or none
            questions[name] = question.sudo()
        return questions

    def _check_asked_once(self, vals_list, problems, visits):
        """Note the visits that cannot be asked about, or were already."""
        own = self._get_corrected()
        seen = set()
        ids = [visit.id for visit in visits if visit]
        asked = self.env["survey.user_input"].sudo()
        asked = asked.search(
            [("intervention_id", "in", ids), ("id", "not in", own.ids)]
        )
        asked = set(asked.intervention_id.ids)
        for vals, noted, visit in zip(vals_list, problems, visits, strict=True):
            if not visit:
                continue
            if visit.state != "done" or not visit.finished_at:
                text = self.env._(
                    "The intervention “%(name)s” is not done.",
                    name=vals["intervention"],
                )
                noted.append(("intervention", text))
            elif visit.id in asked | seen:
                text = self.env._(
                    "The intervention “%(name)s” already has its survey.",
                    name=vals["intervention"],
                )
                noted.append(("intervention", text))
            seen.add(visit.id)

    def _prepare_survey_values(self, inputs, vals, noted, visit, questions):
        """Return the values of the survey of one row, or {} if something is wrong."""
        answered = fields.Date.to_date(vals.get("answered_on"))
        contacted = fields.Date.to_date(vals.get("contacted_on")) or answered
        self._check_questions(vals, noted, questions)
        lines = self._prepare_answers(vals, noted, questions)
        self._check_days(vals, noted, visit, contacted, answered, lines)
        if noted or not visit:
            return {}
        noon = self.env.company._localize_service_time
        values = inputs._prepare_obligation_values(
            visit, questions["overall"].survey_id
        )
        values |= {
            "contact_state": "answered" if answered else "contacted",
            "contacted_on": noon(contacted, 12),
            "contact_channel": vals.get("contact_channel") or "paper",
            "predefined_question_ids": [
                Command.set(
                    [question.id for question in questions.values() if question]
                )
            ],
            "user_input_line_ids": [Command.create(line) for line in lines],
        }
        if answered:
            values |= {
                "state": "done",
                "told_on": answered,
                "start_datetime": noon(answered, 12),
                "end_datetime": noon(answered, 12),
            }
        return values

    def _check_questions(self, vals, noted, questions):
        """Note the answers whose question is not asked any more.

        Nothing can be imported without that of the overall score.
        """
        for name, question in questions.items():
            if not question and (vals.get(name) or name == "overall"):
                text = self.env._(
                    "The question of this column was deleted from the questionnaire."
                )
                noted.append((name, text))

    def _prepare_answers(self, vals, noted, questions):
        """Return the values of the answers of one row."""
        lines = []
        for name in SCALES:
            text, question = vals.get(name), questions[name]
            if not text or not question:
                continue
            low, high = question.scale_min, question.scale_max
            score = int(text) if text.isdecimal() else None
            if score is None or not low <= score <= high:
                message = self.env._(
                    "“%(score)s” is not on the scale from %(min)s to %(max)s.",
                    score=text,
                    min=low,
                    max=high,
                )
                noted.append((name, message))
                continue
            lines.append(
                {
                    "question_id": question.id,
                    "answer_type": "scale",
                    "value_scale": score,
                }
            )
        if vals.get("comment"):
            lines.append(
                {
                    "question_id": questions["comment"].id,
                    "answer_type": "text_box",
                    "value_text_box": vals["comment"],
                }
            )
        return lines

    def _check_days(self, vals, noted, visit, contacted, answered, lines):
        """Note days that cannot be, and answers without their day."""
        if answered and not vals.get("overall"):
            text = self.env._("The overall score is missing: it says who is satisfied.")
            noted.append(("overall", text))
        if lines and not answered:
            text = self.env._("The day of the answer is missing.")
            noted.append(("answered_on", text))
        if not contacted:
            text = self.env._("Give the day of the contact, or of the answer.")
            noted.append(("contacted_on", text))
            return
        if answered and answered < contacted:
            text = self.env._("The customer cannot answer before being contacted.")
            noted.append(("answered_on", text))
        service = visit and visit.finished_at and visit._get_service_date()
        if service and contacted < service:
            text = self.env._("The customer cannot be asked before the service.")
            noted.append(("contacted_on", text))

    def _correct_record(self, record, values, changed):
        """Write what was said anew; an answer that was given stays a row of its own."""
        values = dict(values)
        for fname in ("invite_token", "deadline", "predefined_question_ids"):
            del values[fname]
        answers = [line for _command, _id, line in values.pop("user_input_line_ids")]
        before = record.user_input_line_ids.grouped(lambda line: line.question_id.id)
        record.write(values)
        for line in answers:
            if known := before.pop(line["question_id"], None):
                known.write(line)
            else:
                known = record.user_input_line_ids.create(
                    {**line, "user_input_id": record.id}
                )
        for gone in before.values():
            gone.write(
                {
                    "skipped": True,
                    "answer_type": False,
                    "value_scale": 0,
                    "value_text_box": False,
                }
            )
