# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree
from psycopg2.extras import Json

from odoo.tools import file_open

#: What the module said before, in each of its languages.
OLD = {
    "kpi_satisfaction": {
        "Satisfied customers (4 or 5 out of 5) divided by customers who answered the "
        "survey after the service, by the day of the service.",
        "Clientes satisfechos (4 o 5 de 5) divididos entre los clientes que "
        "respondieron la encuesta post-servicio, por día del servicio.",
    },
    "kpi_resolution": {
        "Average working hours of the responsible area from receiving a complaint or "
        "claim to its last resolution, without pauses, by the day it was resolved.",
        "Promedio de horas laborables del área responsable desde la recepción de una "
        "queja o un reclamo hasta su última resolución, sin contar pausas, por día de "
        "resolución.",
    },
}


def migrate(cr, _version):
    """Say what the indicators count now, unless somebody worded it otherwise.

    They are records that an update leaves as they are. The translations are loaded
    after this, where there are none.
    """
    with file_open("airbag_client_mgmt/data/airbag_kpi_data.xml", "rb") as file:
        tree = etree.parse(file)
    for name, old in OLD.items():
        cr.execute(
            """
            SELECT kpi.id, kpi.formula
              FROM airbag_kpi kpi
              JOIN ir_model_data data
                ON data.model = 'airbag.kpi' AND data.res_id = kpi.id
             WHERE data.module = 'airbag_client_mgmt' AND data.name = %s
            """,
            [name],
        )
        for kpi_id, formula in cr.fetchall():
            if formula and set(formula.values()) <= old:
                new = tree.findtext(f"record[@id='{name}']/field[@name='formula']")
                cr.execute(
                    "UPDATE airbag_kpi SET formula = %s WHERE id = %s",
                    [Json({"en_US": new}), kpi_id],
                )
