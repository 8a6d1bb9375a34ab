# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Complaints, claims, queries and requests that customers brought themselves.

``days`` is when they came, ``work`` how many working days they took (None: open);
``stage`` is where an open one is.
"""

TICKETS = [
    {
        "partner": "cordillera",
        "category": "warranty",
        "name": "Testigo de airbag encendido tras el reemplazo",
        "text": "El vehículo LQS 385 volvió a encender el testigo a los ocho días.",
        "days": -318,
        "work": 4,
        "pause": 1,
        "cause": "Pin de la cinta de airbag con mal contacto en el conector.",
        "action": "Se reemplazó el terminal en garantía; se agrega prueba de giro "
        "completo del volante al cierre.",
        "effect": "Sin repetición en los cinco reemplazos siguientes.",
    },
    {
        "partner": "sabana",
        "category": "billing",
        "name": "Factura con una placa que no es nuestra",
        "text": "La factura de la visita trae una placa que no es de nuestra flota.",
        "days": -276,
        "work": 1,
        "cause": "La placa se digitó a mano en la orden.",
        "action": "La orden toma el vehículo de la intervención.",
        "effect": "Tres meses sin facturas corregidas por placa.",
    },
    {
        "partner": "castano",
        "category": "information",
        "name": "¿Puedo circular con el testigo de airbag encendido?",
        "text": "Quiere saber si pasa la revisión técnico-mecánica.",
        "days": -251,
        "work": 0,
    },
    {
        "partner": "horizonte",
        "category": "quality",
        "name": "Informe sin seriales de los repuestos",
        "text": "El informe del siniestro no trae el serial del airbag instalado.",
        "days": -204,
        "work": 3,
        "cause": "El serial se anotó en el empaque, no en la intervención.",
        "action": "El serial es obligatorio al registrar el producto; se capacitó a "
        "los técnicos.",
        "effect": "Auditoría interna: 20 de 20 informes con serial.",
    },
    {
        "partner": "relampago",
        "category": "service_request",
        "name": "Incluir seis motocarros en el contrato",
        "text": "Adquirieron seis vehículos y quieren incluirlos en las inspecciones.",
        "days": -166,
        "work": 2,
    },
    {
        "partner": "mutual",
        "category": "punctuality",
        "name": "Tercer informe entregado tarde",
        "text": "El informe de la visita se recibió ocho días después.",
        "days": -82,
        "work": 6,
        "reopened": True,
        "cause": "Los informes de Medellín se revisaban una vez por semana.",
        "action": "Revisión diaria y alerta al segundo día hábil.",
    },
    {
        "partner": "lozano",
        "category": "warranty",
        "name": "Ruido en el volante después de la reparación",
        "text": "Suena al girar a la izquierda; antes no lo hacía.",
        "days": -71,
        "work": 5,
        "pause": 2,
        "cause": "Tapa inferior de la columna sin una grapa.",
        "action": "Se instaló la grapa; foto de la columna armada en el paso de cierre.",
        "effect": "Sin reclamos iguales desde entonces.",
    },
    {
        "partner": "verde",
        "category": "information",
        "name": "Solicitan manifiesto de residuos pirotécnicos",
        "text": "Lo necesitan para su auditoría ambiental.",
        "days": -44,
        "work": 1,
    },
    {
        "partner": "andinos",
        "category": "billing",
        "name": "Descuento de renovación no aplicado",
        "text": "La primera factura del contrato renovado no trae el descuento.",
        "days": -38,
        "work": 2,
        "cause": "La renovación se facturó con la lista de precios anterior.",
        "action": "Nota crédito emitida; los descuentos quedan en el contrato.",
    },
    {
        "partner": "roble",
        "category": "service_request",
        "name": "Cotización de cinturones para dos NHR",
        "text": "Dos furgones con cinturones bloqueados; piden precio y fecha.",
        "days": -6,
        "work": None,
        "stage": "in_progress",
        "quote": True,
    },
    {
        "partner": "colina",
        "category": "quality",
        "name": "Perito pide repetir la lectura del módulo",
        "text": "La lectura entregada no coincide con la del concesionario.",
        "days": -12,
        "work": None,
        "stage": "in_progress",
    },
    {
        "partner": "fontibon",
        "category": "warranty",
        "name": "Módulo reprogramado se bloqueó",
        "text": "El módulo SRS del FPK 981 no comunica; se espera el vehículo.",
        "days": -5,
        "work": None,
        "stage": "awaiting",
    },
    {
        "partner": "chapinero",
        "category": "information",
        "name": "Fechas de la próxima visita",
        "text": "Preguntan si se mantiene la visita mientras firman la renovación.",
        "days": -1,
        "work": None,
        "stage": "new",
    },
    {
        "partner": "vida",
        "category": "punctuality",
        "name": "Visita movida sin aviso al despacho",
        "text": "La ambulancia OJK 127 quedó fuera de servicio sin necesidad.",
        "days": 0,
        "work": None,
        "stage": "new",
    },
]
#: For the complaints that bad answers opened: (root cause, corrective action).
CAUSES = {
    "helpdesk_team_operations": [
        (
            "La ruta se planificó sin tiempo de traslado.",
            "Una hora entre visitas de distinta zona; aviso 30 minutos antes.",
        ),
        (
            "El técnico esperaba un repuesto en la visita anterior.",
            "El repuesto se alista el día anterior con la orden.",
        ),
    ],
    "helpdesk_team_quality": [
        (
            "Conector no asegurado al cierre del trabajo.",
            "Verificación del seguro amarillo con foto en el paso de cierre.",
        ),
        (
            "Acabado del tablero sin revisión con luz natural.",
            "Revisión final fuera de la cabina de pintura.",
        ),
    ],
    "helpdesk_team_commercial": [
        (
            "La línea de atención no tenía desvío en el almuerzo.",
            "Desvío a una segunda persona entre las 12:00 y las 14:00.",
        ),
        (
            "El repuesto se instaló sin cotización aprobada.",
            "Ninguna pieza se instala sin aprobación escrita.",
        ),
    ],
    "helpdesk_team_customer_care": [
        (
            "No se devolvió la llamada prometida al cliente.",
            "Las llamadas prometidas quedan como actividad con fecha.",
        ),
    ],
}
