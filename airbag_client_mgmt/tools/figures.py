# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How the satisfaction of a customer is called."""

#: Name of a band and the percentage from which on it holds, the best one first.
BANDS = (("high", 80), ("medium", 60), ("low", 0))


def get_band(rate: float | bool | None) -> str | bool:
    """Return the band of a percentage of satisfied answers; of none, ``False``.

    >>> get_band(80.0), get_band(79.9), get_band(0.0)
    ('high', 'medium', 'low')
    >>> get_band(False), get_band(None)
    (False, False)
    """
    if rate is None or rate is False:
        return False
    return next(name for name, lowest in BANDS if rate >= lowest)
