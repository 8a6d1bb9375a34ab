# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What quality wrote about the months that missed their target."""

#: By indicator: analysis, action and who is responsible for it.
CAUSES = {
    "satisfaction": (
        "Las calificaciones bajas se concentran en la puntualidad de la visita y en la "
        "explicación del trabajo realizado.",
        "Confirmar la hora con el cliente la víspera y explicar el trabajo al entregar",
        "planificador",
    ),
    "resolution": (
        "Los reclamos que requieren un repuesto tardan más: el área espera el envío "
        "del proveedor sin registrar la pausa.",
        "Mantener existencias mínimas de los sensores y módulos más reclamados",
        "atencion",
    ),
    "retention": (
        "Los contratos no renovados son de clientes que no recibieron la oferta antes "
        "del vencimiento.",
        "Ofrecer la renovación al recibir el aviso, con revisión semanal",
        "comercial",
    ),
    "contact": (
        "Varios clientes sin correo electrónico no fueron llamados dentro de los cinco "
        "días.",
        "Completar el correo de contacto al cerrar cada visita",
        "comercial",
    ),
    "response": (
        "Los clientes de flota reciben varias encuestas en pocos días y no responden "
        "todas.",
        "Llamar al encargado de la flota cuando la encuesta no tenga respuesta",
        "comercial",
    ),
    "resolution_in_time": (
        "Las quejas vencidas estuvieron sin responsable durante el primer día.",
        "Asignar responsable a toda queja el mismo día en que se recibe",
        "atencion",
    ),
    "visits": (
        "Hubo visitas movidas por falta de disponibilidad del vehículo del cliente.",
        "Acordar con cada flota la ventana de atención al programar el trimestre",
        "planificador",
    ),
    "renewal_contact": (
        "Algunos contratos llegaron a su vencimiento sin contacto previo registrado.",
        "Registrar el contacto de renovación treinta días antes del vencimiento",
        "comercial",
    ),
}
OTHER_CAUSE = (
    "El valor quedó por debajo de lo previsto por casos puntuales del mes.",
    "Revisar los casos del mes con el área responsable",
    "sgc",
)
RESULT = "Se aplicó en todas las áreas y se verificó en la reunión mensual del SGC."
