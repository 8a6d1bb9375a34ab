# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How answers become a satisfaction score. Pure functions, no database.

Every scale is brought to 1..5, so that a questionnaire may mix scales and the
settings speak one language. PRO 008 §5.4 and §7.
"""

#: Score (on 1..5) from which a customer is satisfied: the top two of five.
SATISFIED = 4.0
LOWEST, HIGHEST = 1.0, 5.0


def normalise(value: float, low: float, high: float) -> float:
    """Bring an answer on the scale low..high to 1..5.

    >>> normalise(4, 1, 5)
    4.0
    >>> normalise(0, 0, 10), normalise(10, 0, 10), normalise(7, 0, 10)
    (1.0, 5.0, 3.8)
    >>> normalise(3, 3, 3)
    Traceback (most recent call last):
    ...
    ValueError: a scale needs two different ends
    """
    if high <= low:
        raise ValueError("a scale needs two different ends")
    share = (value - low) / (high - low)
    return round(LOWEST + (HIGHEST - LOWEST) * share, 4)


def is_satisfied(score: float) -> bool:
    """Say whether a score on 1..5 is in the top two of five.

    >>> [is_satisfied(score) for score in (1, 3.9, 4, 5)]
    [False, False, True, True]
    """
    return score >= SATISFIED


def worst(answers):
    """Return the key of the worst answer, or None.

    :param answers: iterable of ``(key, score on 1..5, is_general)``. Between
        equal scores a specific question wins over the general one, since it
        says which area has to act; then the first one asked.

    >>> worst([("overall", 1.0, True), ("punctuality", 1.0, False)])
    'punctuality'
    >>> worst([("punctuality", 2.0, False), ("quality", 1.0, False)])
    'quality'
    >>> worst([("overall", 1.0, True), ("quality", 3.0, False)])
    'overall'
    >>> worst([]) is None
    True
    """
    ranked = sorted(answers, key=lambda answer: (answer[1], answer[2]))
    return ranked[0][0] if ranked else None


def opens_ticket(score: float, threshold: float) -> bool:
    """Say whether a score on 1..5 is bad enough to open a complaint.

    >>> opens_ticket(2, 2), opens_ticket(2.2, 2), opens_ticket(1, 0)
    (True, False, False)
    """
    return score <= threshold
