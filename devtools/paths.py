"""Where things are kept: the clone, its git-ignored state and the user's cache."""

import os
from pathlib import Path

from .errors import DevError

ROOT = Path(__file__).resolve().parent.parent
ADDON = "airbag_client_mgmt"
ADDON_PATH = ROOT / ADDON
REQUIREMENTS = ROOT / "devtools" / "requirements"

# Everything that belongs to this clone alone: databases, filestore, logs, mail.
STATE = ROOT / ".dev"
LOGS = STATE / "log"
DATA = STATE / "data"
MAIL = STATE / "mail"


def cache() -> Path:
    """Return the folder of all that is fetched; all clones of the user share it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).expanduser().absolute() / "airbag-dev"
    return make(folder)


def make(folder: Path) -> Path:
    """Create a folder, or say in one sentence why it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DevError(
            f"The folder {folder} cannot be made: {error.strerror}"
        ) from error
    if not os.access(folder, os.W_OK):
        raise DevError(f"The folder {folder} cannot be written to by this user")
    return folder
