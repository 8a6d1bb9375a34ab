# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.blank_float import BlankFloat


class AirbagImprovementArea(models.Model):
    """A subject of the service that customers are asked about, or point at. §5.4.3.

    It is the topic of questions, whatever questionnaire they are in, and what an
    answer is tagged with. A general one (overall, recommendation) is a topic of
    questions only: nobody can improve “overall”.

    Figures are of the companies and customers the user may see, by the month of
    the service: the last complete month, and the one before it.
    """

    _name = "airbag.improvement.area"
    _description = "Improvement Area"
    _order = "sequence, name"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    is_general = fields.Boolean(
        string="General Opinion",
        help="Topic of questions about the service as a whole: a bad answer does "
        "not propose it as improvement area.",
    )
    tagged_last_month = fields.Integer(
        string="Answers Last Month",
        compute="_compute_tagged",
        help="Answers tagged with the area, of services of the last whole month.",
    )
    tagged_previous_month = fields.Integer(
        string="Answers the Month Before", compute="_compute_tagged"
    )
    score_last_month = BlankFloat(
        string="Score Last Month",
        compute="_compute_scores",
        digits=(16, 2),
        help="Average of the answers on the topic, from 1 to 5, of services of the "
        "last whole month; blank without answers.",
    )
    score_previous_month = BlankFloat(
        string="Score the Month Before", compute="_compute_scores", digits=(16, 2)
    )
    score_trend = fields.Selection(
        selection=[("up", "Better"), ("same", "Same"), ("down", "Worse")],
        string="Trend",
        compute="_compute_scores",
        help="Score of the last whole month against the month before.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "An improvement area with this name exists already."
    )

    # === COMPUTE METHODS === #
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_tagged(self):
        model = self.env["survey.user_input"]
        last, previous = self._read_two_months(
            model, "improvement_area_ids", "service_date", "__count"
        )
        for area in self:
            area.tagged_last_month = last.get(area.id, 0)
            area.tagged_previous_month = previous.get(area.id, 0)

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_scores(self):
        model = self.env["airbag.satisfaction.report"]
        last, previous = self._read_two_months(model, "topic_id", "date", "score:avg")
        for area in self:
            new, old = last.get(area.id, False), previous.get(area.id, False)
            area.score_last_month, area.score_previous_month = new, old
            area.score_trend = self._get_trend(old, new)

    # === ACTION METHODS === #
    def action_view_answers(self):
        """Open the answers that are tagged with the area."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.survey_user_input_action_register"
        )
        action["display_name"] = self.name
        action["domain"] = [
            ("intervention_id", "!=", False),
            ("improvement_area_ids", "in", self.ids),
        ]
        return action

    def action_view_scores(self):
        """Open the answers to the questions about this topic."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_satisfaction_report_action"
        )
        action["display_name"] = self.name
        action["domain"] = [("topic_id", "in", self.ids)]
        return action

    # === BUSINESS METHODS === #
    def _read_two_months(self, model, groupby, date, aggregate):
        """Return {area id: figure} of the last whole month, and of the one before.

        Empty for who may not see the register.
        """
        if not model.has_access("read"):
            return {}, {}
        this_month = self.env.company._get_service_today().replace(day=1)
        months = [this_month - relativedelta(months=months) for months in (2, 1, 0)]
        found = []
        for start, end in ((months[1], months[2]), (months[0], months[1])):
            domain = (
                Domain(groupby, "in", self.ids)
                & Domain(date, ">=", start)
                & Domain(date, "<", end)
            )
            rows = model._read_group(domain, [groupby], [aggregate])
            found.append({area.id: figure for area, figure in rows})
        return found

    @api.model
    def _get_trend(self, old, new):
        """Return where the score goes, by what the list shows of it."""
        if old is False or new is False:
            return False
        change = round(new, 2) - round(old, 2)
        if abs(change) < 0.01:
            return "same"
        return "up" if change > 0 else "down"
