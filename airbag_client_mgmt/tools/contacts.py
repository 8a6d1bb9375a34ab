# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When two contacts may be the same customer. Pure functions, no database."""

import re

#: What people write before a Colombian tax id: its name, or the code of the country.
_TAX_ID_NAME = re.compile(r"^(?:N\.?I\.?T\.?|R\.?U\.?T\.?|C\.?C\.?|CO)[\s:.#-]*(?=\d)")
#: A Colombian tax id with its check digit, which many leave out.
_WITH_CHECK_DIGIT = re.compile(r"(\d[\d. ]*\d)\s*[-–]\s*\d")
#: An extension is not part of the number of the line.
_EXTENSION = re.compile(r"(?:\bext(?:ensi[oó]n|\.)?|\bx|#)[\s.:]*\d{1,6}\s*$", re.I)
#: International codes of one and of two digits; all the others have three.
_SHORT_CODES = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]",
)
#: Digits by which two lines of one country differ at most.
_NATIONAL_DIGITS = 10


def normalise_tax_id(number: str | bool | None) -> str:
    """Return a tax id as two people would both write it.

    The check digit of a Colombian one is left out where it certainly is one: after a
    hyphen, behind 6 to 10 digits. Without the hyphen it may be part of the number.

    >>> {normalise_tax_id(text) for text in (
    ...     "860512347", " 860.512.347-1 ", "NIT 860.512.347-1", "CO860512347-1")}
    {'860512347'}
    >>> normalise_tax_id("8605123471"), normalise_tax_id("C.C. 1.020.304.056")
    ('8605123471', '1020304056')
    >>> normalise_tax_id("es b-12345678"), normalise_tax_id("20-12345678-3")
    ('ESB12345678', '20123456783')
    >>> normalise_tax_id(None), normalise_tax_id("/")
    ('', '')
    """
    text = _TAX_ID_NAME.sub("", (number or "").strip().upper())
    base = _WITH_CHECK_DIGIT.fullmatch(text)
    if base and 6 <= len(_digits(base[1])) <= 10:
        return _digits(base[1])
    return re.sub(r"[^0-9A-Z]", "", text)


def normalise_phone(number: str | bool | None) -> str:
    """Return a phone number as it is dialled within its country.

    The same with and without country code, trunk zero and extension. All the digits
    count, ten at most: a landline of Bogotá and a mobile may end in the same nine.
    Odoo's own formatting needs a library that is not always there, and a country.

    >>> normalise_phone("+57 310 555 0121"), normalise_phone("(310) 555-0121")
    ('3105550121', '3105550121')
    >>> normalise_phone("573105550121"), normalise_phone("0057 310 555 0121")
    ('3105550121', '3105550121')
    >>> normalise_phone("+593 99 123 4567"), normalise_phone("099 123 4567")
    ('991234567', '991234567')
    >>> normalise_phone("601 555 0121"), normalise_phone("301 555 0121")
    ('6015550121', '3015550121')
    >>> normalise_phone("601 555 0121 ext. 4"), normalise_phone("(601)5550121 x104")
    ('6015550121', '6015550121')
    >>> normalise_phone("+44 (0)7911 123456"), normalise_phone("07911 123456")
    ('7911123456', '7911123456')
    >>> normalise_phone("12 34"), normalise_phone(None)
    ('', '')
    """
    text = _EXTENSION.sub("", (number or "").strip())
    digits = _digits(text)
    if len(digits) < 7:
        return ""
    is_international = text.startswith("+") or digits.startswith("00")
    national = digits.lstrip("0")
    if is_international or len(national) > _NATIONAL_DIGITS:
        code = _SHORT_CODES.match(national)
        national = national[len(code[0]) if code else 3 :].lstrip("0")
    return national[-_NATIONAL_DIGITS:]


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
