"""Virtual environments with pinned packages: one for Odoo, one for the linters."""

import hashlib
import importlib.util
import platform
import sys
from pathlib import Path

from . import apt, components, odoo_source, paths, steps
from .errors import DevError

SUPPORTED = ((3, 10), (3, 13))
ODOO_SCRIPT = """\
#!{python}
import sys
from odoo.cli import main
sys.exit(main())
"""


def check_python() -> None:
    """Refuse a Python that Odoo's packages are not pinned for."""
    running = sys.version_info[:2]
    if not SUPPORTED[0] <= running <= SUPPORTED[1]:
        raise DevError(
            "Odoo 19 runs on Python 3.10 to 3.13, not on "
            f"{platform.python_version()}; use one of them, as in: python3.12 ./dev run"
        )


def lint() -> Path:
    """Return the bin folder of the linters' environment."""
    requirements = paths.REQUIREMENTS / "lint.txt"
    folder = _folder("lint", requirements.read_bytes())
    components.ensure(folder, lambda target: _build(target, requirements), 200)
    return folder / "bin"


def odoo(source: odoo_source.OdooSource) -> Path:
    """Return the bin folder of the environment where Odoo and its tests run."""
    requirements = paths.REQUIREMENTS / "odoo.txt"
    folder = _folder("odoo", requirements.read_bytes(), str(source.package))

    def build(target):
        _build(target, requirements, source.package)

    components.ensure(folder, build, need_mb=800)
    return folder / "bin"


def _folder(name: str, *parts) -> Path:
    check_python()
    texts = [part if isinstance(part, bytes) else part.encode() for part in parts]
    texts += [sys.executable.encode(), platform.python_version().encode()]
    key = hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]
    version = ".".join(map(str, sys.version_info[:2]))
    return paths.cache() / f"{name}-py{version}-{key}"


def _build(folder: Path, requirements: Path, odoo_package=None) -> None:
    python = folder / "bin" / "python"
    # Debian's python3 without python3-venv has no ensurepip.
    complete = importlib.util.find_spec("ensurepip")
    options = [] if complete else ["--without-pip"]
    installer = [python, "-m", "pip"] if complete else pip(python)
    steps.run(
        "Creating a Python environment",
        [sys.executable, "-m", "venv", *options, folder],
    )
    if odoo_package:
        _link_odoo(folder, odoo_package)
    command = ["install", "--disable-pip-version-check", "--no-input", "-r"]
    steps.run(
        f"Installing Python packages ({requirements.stem})",
        [*installer, *command, requirements],
        watch=folder,
        cwd=folder,
    )


def _link_odoo(folder: Path, package: Path) -> None:
    """Make ``odoo`` importable, and known to pip as what OCA's packages depend on."""
    link = folder / "odoo-path" / "odoo"
    link.parent.mkdir()
    link.symlink_to(package)
    site = next((folder / "lib").glob("python3*/site-packages"))
    (site / "odoo19.pth").write_text(f"{link.parent}\n")
    info = site / f"odoo-{odoo_source.SERIES}.dist-info"
    info.mkdir()
    name = f"Metadata-Version: 2.1\nName: odoo\nVersion: {odoo_source.SERIES}\n"
    (info / "METADATA").write_text(name)
    (info / "INSTALLER").write_text("dev\n")
    (info / "RECORD").write_text("")
    script = folder / "bin" / "odoo"
    script.write_text(ODOO_SCRIPT.format(python=folder / "bin" / "python"))
    script.chmod(0o755)


def pip(python) -> list:
    """Return a command of pip for a Python, its own or Debian's package of it."""
    if python == sys.executable and importlib.util.find_spec("pip"):
        return [python, "-m", "pip"]
    return [python, _pip_wheel() / "pip"]


def _pip_wheel() -> Path:
    """Return pip from Debian's package, for a Python that comes without it."""

    def build(folder):
        if not apt.is_available():
            raise DevError("This Python has no pip; install the package python3-venv")
        own = apt.machine("pip")
        debs = own.download("Fetching pip", ["python3-pip-whl"])
        apt.unpack("Unpacking pip", debs, folder)
        own.discard()

    folder = components.ensure(paths.cache() / "pip", build)
    return next(folder.glob("usr/share/python-wheels/pip-*.whl"))
