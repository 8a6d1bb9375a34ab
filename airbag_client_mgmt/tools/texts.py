# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people wrote, brought together. Pure functions, no database."""

from collections.abc import Iterable


def merge_texts(texts: Iterable[str | bool | None]) -> str:
    """Return the texts one below the other, each thing said once.

    >>> merge_texts(["Helmet", "Helmet\\nSafety shoes", False, " Helmet "])
    'Helmet\\nSafety shoes'
    >>> merge_texts(["Knock twice", None, "Helmet"])
    'Knock twice\\nHelmet'
    """
    said = list(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
    return "\n".join(
        text
        for text in said
        if not any(text != other and text in other for other in said)
    )
