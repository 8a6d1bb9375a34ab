# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The national holidays of Colombia (Ley 51 de 1983), for any year."""

from datetime import date, timedelta

#: (month, day, name) kept on their day.
FIXED = [
    (1, 1, "Año Nuevo"),
    (5, 1, "Día del Trabajo"),
    (7, 20, "Día de la Independencia"),
    (8, 7, "Batalla de Boyacá"),
    (12, 8, "Inmaculada Concepción"),
    (12, 25, "Navidad"),
]
#: (month, day, name) moved to the Monday that follows.
MOVED = [
    (1, 6, "Día de los Reyes Magos"),
    (3, 19, "Día de San José"),
    (6, 29, "San Pedro y San Pablo"),
    (8, 15, "Asunción de la Virgen"),
    (10, 12, "Día de la Raza"),
    (11, 1, "Todos los Santos"),
    (11, 11, "Independencia de Cartagena"),
]
#: (days after Easter Sunday, name); the last three are already Mondays.
EASTER = [
    (-3, "Jueves Santo"),
    (-2, "Viernes Santo"),
    (43, "Ascensión del Señor"),
    (64, "Corpus Christi"),
    (71, "Sagrado Corazón de Jesús"),
]


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    >>> easter(2026), easter(2027)
    (datetime.date(2026, 4, 5), datetime.date(2027, 3, 28))
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, odd = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - shift + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * odd + 2 * quarter - moon - left) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def of_year(year: int) -> list[tuple[date, str]]:
    """Return ``(day, name)`` of the holidays of a year.

    >>> [str(day) for day, name in of_year(2026) if name == "Día de la Raza"]
    ['2026-10-12']
    >>> [str(day) for day, name in of_year(2026) if name == "San Pedro y San Pablo"]
    ['2026-06-29']
    """
    days = [(date(year, month, day), name) for month, day, name in FIXED]
    for month, day, name in MOVED:
        first = date(year, month, day)
        days.append((first + timedelta(days=-first.weekday() % 7), name))
    sunday = easter(year)
    days += [(sunday + timedelta(days=offset), name) for offset, name in EASTER]
    return sorted(days)
