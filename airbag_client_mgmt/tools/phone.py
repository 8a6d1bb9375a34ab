# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Phone numbers as people write them, as WhatsApp wants them. PRO 008 §5.4.1."""

import re

#: Several numbers in one field: the first that is a mobile is used.
SEPARATORS = re.compile(r"[/,;|\n]|\s+[oy]\s+", re.IGNORECASE)
#: "ext. 12", "extensión 12", "x12", "#12": WhatsApp knows no extensions.
EXTENSION = re.compile(r"\s*(?:ext\w*\.?|x|#)\s*[0-9]+\s*$", re.IGNORECASE)
#: What mobile numbers look like, by country code: there a landline is known.
MOBILES = {57: re.compile("3[0-9]{9}")}


def to_mobile(text: str, phone_code: int) -> str:
    """Return the first mobile number of a text as digits with country code.

    Empty when there is none, for a landline (where landlines can be told), and
    for a number without country code when ``phone_code`` is 0.

    >>> to_mobile("300 123 45 67", 57), to_mobile("0057 300 1234567", 57)
    ('573001234567', '573001234567')
    >>> to_mobile("+34 612 34 56 78", 57), to_mobile("57 3001234567", 57)
    ('34612345678', '573001234567')
    >>> to_mobile("601 234 5678 ext. 12 / (300) 123-4567", 57)
    '573001234567'
    >>> to_mobile("+57 601 234 5678", 57), to_mobile("call me", 57)
    ('', '')
    >>> to_mobile("0991 234 567", 593), to_mobile("3001234567", 0)
    ('593991234567', '')
    """
    for part in SEPARATORS.split(text):
        number = _parse(EXTENSION.sub("", part).strip(), phone_code)
        if 8 <= len(number) <= 15 and _may_be_mobile(number):
            return number
    return ""


def _parse(text: str, phone_code: int) -> str:
    digits = re.sub("[^0-9]", "", text)
    if text.startswith("+") or digits.startswith("00"):
        return digits.removeprefix("00")
    if not digits or not phone_code:
        return ""
    with_code = digits.startswith(str(phone_code)) and len(digits) > 10
    # The 0 that many countries dial before a national number is not dialled from
    # abroad.
    return digits if with_code else f"{phone_code}{digits.lstrip('0')}"


def _may_be_mobile(number: str) -> bool:
    for code, mobile in MOBILES.items():
        if number.startswith(str(code)):
            return bool(mobile.fullmatch(number.removeprefix(str(code))))
    return True
