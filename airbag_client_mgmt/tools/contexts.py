# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the context of a call brings along. Pure functions, no database."""

from collections.abc import Container, Mapping

_PREFIX = "default_"


def drop_proposed(context: Mapping, names: Container[str]) -> dict:
    """Return a context that gives no value to some fields of what is created.

    Odoo proposes the value of a column there, in which somebody creates a record:
    what nobody may write does not come in that way either.

    >>> drop_proposed({"default_name": "S1", "default_state": "sale"}, {"state"})
    {'default_name': 'S1'}
    """
    return {
        key: value
        for key, value in context.items()
        if not (key.startswith(_PREFIX) and key.removeprefix(_PREFIX) in names)
    }
