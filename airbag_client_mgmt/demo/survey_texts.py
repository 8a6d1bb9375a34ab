# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What customers wrote, and what the QMS responsible made of it."""

GOOD = [
    "Muy buen trabajo, explicaron cada código de falla.",
    "Puntuales y ordenados. El informe llegó el mismo día.",
    "El técnico fue muy claro con lo que había que cambiar.",
    "Me gustó recibir las fotos de los repuestos con el serial.",
    "Podrían avisar media hora antes de llegar.",
    "Excelente atención, los recomendaré.",
    "Todo bien; ojalá atendieran los sábados.",
]
#: By the question that got the worst score.
BAD = {
    "punctuality": [
        "Llegaron dos horas tarde y el vehículo tenía ruta asignada.",
        "Cambiaron la hora sin avisar.",
        "El trabajo tomó un día más de lo prometido.",
    ],
    "quality": [
        "El testigo de airbag volvió a encender a la semana.",
        "El color del tablero no quedó igual.",
        "Quedó un ruido en el volante después del cambio.",
        "El informe no trae los códigos de antes y después.",
    ],
    "staff": [
        "Nadie contestaba el teléfono para saber cómo iba el vehículo.",
        "Me cobraron un repuesto que no habían cotizado.",
    ],
}
WAIVES = [
    "El contacto se retiró de la empresa; se preguntó al nuevo en la visita siguiente.",
    "El siniestro está en litigio: la aseguradora pidió no contactar al conductor.",
    "Visita de garantía: el cliente ya respondió por el servicio original.",
]
#: (improvement area, analysis)
ANALYSES = [
    (
        "improvement_area_punctuality",
        "La ruta se planificó sin tiempo de traslado entre municipios. Se agrega una "
        "hora entre visitas fuera de Bogotá.",
    ),
    (
        "improvement_area_workmanship",
        "Falla intermitente en conector no detectada. Se incluye prueba de movimiento "
        "del arnés en el diagnóstico.",
    ),
    (
        "improvement_area_communication",
        "El cliente no supo del cambio de hora. Operaciones confirma por mensaje el "
        "día anterior.",
    ),
    (
        "improvement_area_parts",
        "El repuesto llegó un día después. Se define existencia mínima de cintas de "
        "airbag y pretensores.",
    ),
    (
        "improvement_area_price",
        "El repuesto se instaló sin cotización aprobada. Ninguna pieza se instala sin "
        "aprobación escrita.",
    ),
]
