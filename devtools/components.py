"""Fetched components: built once, trusted only when complete."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path

from . import paths, steps
from .errors import DevError

STAMP = ".complete"


@contextlib.contextmanager
def locked(lock_file: Path):
    """Hold a lock, so that two calls at once do not build the same thing."""
    paths.make(lock_file.parent)
    with open(lock_file, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("… waiting for another ./dev that is setting up")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure(folder: Path, build, need_mb: int = 100) -> Path:
    """Return the folder complete, building it with ``build(folder)`` when it is not.

    The stamp is written last and holds what was built (number of files and bytes):
    an interrupted build, a deleted or a truncated file is noticed and mended.
    """
    if is_complete(folder):
        return folder
    with locked(folder.parent / f".{folder.name}.lock"):
        if is_complete(folder):
            return folder
        if folder.exists():
            steps.say(f"… {folder.name} is incomplete: building it again")
            remove(folder)
        _check_space(folder.parent, need_mb)
        folder.mkdir()
        build(folder)
        write_stamp(folder)
    return folder


def write_stamp(folder: Path) -> None:
    """Declare a folder complete, in one atomic step."""
    with tempfile.NamedTemporaryFile("w", dir=folder.parent, delete=False) as file:
        json.dump(_contents(folder), file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(file.name, folder / STAMP)


def is_complete(folder: Path) -> bool:
    """Tell whether a folder is, file for file, what was once built."""
    try:
        return json.loads((folder / STAMP).read_text()) == _contents(folder)
    except (OSError, ValueError):
        return False


def remove(folder: Path) -> None:
    """Delete a folder, out of the way first of what may still write into it."""
    trash = tempfile.mkdtemp(prefix=".trash-", dir=folder.parent)
    folder.rename(Path(trash) / folder.name)
    shutil.rmtree(trash, ignore_errors=True)


def _contents(folder) -> dict:
    """Count files and bytes, without the byte code that Python writes in use."""
    files = size = 0
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name in ("__pycache__", STAMP):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    files += 1
                    size += entry.stat(follow_symlinks=False).st_size
    return {"files": files, "bytes": size}


def _check_space(folder: Path, need_mb: int) -> None:
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < need_mb:
        raise DevError(
            f"The disk of {folder} has {free_mb} MB free, but {need_mb} MB are needed"
        )
