"""Processes of Odoo's shell, each as a server of its own."""

import os
import shlex
import subprocess
from pathlib import Path

SCRIPTS = Path(__file__).parent
SHELL = shlex.split(os.environ["TRIAL_SHELL"])


def start(script, **variables):
    """Start a process that runs a script of this folder."""
    with (SCRIPTS / script).open() as source:
        return subprocess.Popen(
            SHELL,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **variables},
            start_new_session=True,
        )


def finish(process):
    """Return what a process printed, once it ended well."""
    output, _errors = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return output
