# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the context of a call brings along. Pure functions, no database."""

from collections.abc import Mapping

_PREFIX = "default_"


def get_proposed_values(context: Mapping) -> dict:
    """Return the values that a context gives to the fields of what is created.

    They reach a record as those that are passed do, and obey the same rules.

    >>> get_proposed_values({"default_name": "S1", "lang": "es_419"})
    {'name': 'S1'}
    """
    return {
        key.removeprefix(_PREFIX): value
        for key, value in context.items()
        if key.startswith(_PREFIX)
    }
