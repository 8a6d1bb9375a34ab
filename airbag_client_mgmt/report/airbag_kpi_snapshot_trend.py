# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..tools.blank_float import BlankFloat


class AirbagKpiSnapshotTrend(models.Model):
    """The closed months of an indicator as two lines: its value and its target.

    A graph of Odoo draws one measure; here each month has one row for each line.
    """

    _name = "airbag.kpi.snapshot.trend"
    _description = "Value and Target"
    _auto = False
    _rec_name = "kpi_id"
    _order = "month, series desc"

    # === FIELDS === #
    kpi_id = fields.Many2one(
        comodel_name="airbag.kpi", string="Indicator", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    month = fields.Date(readonly=True)
    series = fields.Selection(
        selection=[("value", "Value"), ("target", "Target")], readonly=True
    )
    figure = BlankFloat(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="A percentage (0–100) or working hours; blank in a month without data.",
    )

    _depends = {
        "airbag.kpi.snapshot": ["company_id", "kpi_id", "month", "target", "value"]
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT 2 * id AS id, kpi_id, company_id, month, 'value' AS series,
                   value AS figure
              FROM airbag_kpi_snapshot
             UNION ALL
            SELECT 2 * id + 1, kpi_id, company_id, month, 'target', NULLIF(target, 0)
              FROM airbag_kpi_snapshot
            """
        )
