"""Processes of Odoo's shell, each as a server of its own."""

import os
import random
import shlex
import signal
import subprocess
import tempfile
import time
from pathlib import Path

MAIL = Path(os.environ["TRIAL_MAIL"])
SCRIPTS = Path(__file__).parent
SHELL = shlex.split(os.environ["TRIAL_SHELL"])


def start(script, **variables):
    """Start a process that runs a script of this folder."""
    with (SCRIPTS / script).open() as source:
        errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, read when it ends
        process = subprocess.Popen(
            SHELL,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SCRIPTS.parent.parent), **variables},
            start_new_session=True,
        )
    process.errors = errors
    return process


def finish(process):
    """Return what a process printed, once it ended well."""
    output, _none = process.communicate(timeout=1800)
    process.errors.seek(0)
    assert process.returncode == 0, process.errors.read()[-5000:]
    return output


def kill_in_the_midst(server, batches=2):
    """Let a server do a batch, or some, then kill it during the next one."""
    for _batch in range(random.randint(1, batches)):
        server.stdout.readline()
    time.sleep(random.uniform(0, 0.2))
    os.killpg(server.pid, signal.SIGKILL)
    server.communicate()
