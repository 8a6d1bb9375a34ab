"""The browser of the tours: a missing one is installed or asked for, never skipped."""

import os
import shutil
import subprocess

from . import steps
from .errors import DevError

# What Odoo's tests look for, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
ADVICE = (
    "The browser tests need Chromium: install the package chromium "
    "(apt-get install chromium), or leave them out with --no-browser"
)


def ensure() -> None:
    """Make sure that a browser runs; as root, install Chromium with apt."""
    if _works():
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise DevError(ADVICE)
    apt = ["apt-get", "-q", "-y"]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    hint = f". {ADVICE}"
    update = "Asking the machine's package sources"
    steps.run(update, [*apt, "update"], env=env, hint=hint)
    install = [*apt, "install", "--no-install-recommends", "chromium"]
    steps.run("Installing Chromium (280 MB)", install, env=env, hint=hint)
    if not _works():  # a stub that wants snap, for one
        raise DevError(ADVICE)


def _works() -> bool:
    """Tell whether the browser that Odoo will find answers."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        return False
    result = subprocess.run([program, "--version"], capture_output=True)
    return result.returncode == 0
