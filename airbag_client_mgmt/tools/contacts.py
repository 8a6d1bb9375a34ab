# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When two contacts may be the same customer. Pure functions, no database."""

import re


def normalise_tax_id(number: str | bool | None) -> str:
    """Return a tax id as two people would both write it.

    >>> normalise_tax_id(" 860.512.347-1 "), normalise_tax_id("es b-12345678")
    ('8605123471', 'ESB12345678')
    >>> normalise_tax_id(None), normalise_tax_id("/")
    ('', '')
    """
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def normalise_phone(number: str | bool | None) -> str:
    """Return the end of a phone number, the same with and without country code.

    Nine digits: no country of ours has fewer that tell two lines apart. Odoo's own
    formatting needs a library that is not always there, and a country.

    >>> normalise_phone("+57 310 555 0121"), normalise_phone("(310) 555-0121")
    ('105550121', '105550121')
    >>> normalise_phone("+593 99 123 4567"), normalise_phone("099 123 4567")
    ('991234567', '991234567')
    >>> normalise_phone("12 34"), normalise_phone(None)
    ('', '')
    """
    digits = re.sub(r"[^0-9]", "", number or "")
    return digits[-9:] if len(digits) >= 7 else ""
