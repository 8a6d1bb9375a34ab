# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a register of PRO 008 §6 is made of. Pure functions, no database."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Column(NamedTuple):
    """A column of a register, the same on paper and in the spreadsheet."""

    name: str
    label: str
    #: ``text``, ``date``, ``money``, ``number`` or ``hours``.
    kind: str = "text"
    #: Share of the page's width; 0: printed below the row, over its whole width.
    width: int = 0
    #: Whether the last row has its sum.
    total: bool = False


class Summary(NamedTuple):
    """A small table at the end of a register."""

    title: str
    headers: list[str]
    rows: list[list[Any]]


class Table(NamedTuple):
    """A register, ready to be printed or exported."""

    columns: list[Column]
    rows: list[dict[str, Any]]
    totals: dict[str, float]
    summaries: list[Summary]


def percentage(part: float, whole: float) -> float | None:
    """Return part ÷ whole, 0–100; None where there is nothing to divide by.

    >>> percentage(1, 8)
    12.5
    >>> percentage(0, 0)
    """
    return 100.0 * part / whole if whole else None


def mean(values: Iterable[float]) -> float | None:
    """Return the average; None of nothing, never 0.

    >>> mean([4, 5])
    4.5
    >>> mean([])
    """
    values = list(values)
    return sum(values) / len(values) if values else None


def chunks(rows: list, size: int) -> list[list]:
    """Return the rows in parts: an engine that lays out one long table is slow.

    >>> chunks([1, 2, 3], 2)
    [[1, 2], [3]]
    >>> chunks([], 2)
    []
    """
    return [rows[start : start + size] for start in range(0, len(rows), size)]
