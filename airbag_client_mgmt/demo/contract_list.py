# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Contracts and orders of the demo: who, what, since when, how it ended.

``start`` is ``(months, days)`` from today; a line is ``(product, quantity, every so
many, unit)``; names are external ids without their prefix.
"""

INSPECTION, DIAGNOSIS = "product_inspection", "product_diag"
MODULE, REPROGRAMMING = "product_mod", "product_rep"
DASHBOARD, BELT = "product_tab", "product_pir"

#: ``renewal``: days between the end of the contract and the signature of the next.
CONTRACTS = [
    {
        "partner": "andinos",
        "start": (-17, 3),
        "hour": 8,
        "lines": [(INSPECTION, 42, 1, "month"), (BELT, 4, 3, "month")],
        "renewal": -12,
        "won": "commercial_visit",
    },
    {
        "partner": "sabana",
        "start": (-10, 9),
        "months": 6,
        "hour": 13,
        "lines": [(INSPECTION, 30, 1, "month"), (DIAGNOSIS, 2, 3, "month")],
        "renewal": 6,
        "won": "strategic_alliance",
    },
    {
        "partner": "relampago",
        "start": (-14, 1),
        "hour": 14,
        "lines": [(INSPECTION, 18, 2, "week")],
        "renewal": -20,
        "won": "strategic_alliance",
    },
    {
        "partner": "chapinero",
        "start": (-13, 6),
        "months": 6,
        "hour": 10,
        "lines": [(DIAGNOSIS, 3, 1, "month")],
        "renewal": -5,
        "offered": -15,
    },
    {
        "partner": "vida",
        "start": (-20, 12),
        "hour": 9,
        "lines": [(INSPECTION, 12, 2, "month"), (BELT, 2, 3, "month")],
        "renewal": -8,
    },
    {
        "partner": "horizonte",
        "start": (-23, 4),
        "hour": 11,
        "lines": [(DIAGNOSIS, 5, 2, "month"), (MODULE, 2, 3, "month")],
        "renewal": -25,
        "contacted": -6,
    },
    {
        "partner": "faro",
        "start": (-15, 8),
        "hour": 9,
        "lines": [(INSPECTION, 14, 2, "month")],
        "lost": (
            "contract_reason_lost_competitor",
            -10,
            "Otro proveedor ofreció atender los sábados sin recargo.",
        ),
    },
    {
        "partner": "piedemonte",
        "start": (-12, -5),
        "months": 6,
        "hour": 8,
        "lines": [(INSPECTION, 9, 1, "month")],
        "lost": (
            "contract_reason_lost_no_need",
            -14,
            "Terminó la obra de la vía al Llano; la flota se devolvió a Bogotá.",
        ),
    },
    {
        "partner": "pinzon",
        "start": (-11, 2),
        "months": 6,
        "hour": 15,
        "lines": [(DIAGNOSIS, 2, 1, "month")],
        "silent": True,
    },
    {
        "partner": "mutual",
        "start": (-9, 0),
        "hour": 10,
        "lines": [(INSPECTION, 15, 1, "month")],
        "terminated": (
            "contract_reason_quality",
            (-2, 10),
            "Tres informes entregados tarde; pidieron terminar por escrito.",
        ),
    },
    {
        "partner": "roble",
        "start": (-11, 9),
        "hour": 9,
        "lines": [(INSPECTION, 25, 2, "month"), (DIAGNOSIS, 3, 6, "month")],
        "due": -4,
        "won": "social_networks",
    },
    {
        "partner": "verde",
        "start": (-6, 0),
        "hour": 13,
        "lines": [(INSPECTION, 20, 1, "month"), (BELT, 3, 3, "month")],
        "amended": {
            "when": (-2, 4),
            "reason": "La flota crece de 20 a 26 vehículos; los cinturones se revisan "
            "cada dos meses por pedido de la aseguradora.",
            "lines": [(26, 1), (3, 2)],
        },
        "won": "commercial_visit",
    },
    {
        "partner": "cordillera",
        "start": (-8, 5),
        "hour": 9.5,
        "lines": [(INSPECTION, 35, 2, "week"), (DASHBOARD, 1, 3, "month")],
        "amended": {
            "when": (1, 0),
            "reason": "Se agregan ocho vehículos de la nueva ruta de Ibagué.",
            "lines": [(43, 2), (1, 3)],
            "signed": False,
        },
        "won": "strategic_alliance",
    },
    {
        "partner": "monserrate",
        "start": (-4, 3),
        "hour": 14,
        "lines": [(DIAGNOSIS, 4, 1, "month"), (REPROGRAMMING, 2, 2, "month")],
        "won": "referral",
    },
    {
        "partner": "fontibon",
        "start": (-9, 6),
        "open_ended": True,
        "hour": 10,
        "lines": [(REPROGRAMMING, 4, 1, "month")],
    },
    {
        "partner": "colina",
        "start": (-12, 19),
        "hour": 8,
        "lines": [(DIAGNOSIS, 6, 1, "month"), (MODULE, 1, 4, "month")],
        "contacted": -16,
        "offered": -9,
    },
    {
        "partner": "cedros",
        "start": (-6, 24),
        "months": 6,
        "hour": 15,
        "lines": [(DIAGNOSIS, 2, 1, "month")],
        "due": -9,
    },
    {
        "partner": "piedemonte",
        "start": (0, 13),
        "hour": 8,
        "lines": [(INSPECTION, 11, 1, "month")],
    },
    {
        "partner": "ally_dealer",
        "start": (0, 25),
        "hour": 9,
        "lines": [(DIAGNOSIS, 5, 1, "month"), (REPROGRAMMING, 3, 2, "month")],
        "state": "sent",
    },
    {
        "partner": "pinzon",
        "start": (0, 20),
        "months": 6,
        "hour": 15,
        "lines": [(DIAGNOSIS, 2, 1, "month")],
        "state": "revised",
    },
    {
        "partner": "faro",
        "start": (1, 5),
        "hour": 9,
        "lines": [(INSPECTION, 16, 2, "month")],
        "state": "draft",
    },
]

#: Single services: (partner, days from today, products).
ORDERS = [
    ("castano", -338, [DIAGNOSIS, REPROGRAMMING]),
    ("horizonte", -321, [MODULE, DASHBOARD]),
    ("lozano", -309, [DASHBOARD]),
    ("monserrate", -296, [REPROGRAMMING]),
    ("colina", -283, [MODULE, BELT]),
    ("beltran", -270, [DIAGNOSIS]),
    ("chapinero", -262, [DASHBOARD]),
    ("horizonte", -247, [MODULE, BELT]),
    ("sepulveda", -233, [MODULE]),
    ("cedros", -221, [REPROGRAMMING]),
    ("colina", -207, [DASHBOARD]),
    ("salcedo", -195, [DIAGNOSIS]),
    ("mutual", -184, [MODULE]),
    ("horizonte", -170, [MODULE, DASHBOARD]),
    ("pinzon", -158, [BELT]),
    ("arias", -146, [DIAGNOSIS, BELT]),
    ("colina", -133, [MODULE]),
    ("cedros", -121, [DASHBOARD]),
    ("horizonte", -109, [BELT, DASHBOARD]),
    ("mejia", -97, [MODULE]),
    ("lozano", -85, [DIAGNOSIS]),
    ("colina", -73, [MODULE, DASHBOARD]),
    ("monserrate", -61, [MODULE]),
    ("horizonte", -48, [MODULE, BELT]),
    ("tovar", -36, [DIAGNOSIS, REPROGRAMMING]),
    ("chapinero", -27, [DASHBOARD]),
    ("colina", -16, [MODULE]),
    ("castano", -9, [DIAGNOSIS]),
    ("beltran", -4, [REPROGRAMMING]),
    ("salcedo", -2, [DIAGNOSIS]),
    ("sepulveda", -1, [BELT]),
    ("salcedo", 4, [REPROGRAMMING]),
    ("horizonte", 6, [MODULE, DASHBOARD]),
    ("mejia", 9, [DIAGNOSIS]),
    ("arias", None, [MODULE]),
]

#: What proves that an obligation was kept, or not.
EVIDENCE = {
    "company": "Calendario entregado al contacto por correo el día del inicio.",
    "customer": "Listado de vehículos recibido en hoja de cálculo.",
    "late": "El listado de vehículos llegó tres semanas tarde; se reprogramó "
    "la primera visita.",
}
