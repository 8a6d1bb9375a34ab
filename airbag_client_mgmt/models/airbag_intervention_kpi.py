# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class AirbagIntervention(models.Model):
    """The day in the indicators of a visit that a contract promised. PRO 008 §7."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    promised_date = fields.Date(
        compute="_compute_promised_date",
        store=True,
        help="Local day on which a visit promised by a contract was first due, "
        "wherever it was moved since; without a date, the last day of the contract.",
    )

    _promised_date_idx = models.Index("(promised_date) WHERE promised_date IS NOT NULL")

    # === COMPUTE METHODS === #
    @api.depends(
        "company_id",
        "order_line_id",
        "original_planned_start",
        "planned_start",
        "visit_number",
        "order_id.contract_end",
        "order_id.replaced_on",
        "order_id.terminated_on",
    )
    def _compute_promised_date(self):
        for visit in self:
            day = False
            if visit.order_line_id and visit.visit_number > 0:
                first = visit.original_planned_start or visit.planned_start
                if first:
                    day = visit.company_id._get_service_date(first)
                else:
                    day = visit.order_id._get_last_visit_day()
            visit.promised_date = day
