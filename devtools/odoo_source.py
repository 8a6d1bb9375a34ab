"""Odoo 19.0 Community: the user's own, or Debian's package unpacked."""

import hashlib
import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import apt, components, paths
from .errors import DevError

SERIES = "19.0"
# Suites: the package is in sid only; its fonts come from a release, where they are
# whole (sid's fonts-inconsolata lacks a file that Odoo links to).
FONT_SUITE = "trixie"
SUITES = f"sid {FONT_SUITE}"
PACKAGES = [
    "odoo-19/sid",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    *(
        f"{font}/{FONT_SUITE}"
        for font in (
            "fonts-dejavu-core",
            "fonts-font-awesome",
            "fonts-glyphicons-halflings",
            "fonts-inconsolata",
            "fonts-montserrat",
            "fonts-ocr-b",
            "fonts-roboto-unhinted",
            "gsfonts",
        )
    ),
]
# All translations but Spanish, and a second copy of the addons: 900 MB.
EXCLUDE = [
    "*/i18n/[!e]*.po",
    "*/i18n/e[!s]*.po",
    "*/i18n/es_[!4]*.po",
    "./usr/lib/python3/dist-packages/addons",
    "./usr/lib/python3/dist-packages/setup",
    "./usr/lib/python3/dist-packages/doc",
    "./usr/share/doc",
    "./usr/share/man",
]
RECIPE = "3"  # raise it when what is unpacked, or mended, changes
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
# Named by the manifest of `mail` but left out of Debian's package: without it every
# backend page logs an error. Only the blurred background of video calls is lost.
MISSING_ASSET = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """Where the package ``odoo`` is, the addons outside it, and a key of its build."""

    package: Path
    addons: tuple
    key: str


def find() -> OdooSource:
    """Return the Odoo to use: $ODOO_PATH, an importable one, else Debian's."""
    if os.environ.get("ODOO_PATH"):
        return _from_path(Path(os.environ["ODOO_PATH"]).expanduser().resolve())
    package = _importable()
    if package:
        return _source(package)
    if not apt.is_available():
        raise DevError(
            "This machine has no apt to fetch Odoo with; set ODOO_PATH to a folder "
            f"with Odoo {SERIES}"
        )
    return _from_debian()


def _from_path(folder: Path) -> OdooSource:
    package = folder if folder.name == "odoo" else folder / "odoo"
    version = _version(package)
    if version != SERIES:
        found = f"has Odoo {version}" if version else "has no Odoo"
        raise DevError(f"ODOO_PATH={folder} {found}; Odoo {SERIES} is needed there")
    return _source(package)


def _importable():
    spec = importlib.util.find_spec("odoo")
    for folder in (spec and spec.submodule_search_locations) or ():
        if _version(Path(folder)) == SERIES:
            return Path(folder).resolve()
    return None


def _source(package: Path) -> OdooSource:
    outside = package.parent / "addons"
    addons = (outside,) if (outside / "web").is_dir() else ()
    text = f"{package} {(package / 'release.py').stat().st_mtime}"
    return OdooSource(package, addons, hashlib.sha256(text.encode()).hexdigest()[:12])


def _version(package: Path) -> str:
    try:
        text = (package / "release.py").read_text()
    except OSError:
        return ""
    match = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return ".".join(match.groups()) if match else ""


def _from_debian() -> OdooSource:
    folder = components.ensure(
        paths.cache() / f"odoo-{SERIES}-{RECIPE}", _build, need_mb=700
    )
    package = folder / DIST_PACKAGES / "odoo"
    key = (folder / "build").read_text().strip()
    return OdooSource(package, (), key)


def _build(folder: Path) -> None:
    source = apt.debian(SUITES)
    source.update("Asking the Debian mirror for Odoo")
    debs = source.download(f"Fetching Odoo {SERIES} (130 MB)", PACKAGES)
    apt.unpack(f"Unpacking Odoo {SERIES}", debs, folder, EXCLUDE)
    stub = folder / DIST_PACKAGES / "odoo" / "addons" / MISSING_ASSET
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* Not in Debian's package. */\n")
    version = next(deb.name.split("_")[1] for deb in debs if "odoo-19" in deb.name)
    (folder / "build").write_text(f"{version}-{RECIPE}\n")
    source.discard()
