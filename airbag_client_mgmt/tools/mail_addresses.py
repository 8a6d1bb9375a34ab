# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which e-mails a machine wrote, and which addresses nobody reads. No database."""

import re
from collections.abc import Mapping

#: The part before the @ of addresses that no person reads.
_NOBODY = re.compile(
    r"(no|do|dont|not|donot)?[-._]?(not)?[-._]?(reply|responder?|respuesta|contestar)"
    r"|mailer[-._]?daemon|postmaster|bounces?|abuse|null|nobody",
)
_MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond")
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
    submitted = str(headers.get("Auto-Submitted") or "no")
    return (
        submitted.partition(";")[0].strip().lower() != "no"
        or str(headers.get("Precedence") or "").strip().lower() in _MACHINE_PRECEDENCE
        or str(headers.get("Return-Path") or "").strip() == "<>"
        or any(headers.get(name) for name in _MACHINE_HEADERS)
    )
