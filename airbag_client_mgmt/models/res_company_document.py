# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import models

from ..tools.forms import Form, form_on


class ResCompany(models.Model):
    """Which controlled document a company prints on a form. PRO 008 §6 and §8."""

    _inherit = "res.company"

    # === BUSINESS METHODS === #
    def _get_form(self, form: str, day: date | None = None) -> Form | None:
        """Return code, version and date that a form carries; None if it has none.

        Called by the reports, for records that their reader may print.

        :param form: one of ``FORMS`` of ``airbag.document``
        :param day: local day on which the printed record was made or signed; today
            for what is still in preparation
        """
        self.ensure_one()
        forms = self.env["airbag.document"]._get_forms(form, self.id)
        return form_on(forms, day or self._get_service_today())
