# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What technicians write, by code of the treatment."""

FINDINGS = {
    "SRS-DIAG": [
        "Testigo de airbag apagado; sin códigos presentes en el módulo SRS.",
        "Código B1049 almacenado: resistencia alta en el pretensor izquierdo.",
        "Conector amarillo bajo el asiento del conductor con corrosión leve.",
        "Cinta de airbag con resistencia intermitente al girar el volante.",
        "Sensor de impacto frontal golpeado; lectura fuera de rango.",
        "Sistema conforme: seis circuitos dentro de tolerancia.",
        "Batería en 11,9 V: se apoyó con cargador antes de leer códigos.",
        "Reparación anterior con resistencia postiza en el airbag del pasajero.",
    ],
    "SRS-MOD": [
        "Airbag del conductor desplegado; columna y soporte sin deformación.",
        "Módulo reemplazado con número de parte verificado contra el VIN.",
        "Airbag del pasajero desplegado; tablero con la costura rota.",
        "Después del reemplazo no quedan códigos presentes; testigo normal.",
    ],
    "SRS-REP": [
        "Datos de choque borrados; copia entregada al cliente.",
        "Módulo con código interno B1000: no admite reprogramación, se reemplaza.",
        "Lectura y escritura verificadas por suma de comprobación.",
        "Módulo codificado al VIN; prueba de ruta sin novedad.",
    ],
    "TAB-REP": [
        "Costura del airbag del pasajero restaurada según plantilla del fabricante.",
        "Tablero con fisura cerca de la rejilla central; acabado igualado.",
        "Se verificó la línea de apertura antes de tapizar.",
    ],
    "PIR-CIN": [
        "Pretensores desplegados en las dos plazas delanteras; reemplazados.",
        "Cinturón trasero bloqueado: se cambió el conjunto completo.",
        "Anclajes sin deformación; apriete según el fabricante.",
    ],
}
RECOMMENDATIONS = {
    "SRS-DIAG": [
        "Reemplazar la cinta de airbag antes de la próxima visita.",
        "Limpiar y sellar el conector bajo el asiento; no lavar la cabina a presión.",
        "Cambiar la batería: por debajo de 12,4 V el módulo registra fallas.",
        "No circular con pasajero adelante hasta reemplazar el sensor.",
        "Repetir el diagnóstico después de la revisión técnico-mecánica.",
    ],
    "SRS-MOD": [
        "Revisar la alineación de la columna de dirección en un mes.",
        "No instalar forros en los asientos con airbag lateral.",
        "Conservar la etiqueta con el serial del airbag junto a los documentos.",
    ],
    "SRS-REP": [
        "Volver a leer el módulo a los 1.000 kilómetros.",
        "Programar el reemplazo de los pretensores del mismo siniestro.",
    ],
    "TAB-REP": [
        "No pegar soportes ni adornos sobre la tapa del airbag.",
        "Evitar siliconas en el tablero durante dos semanas.",
    ],
    "PIR-CIN": [
        "Instruir a los conductores: cinturón sin torsiones ni broches.",
        "Revisar el apriete de los anclajes en la próxima inspección.",
    ],
}
#: (product, how often it is used)
PARTS = {
    "SRS-DIAG": [("product_yellow_connector", 0.12), ("product_clock_spring", 0.08)],
    "SRS-MOD": [
        ("product_driver_airbag", 0.75),
        ("product_passenger_airbag", 0.4),
        ("product_clock_spring", 0.5),
    ],
    "SRS-REP": [("product_srs_module", 0.15)],
    "TAB-REP": [("product_dashboard_kit", 1.0)],
    "PIR-CIN": [("product_pretensioner", 1.0), ("product_pretensioner", 0.6)],
}
