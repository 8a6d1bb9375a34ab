"""./dev test: the addon's tests with pytest-odoo, on a database of their own."""

import contextlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import browser, database, environment, paths, server, steps
from .errors import DevError

CONFIG = paths.ROOT / "devtools" / "pytest.ini"
INSTALL_LOG = paths.LOGS / "test-install.log"
OWN_TESTS = paths.ROOT / "devtools" / "tests"
TRIALS = paths.ROOT / "devtools" / "trials"
NO_TESTS = 5  # pytest's exit code


def run(no_browser: bool, arguments: list) -> int:
    """Run the tests; the last line is pytest's summary of the addon's tests."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    if not no_browser:
        browser.ensure()
    with environment.ready() as ready:
        own = _plain_pytest(ready, OWN_TESTS) if not arguments else 0
        with _database(ready) as name, _short_tmp() as tmp:
            own = own or (_trials(ready, name) if not arguments else 0)
            code = _pytest(ready, name, tmp, no_browser, arguments)
    return own or code


def _plain_pytest(ready, folder, env=None) -> int:
    """Run tests that start Odoo themselves, or do without."""
    command = [ready.bin / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "no:odoo", "-c", os.devnull, "--rootdir", paths.ROOT, folder]
    return steps.foreground(command, env or ready.env)


def _trials(ready, name) -> int:
    """Run the scheduled actions on two servers that get killed."""
    copy = f"{name}-trial"
    database.clone(ready, name, copy)
    with _short_tmp() as mail, server.mail_sink(ready, Path(mail)) as smtp_port:
        config = ready.config(
            "trial",
            db_name=copy,
            smtp_server="localhost",
            smtp_port=smtp_port,
            log_level="warn",
        )
        shell = ready.odoo("shell", "-c", config, "--no-http", "--max-cron-threads=0")
        env = {**ready.env, "TRIAL_SHELL": shlex.join(shell), "TRIAL_MAIL": mail}
        return _plain_pytest(ready, TRIALS, env)


@contextlib.contextmanager
def _database(ready):
    """Give a database with the addon installed, without demo data."""
    server = ready.postgres
    template = database.template(ready)
    _drop_leftovers(server)
    name = f"{server.prefix}_test_{os.getpid()}"
    try:
        database.clone(ready, template, name)
        config = ready.config("test-install")
        title = "Installing the addon for the tests"
        database.install(ready, title, config, name, ["-i", paths.ADDON], INSTALL_LOG)
        yield name
    finally:
        for leftover in database.names(server, f"test_{os.getpid()}"):
            database.drop(server, leftover)


def _drop_leftovers(server) -> None:
    """Delete the databases of test runs that were killed."""
    for name in database.names(server, "test_"):
        pid = name.removeprefix(f"{server.prefix}_test_").split("-")[0]
        if not Path(f"/proc/{pid}").exists():
            database.drop(server, name)


@contextlib.contextmanager
def _short_tmp():
    """Give a folder for temporary files: browsers leave some, sockets need it short."""
    folder = tempfile.mkdtemp(prefix="dev-", dir="/tmp")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pytest(ready, name, tmp, no_browser, arguments) -> int:
    log = paths.LOGS / "test.log"
    log.unlink(missing_ok=True)
    config = ready.config("test", dbfilter=f"^{name}$", logfile=log, max_cron_threads=0)
    command = [ready.bin / "python", "-m", "pytest", "-c", CONFIG]
    command += ["--rootdir", paths.ROOT, f"--odoo-config={config}"]
    command += [f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=warn"]
    command += ["--no-browser"] if no_browser else []
    command += arguments
    if not any(_is_path(argument) for argument in arguments):
        command.append(paths.ADDON)
    env = {
        **ready.env,
        "TMPDIR": tmp,
        "DEV_INSTALL_LOG": str(INSTALL_LOG),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(paths.STATE / "hypothesis"),
    }
    code = steps.foreground(command, env)
    if code == NO_TESTS and not arguments:
        raise DevError("The addon has no tests")
    return code


def _is_path(argument: str) -> bool:
    """Tell whether an argument names tests (path or path::test), not an option."""
    place = argument.split("::")[0]
    return not argument.startswith("-") and (paths.ROOT / place).exists()
