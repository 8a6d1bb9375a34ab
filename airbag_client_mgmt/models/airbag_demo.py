# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

from ..demo import holidays
from ..demo.history import LANGUAGE, MODULE, History


class AirbagDemo(models.AbstractModel):
    """What demo data cannot say in XML. Called by the files of ``demo/`` only."""

    _name = "airbag.demo"
    _description = "Demo Data"

    # === BUSINESS METHODS === #
    @api.model
    def _sell_in_pesos(self):
        """Have the price lists, made with the database, follow the company."""
        company = self.env.company
        self.env["product.pricelist"].search(
            [("company_id", "in", (False, company.id))]
        ).write({"currency_id": company.currency_id.id, "name": "Tarifa en pesos"})

    @api.model
    def _create_holidays(self):
        """Close the company on national holidays of last, this and next year."""
        company = self.env.company
        today = fields.Date.today()
        days = [
            day
            for year in range(today.year - 1, today.year + 2)
            for day in holidays.of_year(year)
        ]
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "calendar_id": company.resource_calendar_id.id,
                    "date_from": company._localize_service_time(day, 0),
                    "date_to": company._localize_service_time(
                        day + timedelta(days=1), 0
                    )
                    - timedelta(seconds=1),
                }
                for day, name in days
            ]
        )

    @api.model
    def _create_history(self):
        """Write a year of PRO AIRBAG, unless there are visits already.

        Customers' documents are in Spanish: our translations, which the server
        loads after the demo data, are needed before.
        """
        if self.env["airbag.intervention"].search_count([], limit=1):
            return
        self.env["ir.module.module"]._load_module_terms([MODULE], [LANGUAGE])
        self.env.invalidate_all()
        History(self.env).create_all()
