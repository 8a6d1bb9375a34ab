# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Vehicle identification numbers (ISO 3779; check digit of 49 CFR 565.15)."""

import re

_SHAPE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def check_digit(vin: str) -> str:
    """Return the check digit that belongs in the ninth place.

    >>> check_digit("1M8GDM9AXKP042788")
    'X'
    """
    total = sum(
        weight * int(_VALUES.get(character, character))
        for weight, character in zip(_WEIGHTS, vin, strict=True)
    )
    return "X" if total % 11 == 10 else str(total % 11)


def is_valid_vin(vin: str) -> bool:
    """Tell whether ``vin`` has the 17 characters that a VIN may have.

    >>> is_valid_vin("1M8GDM9AXKP042788"), is_valid_vin("1M8GDM9AXKPO42788")
    (True, False)
    """
    return bool(_SHAPE.fullmatch(vin))


def has_valid_check_digit(vin: str) -> bool:
    """Tell whether the check digit of a VIN agrees, where it has one.

    It is only compulsory for makers of North America and China (first character 1 to
    5, or L); elsewhere the ninth place is free.

    >>> [has_valid_check_digit(f"1M8GDM9A{digit}KP042788") for digit in "X1"]
    [True, False]
    >>> has_valid_check_digit("WVWZZZ1JZXW000001")
    True
    """
    return vin[0] not in "12345L" or vin[8] == check_digit(vin)
