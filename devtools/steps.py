"""Long commands with visible progress, their output kept in a log."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import paths
from .errors import DevError

# What tools say of the causes that users can mend.
CAUSES = {
    "the disk is full": ("No space left on device",),
    "the package source cannot be reached": (
        "Could not connect",
        "Could not resolve",
        "Temporary failure resolving",
        "Failed to establish a new connection",
        "Cannot initiate the connection",
        "Name or service not known",
    ),
}
PAUSE = {True: 0.5, False: 20}  # seconds between signs of life: terminal, else


def say(text: str) -> None:
    """Print one line for the user at once."""
    print(text, flush=True)


def run(title, command, *, log="setup.log", watch=None, hint="", **options) -> None:
    """Run a long command; show time and size while it works.

    ``watch`` is a folder whose growth tells how far a download is. The output goes
    to a log, of which a failure quotes the last line.
    """
    log_file = paths.make(paths.LOGS) / log
    with open(log_file, "ab") as output:
        output.write(f"\n=== {title}: {' '.join(map(str, command))}\n".encode())
        output.flush()
        begin = output.tell()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )
        try:
            code = _follow(title, process, watch)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)  # what it started, too
            process.wait()
            raise
    if code:
        reason = last_line(log_file, begin) or f"exit code {code}"
        raise DevError(f"{title}: failed ({reason}){hint}; full output in {log_file}")


def foreground(command, env) -> int:
    """Run a program that has the terminal and handles Ctrl-C by itself."""
    words = [str(word) for word in command]
    with subprocess.Popen(words, env=env, cwd=paths.ROOT) as process:
        try:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    continue
        finally:
            if process.poll() is None:
                process.terminate()


def _follow(title, process, watch) -> int:
    terminal = sys.stdout.isatty()
    start = time.monotonic()
    before = _size(watch)
    if not terminal:
        say(f"… {title}")
    shown = start
    while True:
        try:
            code = process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if now - shown >= PAUSE[terminal]:
                shown = now
                _show(title, now - start, _size(watch) - before, terminal)
            continue
        seconds = time.monotonic() - start
        if terminal:
            print("\r\033[K", end="")
        if code == 0:
            say(f"✓ {title} ({seconds:.0f} s)")
        return code


def _show(title, seconds, size, terminal) -> None:
    amount = f", {size / 1e6:.0f} MB" if size > 0 else ""
    text = f"… {title}: {seconds:.0f} s{amount}"
    if terminal:
        print(f"\r\033[K{text}", end="", flush=True)
    else:
        say(text)


def _size(folder) -> int:
    if not folder:
        return 0
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # moved by the download meanwhile
    return total


def last_line(log_file: Path, begin: int = 0) -> str:
    """Return why a command failed: a known cause, else its last error or line."""
    with open(log_file, "rb") as log:
        log.seek(begin)
        text = log.read().decode(errors="replace")
    for cause, signs in CAUSES.items():
        if any(sign in text for sign in signs):
            return cause
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E: ", "ERROR: "))]
    return (errors or lines or [""])[-1][:300]
