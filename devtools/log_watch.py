"""Warnings of our addon in the server's log: each fails the run that caused it.

Used both on log files and, inside pytest, on live log records.
"""

import re
from pathlib import Path

from . import paths

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
EXCEPTION = re.compile(r"[\w.]+(?:Error|Exception|Violation|Warning)\b: ")
LEVELS = {"WARNING", "ERROR", "CRITICAL"}
OURS = re.compile(rf"\b(?:{paths.ADDON}|airbag[._][a-z_]+)")


def is_ours(logger: str, text: str) -> bool:
    """Tell whether a warning or an error comes from our addon.

    The logger of a test's browser is named after the test, but says what the pages of
    Odoo say: there only the text counts.
    """
    if logger.startswith(f"odoo.addons.{paths.ADDON}") and ".browser" not in logger:
        return True
    # The clone's own folder may be called like the addon.
    text = text.replace(f"{paths.ADDON_PATH}", f"/{paths.ADDON}")
    text = text.replace(f"{paths.ROOT}", "")
    return bool(OURS.search(text))


def read(log: Path) -> list[str]:
    """Return the warnings and errors of our addon in a log file."""
    found = []
    for level, logger, text in _records(log):
        if level in LEVELS and is_ours(logger, text):
            found.append(f"{level} {logger}: {text}")
    return found


def last_error(log: Path) -> str:
    """Return the essence of the last error in a log file, on one line."""
    errors = [text for level, _, text in _records(log) if level in LEVELS - {"WARNING"}]
    if not errors:
        return ""
    return essence(errors[-1])


def essence(text: str) -> str:
    """Return the line of a record that says most: its exception, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    exceptions = [line for line in lines if EXCEPTION.match(line)]
    return (exceptions or lines or [""])[-1][:300]


def _records(log: Path):
    """Yield level, logger and whole text of a log's records."""
    record = None
    try:
        text = log.read_text(errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            if record:
                yield tuple(record)
            record = [match["level"], match["logger"], match["text"].rstrip()]
        elif record:
            record[2] += f"\n{line}"
    if record:
        yield tuple(record)
