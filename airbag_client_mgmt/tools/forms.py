# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Code, version and date of a controlled document, printed on each form. PRO 008 §6.

Pure functions, no database: ``res.company._get_form`` is what reports call.
"""

import operator
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Form(NamedTuple):
    """A version of a controlled document, from the day it entered into force."""

    code: str
    version: str
    date: date
    #: Of one company, which goes before what all companies share.
    is_own: bool = False
    #: First day on which the document was withdrawn, if it was.
    withdrawn: date | None = None

    @property
    def date_label(self) -> str:
        """Return the date as the procedure writes it.

        >>> Form("PRO 008-F1", "0", date(2024, 12, 1)).date_label
        '01.12.2024'
        """
        return self.date.strftime("%d.%m.%Y")

    @property
    def label(self) -> str:
        """Return the short mark of small places: a footer, a sheet's heading.

        >>> Form("PRO 008-F1", "0", date(2024, 12, 1)).label
        'PRO 008-F1 · v. 0 · 01.12.2024'
        """
        return f"{self.code} · v. {self.version} · {self.date_label}"


def form_on(forms: Iterable[Form], day: date) -> Form | None:
    """Return the version in force on a day; before the first one, the first.

    A company's own document is used from its first day until it is withdrawn,
    whatever is shared.

    >>> shared = Form("F1", "0", date(2024, 12, 1))
    >>> later = Form("F1", "1", date(2026, 1, 1))
    >>> own = Form("X1", "0", date(2025, 6, 1), True)
    >>> form_on([later, shared], date(2025, 12, 31)).version
    '0'
    >>> form_on([shared, later], date(2026, 1, 1)).version
    '1'
    >>> form_on([shared, later, own], date(2026, 1, 1)).code
    'X1'
    >>> form_on([shared, later, own], date(2025, 5, 31)).code
    'F1'
    >>> form_on([later, shared], date(2020, 1, 1)).version
    '0'
    >>> form_on([], date(2020, 1, 1))
    >>> gone = own._replace(withdrawn=date(2026, 3, 1))
    >>> form_on([later, gone], date(2026, 2, 28)).code
    'X1'
    >>> form_on([later, gone], date(2026, 3, 1)).code
    'F1'
    >>> form_on([gone], date(2026, 3, 1))
    """
    forms = list(forms)
    begun = [form for form in forms if form.date <= day]
    valid = [form for form in begun if not form.withdrawn or day < form.withdrawn]
    if begun:
        order = operator.attrgetter("is_own", "date")
        return max(valid, key=order, default=None)
    return min(forms, key=operator.attrgetter("date"), default=None)
