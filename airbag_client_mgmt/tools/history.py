# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the cells of an imported history say. Pure functions; nothing of Odoo."""

import re
from typing import NamedTuple

#: One product of a cell: code, then quantity and lot if they are given.
PRODUCT = re.compile(
    r"(?P<code>[^*#]+?) ?(?:\* ?(?P<quantity>[0-9]{1,9}(?:[.,][0-9]{1,9})?))?"
    r" ?(?:# ?(?P<lot>[^*#]+))?"
)


class ProductUsed(NamedTuple):
    """One product of the cell *Products used*."""

    code: str
    quantity: float
    lot: str


def fold(text) -> str:
    """Return a text as it is compared: spare blanks and capitals do not matter.

    >>> fold("  Atención   al CLIENTE ")
    'atención al cliente'
    >>> fold(False)
    ''
    """
    return " ".join(str(text or "").split()).casefold()


def split_cell(text) -> list[str]:
    r"""Return the entries of a cell: one a line, or separated by semicolons.

    Without spare blanks: a padded cell of thousands of them is read at once.

    >>> split_cell("Cambiar el cinturón; revisar  en 30 días\n\nNo usar")
    ['Cambiar el cinturón', 'revisar en 30 días', 'No usar']
    >>> split_cell(False)
    []
    """
    parts = re.split(r"[;\n]", str(text or ""))
    return [" ".join(part.split()) for part in parts if part.strip()]


def parse_products(text) -> list[ProductUsed]:
    """Return the products of a cell, written ``code*quantity#lot``.

    >>> [tuple(product) for product in parse_products("AB-01*2#L-77; CINT-2")]
    [('AB-01', 2.0, 'L-77'), ('CINT-2', 1.0, '')]

    :raise ValueError: with the entry that cannot be read
    """
    products = []
    for entry in split_cell(text):
        found = PRODUCT.fullmatch(entry)
        if not found:
            raise ValueError(entry)
        quantity = float((found["quantity"] or "1").replace(",", "."))
        products.append(ProductUsed(found["code"], quantity, found["lot"] or ""))
    return products
