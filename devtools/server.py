"""./dev run, shell, psql and python: Odoo on the demo database."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from . import demo, environment, log_watch, logins, paths, steps
from .errors import DevError

LOG = paths.LOGS / "odoo.log"
STARTUP_SECONDS = 120
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
PARAMETERS = """
    INSERT INTO ir_config_parameter (key, value) VALUES
        ('web.base.url', 'http://localhost:{port}'),
        ('web.base.url.freeze', 'True'),
        ('report.url', 'http://127.0.0.1:{port}')
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""


def run(port: int, fresh: bool, arguments: list) -> int:
    """Serve the demo database until Ctrl-C."""
    _check_port(port)
    _stop_on(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with environment.ready() as ready:
        name = demo.ensure(ready, fresh)
        ready.postgres.sql(PARAMETERS.format(port=port), name)
        with mail_sink(ready, paths.make(paths.MAIL)) as smtp_port:
            config = ready.config(
                "run",
                db_name=name,
                http_port=port,
                smtp_server="localhost",
                smtp_port=smtp_port,
                logfile=LOG,
            )
            return _serve(ready, config, port, arguments)


def shell(arguments: list) -> int:
    """Open Odoo's shell on the demo database."""
    with environment.ready() as ready:
        name = demo.ensure(ready)
        command = ready.odoo("shell", "-c", ready.config("shell"), "-d", name)
        return steps.foreground([*command, "--no-http", *arguments], ready.env)


def psql(arguments: list) -> int:
    """Open psql on the demo database."""
    with environment.ready() as ready:
        name = demo.ensure(ready)
        command = [ready.postgres.bin / "psql", "-d", name, *arguments]
        return steps.foreground(command, ready.env)


def python(arguments: list) -> int:
    """Run a program in Odoo's Python environment, told the demo database's name."""
    with environment.ready() as ready:
        env = {**ready.env, "PGDATABASE": demo.ensure(ready)}
        return steps.foreground([ready.bin / "python", *arguments], env)


def _serve(ready, config, port, arguments) -> int:
    LOG.unlink(missing_ok=True)
    # A session of its own: Ctrl-C reaches Odoo once, through us, not twice.
    with open(LOG, "ab") as output:
        process = subprocess.Popen(
            ready.odoo("-c", config, *arguments),
            env=ready.env,
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    try:
        _wait_until_ready(process, port)
        steps.say(
            f"\nOdoo:  http://localhost:{port}\n\n{logins.table()}\n\n"
            f"Mail:  {paths.MAIL} (nothing leaves this machine)\n"
            f"Log:   {LOG}\n\nCtrl-C stops the server and its database."
        )
        code = process.wait()
        raise DevError(f"Odoo ended by itself ({code}); see {LOG}")
    except KeyboardInterrupt:
        steps.say("\n… stopping")
        return 0
    finally:
        _stop(process)


def _end_with_parent() -> None:
    """Ask the kernel to stop this process when ./dev is killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_until_ready(process, port) -> None:
    url = f"http://127.0.0.1:{port}/web/health"
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            reason = log_watch.last_error(LOG) or f"exit code {process.returncode}"
            raise DevError(f"Odoo did not start ({reason}); see {LOG}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=60):
            return
        time.sleep(0.1)
    raise DevError(f"Odoo did not answer in {STARTUP_SECONDS} s; see {LOG}")


def _stop(process) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=15)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _stop_on(*signals) -> None:
    def stop(number, frame):
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, stop)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DevError(
                f"Port {port} cannot be used ({error.strerror}); stop what uses it, "
                f"or choose another: ./dev run --port {port + 1}"
            ) from error


@contextlib.contextmanager
def mail_sink(ready, folder: Path):
    """Run the mail server that stores messages in a folder, and give its port."""
    command = [ready.bin / "python", Path(__file__).with_name("mail_sink.py")]
    with subprocess.Popen(
        [*command, folder],
        env=ready.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        port = process.stdout.readline().strip()
        if not port:
            raise DevError("The mail server did not start")
        try:
            yield int(port)
        finally:
            process.stdin.close()
