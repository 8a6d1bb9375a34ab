# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Code, version and date of the forms of PRO 008 §6, printed on each of them."""

from datetime import date
from typing import NamedTuple


class Form(NamedTuple):
    """A controlled form."""

    code: str
    version: str
    date: date

    @property
    def date_label(self) -> str:
        """Return the date as the procedure writes it.

        >>> Form("PRO 008-F1", "0", date(2024, 12, 1)).date_label
        '01.12.2024'
        """
        return self.date.strftime("%d.%m.%Y")


#: *Formulario de Cotización y Contrato de Servicio*.
CONTRACT_FORM = Form("PRO 008-F1", "0", date(2024, 12, 1))
#: *Informe de intervención*; F2 and F3 are the registers of §6.
INTERVENTION_FORM = Form("PRO 008-F4", "0", date(2024, 12, 1))
#: *Lista de asistencia a capacitación*.
ATTENDANCE_FORM = Form("PRO 008-F5", "0", date(2024, 12, 1))
#: *Expediente de auditoría*.
AUDIT_FORM = Form("PRO 008-F6", "0", date(2024, 12, 1))
