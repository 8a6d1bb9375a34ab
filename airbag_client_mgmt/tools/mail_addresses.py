# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which e-mails a machine wrote, and which addresses nobody reads. No database."""

import re
from collections.abc import Mapping

#: The part before the @ of addresses that no person reads.
_NOBODY = re.compile(
    r"(no|do|dont|not|donot)?[-._]?(not)?[-._]?(reply|responder?|respuesta|contestar)"
    r"|mailer[-._]?daemon|postmaster|bounces?|abuse|null|nobody",
)
_ANSWER_HEADERS = ("X-Autoreply", "X-Autorespond")
_MACHINE_PRECEDENCE = {"auto_reply", "bulk", "junk", "list"}


def reads_mail(email: str | None) -> bool:
    """Return whether somebody may read what is sent to a bare address.

    >>> [reads_mail(f"{name}@b.co") for name in ("ana", "responsable", "noreply")]
    [True, True, False]
    >>> [reads_mail(f"{name}@b.co") for name in ("no-responder", "Do.Not.Reply+7")]
    [False, False]
    >>> reads_mail("mailer-daemon@example.com"), reads_mail(None), reads_mail("Ana")
    (False, False, False)
    """
    local, at, domain = (email or "").lower().rpartition("@")
    if not (local and at and domain):
        return False
    return not _NOBODY.fullmatch(local.partition("+")[0])


def is_automatic(headers: Mapping[str, str]) -> bool:
    """Return whether a program answered: an absence, a list, a bounce. RFC 3834.

    >>> is_automatic({"Subject": "Ruido", "Auto-Submitted": "no"})
    False
    >>> is_automatic({"Auto-Submitted": "auto-replied; owner-email=ana@example.com"})
    True
    >>> is_automatic({"Precedence": "bulk"}), is_automatic({"Return-Path": "<>"})
    (True, True)
    """
    return (
        _read(headers, "Auto-Submitted") not in ("", "no")
        or _read(headers, "Precedence") in _MACHINE_PRECEDENCE
        or _read(headers, "Return-Path") == "<>"
        or is_automatic_reply(headers)
    )


def is_automatic_reply(headers: Mapping[str, str]) -> bool:
    """Return whether a program only answers, as an absence note does. RFC 3834.

    What a program sends by itself may still say what a customer wrote elsewhere.

    >>> is_automatic_reply({"Auto-Submitted": "auto-replied; owner-email=x"})
    True
    >>> is_automatic_reply({"Auto-Submitted": "auto-generated", "Precedence": "list"})
    False
    >>> is_automatic_reply({"X-Autoreply": "yes"}), is_automatic_reply({})
    (True, False)
    """
    return (
        _read(headers, "Auto-Submitted") == "auto-replied"
        or _read(headers, "Precedence") == "auto_reply"
        or any(headers.get(name) for name in _ANSWER_HEADERS)
    )


def _read(headers: Mapping[str, str], name: str) -> str:
    return str(headers.get(name) or "").partition(";")[0].strip().lower()
