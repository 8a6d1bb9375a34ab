# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Working time of an area without the pauses of a ticket. Pure, no database.

Spans are pairs of moments, in order and without overlap; moments are all aware or
all naive. The pauses of a ticket may come in any order, and overlap.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def unite(spans: Iterable[Span]) -> list[Span]:
    """Return the moments covered by any of the spans, each once.

    >>> nine, ten, noon = (datetime(2026, 3, 2, hour) for hour in (9, 10, 12))
    >>> unite([(ten, noon), (nine, ten), (nine, nine)]) == [(nine, noon)]
    True
    """
    united: list[Span] = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], stop))
        else:
            united.append((start, stop))
    return united


def without(work: Iterable[Span], pauses: Iterable[Span]) -> list[Span]:
    """Return the working time in which no pause runs; two pauses at once count once.

    >>> nine, ten, noon, one = (datetime(2026, 3, 2, hour) for hour in (9, 10, 12, 13))
    >>> without([(nine, noon)], [(ten, one), (ten, noon)]) == [(nine, ten)]
    True
    """
    rest = []
    pauses = unite(pauses)
    for begin, stop in work:
        start = begin
        for pause_start, pause_stop in pauses:
            if pause_stop <= start or pause_start >= stop:
                continue
            if start < pause_start:
                rest.append((start, pause_start))
            start = pause_stop
        if start < stop:
            rest.append((start, stop))
    return rest


def hours_of(spans: Iterable[Span]) -> float:
    """Return how many hours the spans last.

    >>> hours_of([(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10, 30))])
    1.5
    """
    return sum((stop - start).total_seconds() for start, stop in spans) / 3600


def moment_after(spans: Iterable[Span], hours: float) -> tuple[datetime | None, float]:
    """Return the moment by which so many hours of the spans have passed.

    :return: the moment, and 0; or None, and the hours that are missing

    >>> eight, noon, one, five = (datetime(2026, 3, 2, n) for n in (8, 12, 13, 17))
    >>> str(moment_after([(eight, noon), (one, five)], 6)[0])
    '2026-03-02 15:00:00'
    >>> moment_after([(eight, noon)], 6)
    (None, 2.0)
    """
    for start, stop in spans:
        length = hours_of([(start, stop)])
        if hours <= length:
            return start + timedelta(hours=hours), 0.0
        hours -= length
    return None, hours
