# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What strangers send to a public page. Pure functions, no database."""

import ipaddress
import unicodedata

#: Control characters and halves of characters: PostgreSQL takes no NUL, e-mail headers
#: no line breaks, and none of them says anything to a reader.
_UNPRINTABLE = ("Cc", "Cs")


def clean_line(text: str) -> str:
    """Return a text in one line, of printable characters.

    >>> clean_line(" Taxis\\x00 del\\r\\nBcc: x@example.com ")
    'Taxis del Bcc: x@example.com'
    >>> clean_line("Nariño 🚗")
    'Nariño 🚗'
    """
    return " ".join(_blank_unprintable(text).split())


def clean_text(text: str) -> str:
    """Return a text of several lines, of printable characters.

    >>> clean_text(" Two airbags\\r\\nfired\\x00\\x07 \\u2028 today")
    'Two airbags\\nfired\\ntoday'
    """
    lines = map(clean_line, text.splitlines())
    return "\n".join(lines).strip()


def network_of(address: str | None) -> str:
    """Return what one visitor cannot change of its address, as text.

    Who has one IPv6 address has all of its network.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:3:4:5:6")
    ('203.0.113.7', '2001:db8:1:2::')
    >>> network_of("::ffff:203.0.113.7"), network_of(None), network_of("unknown")
    ('203.0.113.7', '', 'unknown')
    """
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False).network_address)


def _blank_unprintable(text: str) -> str:
    return "".join(
        " " if unicodedata.category(char) in _UNPRINTABLE else char for char in text
    )
