"""Long commands tell why they fail, and leave nothing running."""

import os
import time

import pytest

from devtools import paths, steps
from devtools.errors import DevError


@pytest.fixture(autouse=True)
def logs(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "LOGS", tmp_path)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("tar: x: Cannot write: No space left on device", "the disk is full"),
        ("Could not connect to host\nE: Some index", "source cannot be reached"),
        ("E: the error\nsome advice", "E: the error"),
        ("just the last line", "just the last line"),
        ("", "exit code 3"),
    ],
)
def test_reason_of_a_failure(output, reason):
    with pytest.raises(DevError, match=reason) as failure:
        steps.run("Working", ["sh", "-c", f"printf '{output}'; exit 3"])
    assert len(str(failure.value).splitlines()) == 1


def test_reasons_of_earlier_commands_are_not_quoted():
    steps.run("Before", ["echo", "No space left on device"])
    with pytest.raises(DevError, match="exit code 1"):
        steps.run("Working", ["false"])


def test_interruption_ends_what_was_started(monkeypatch, tmp_path):
    child = tmp_path / "child"
    script = f"sleep 60 & echo $! > {child}; wait"

    def interrupted(title, process, watch):
        while not child.exists() or not child.read_text():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_follow", interrupted)
    with pytest.raises(KeyboardInterrupt):
        steps.run("Working", ["sh", "-c", script])
    time.sleep(0.1)
    assert not os.path.exists(f"/proc/{child.read_text().strip()}/exe")
