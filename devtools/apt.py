"""Debian packages fetched and unpacked in private folders, as any user.

apt runs with a state of its own (APT_CONFIG), signatures checked, and the machine's
configuration is read but never changed.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import components, paths, steps
from .errors import DevError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
CONF = """\
Dir::State "{folder}";
Dir::State::status "{status}";
Dir::Cache "{folder}/cache";
Dir::Log "{folder}";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Debug::NoLocking "true";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
"""
CONF_SOURCES = """\
APT::Update::Error-Mode "any";
Dir::Etc::SourceList "{folder}/private.sources";
Dir::Etc::SourceParts "{folder}/parts";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "{folder}/parts";
"""
SOURCES = """\
Types: deb
URIs: {mirror}
Suites: {suites}
Components: main
Signed-By: {keyring}
"""


def is_available() -> bool:
    """Tell whether this machine has what fetches and unpacks Debian packages."""
    return all(map(shutil.which, ("apt-get", "dpkg-deb", "tar")))


class Apt:
    """A private apt: the machine's own sources, or those given."""

    def __init__(self, name: str, sources: str = "", status=os.devnull):
        self.folder = paths.cache() / f"apt-{name}"
        for part in ("lists/partial", "cache/archives/partial", "parts"):
            paths.make(self.folder / part)
        conf = CONF.format(folder=self.folder, status=status)
        if sources:
            conf += CONF_SOURCES.format(folder=self.folder)
            (self.folder / "private.sources").write_text(sources)
        config = self.folder / "apt.conf"
        config.write_text(conf)
        self.env = {**os.environ, "APT_CONFIG": str(config), "LC_ALL": "C.UTF-8"}
        self.archives = self.folder / "cache" / "archives"

    def update(self, title: str) -> None:
        """Fetch the package lists, their signatures checked."""
        steps.run(title, ["apt-get", "-q", "update"], env=self.env)
        # What an interrupted call left, if it has been superseded since.
        subprocess.run(["apt-get", "-qq", "autoclean"], env=self.env, check=False)

    def download(self, title: str, packages: list) -> list[Path]:
        """Fetch packages without their dependencies; return the files."""
        downloads = paths.make(self.archives)
        steps.run(
            title,
            ["apt-get", "-q", "download", *packages],
            env=self.env,
            cwd=downloads,
            watch=downloads,
        )
        return sorted(downloads.glob("*.deb"))

    def download_missing(self, title: str, packages: list) -> list[Path]:
        """Fetch packages with the dependencies that this machine lacks."""
        command = ["apt-get", "-q", "-y", "--download-only", "--reinstall", "install"]
        watch = self.archives
        steps.run(title, [*command, *packages], env=self.env, watch=watch)
        return sorted(watch.glob("*.deb"))

    def dependencies(self, package: str, pattern: str) -> list[str]:
        """Return the packages that a package depends on and that match a pattern."""
        command = ["apt-cache", "depends", package]
        result = subprocess.run(command, env=self.env, capture_output=True, text=True)
        found = re.findall(rf"Depends: ({pattern})\n", result.stdout)
        if not found:
            raise DevError(f"No package source of this machine has {package}")
        return found

    def discard(self) -> None:
        """Delete lists and downloads, no longer needed once unpacked."""
        shutil.rmtree(self.folder)


def machine(purpose: str) -> Apt:
    """Return a private apt with the machine's sources and installed packages, fresh."""
    own = Apt(purpose, status="/var/lib/dpkg/status")
    own.update("Asking the machine's package sources")
    return own


def debian(suites: str) -> Apt:
    """Return a private apt for other suites of the machine's own Debian mirror."""
    sources = SOURCES.format(mirror=_mirror(), suites=suites, keyring=_keyring())
    return Apt("debian", sources)


def library_path(folder: Path) -> str:
    """Return the folders of the shared libraries among unpacked packages."""
    places = {file.parent for file in folder.glob("**/*.so.*")}
    return ":".join(sorted(str(place) for place in places))


def unpack(title: str, packages: list[Path], folder: Path, exclude=()) -> None:
    """Unpack packages into a folder, leaving out what matches the patterns."""
    leave_out = " ".join(f"--exclude='{pattern}'" for pattern in exclude)
    script = (
        'd=$1; shift; for p; do { dpkg-deb --fsys-tarfile "$p" || touch "$d/.bad"; } '
        f'| tar -x --no-same-owner -C "$d" {leave_out} || exit 1; '
        '[ ! -e "$d/.bad" ] || exit 1; done'
    )
    steps.run(title, ["sh", "-c", script, "sh", folder, *packages])


def _mirror() -> str:
    """Return the address of the machine's Debian mirror, read from its apt."""
    mirror = os.environ.get("DEBIAN_MIRROR") or _debian_site(os.environ)
    if not mirror:  # package lists never fetched, as in container images
        own = machine("sources")
        mirror = _debian_site(own.env)
        own.discard()
    if not mirror:
        raise DevError(
            "No Debian mirror is among this machine's package sources; set "
            "DEBIAN_MIRROR to one, or ODOO_PATH to a folder with Odoo 19.0"
        )
    return mirror


def _debian_site(env) -> str:
    command = ["apt-get", "indextargets", "--format", "$(SITE)"]
    command += ["Created-By: Packages", "Origin: Debian", "Label: Debian"]
    result = subprocess.run(command, env=env, capture_output=True, text=True)
    return next(iter(result.stdout.split()), "")


def _keyring() -> Path:
    """Return Debian's public keys; elsewhere, from the machine's own package."""
    if KEYRING.exists():
        return KEYRING

    def build(folder):
        own = machine("keyring")
        debs = own.download("Fetching Debian's keys", ["debian-archive-keyring"])
        unpack("Unpacking Debian's keys", debs, folder)
        own.discard()

    folder = components.ensure(paths.cache() / "debian-keyring", build)
    return folder / KEYRING.relative_to("/")
