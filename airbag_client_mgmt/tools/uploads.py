# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Files that customers send. Pure functions, no database."""

from odoo.tools.mimetypes import guess_mimetype

#: Ending of a file -> what its content may be. A phone's photos and videos, documents.
KINDS = {
    "gif": {"image/gif"},
    "heic": {"application/octet-stream", "image/heic", "image/heif"},
    "heif": {"application/octet-stream", "image/heic", "image/heif"},
    "jpeg": {"image/jpeg"},
    "jpg": {"image/jpeg"},
    "mov": {"application/octet-stream", "video/quicktime"},
    "mp4": {"application/octet-stream", "video/mp4"},
    "pdf": {"application/pdf"},
    "png": {"image/png"},
    "webp": {"image/webp"},
}


def is_accepted(name: str, content: bytes) -> bool:
    """Tell whether a file is what its name says, and something we take.

    >>> is_accepted("Foto.JPG", b"\\xff\\xd8\\xff\\xe0" + b"0" * 20)
    True
    >>> is_accepted("foto.jpg", b"<html><script>x</script></html>")
    False
    >>> is_accepted("page.html", b"<html></html>"), is_accepted("noname", b"")
    (False, False)
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return bool(content) and guess_mimetype(content) in KINDS.get(ending, ())
