# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""License plates: how they are shown, and what makes two of them the same."""


def show_plate(text: str) -> str:
    """Return a plate as typed, in capitals and without spare blanks.

    >>> show_plate("  abc - 123 ")
    'ABC - 123'
    """
    return " ".join(text.split()).upper()


def plate_key(text: str) -> str:
    """Return the letters and digits of a plate: what is compared.

    >>> {plate_key(plate) for plate in ("ABC-123", "abc 123", "ABC123", "abc·123")}
    {'ABC123'}
    >>> plate_key("- -")
    ''
    """
    return "".join(character for character in text if character.isalnum()).upper()
