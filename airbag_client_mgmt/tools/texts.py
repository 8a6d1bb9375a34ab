# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people wrote, brought together. Pure functions, no database."""

import re
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


def replace_carried(
    text: str | bool | None, carried: str | bool | None, stated: str | bool | None
) -> str | None:
    """Return a text with what somebody else stated in the place of what was carried.

    :param text: what is written, maybe by a person around what was carried
    :param carried: what was put there from elsewhere
    :param stated: what is to be there instead
    :return: None when nothing of the text was carried: a person wrote it

    >>> replace_carried("Helmet\\nKnock twice", "Helmet", "Safety shoes")
    'Safety shoes\\nKnock twice'
    >>> replace_carried("Helmet\\nKnock twice", "Helmet", False)
    'Knock twice'
    >>> replace_carried(False, False, "Helmet"), replace_carried("Knock", "", "Helmet")
    ('Helmet', None)
    >>> replace_carried("Helmets for all", "Helmet", "Safety shoes")
    """
    if not (text or "").strip():
        return stated or ""
    if not (carried or "").strip():
        return None
    found = re.search(rf"^{re.escape(carried.strip())}$", text, re.MULTILINE)
    if not found:
        return None
    parts = (text[: found.start()], stated or "", text[found.end() :])
    return "\n".join(part.strip() for part in parts if part.strip())
