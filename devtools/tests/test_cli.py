"""Every failure is one sentence and exit code 1."""

import errno
import socket
import subprocess
import sys

import pytest

from devtools import browser, cli, odoo_source, paths, server, venv
from devtools.errors import DevError


def fail_with(monkeypatch, error):
    def dispatch(arguments):
        raise error

    monkeypatch.setattr(cli, "_dispatch", dispatch)
    monkeypatch.delenv("DEV_DEBUG", raising=False)
    return cli.main([])


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DevError("No network"), "dev: No network"),
        (OSError(errno.ENOSPC, "No space left", "/x"), "dev: The disk is full (/x)"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "denied: /x"),
        (ZeroDivisionError("why"), "Unexpected ZeroDivisionError: why"),
    ],
)
def test_failure_is_one_sentence(monkeypatch, capsys, error, text):
    assert fail_with(monkeypatch, error) == 1
    told = capsys.readouterr().err
    assert text in told
    assert len(told.strip().splitlines()) == 1


def test_interruption(monkeypatch, capsys):
    assert fail_with(monkeypatch, KeyboardInterrupt()) == cli.INTERRUPTED
    assert "goes on from there" in capsys.readouterr().err


def test_traceback_for_who_asks(monkeypatch):
    monkeypatch.setattr(cli, "_dispatch", lambda arguments: 1 / 0)
    monkeypatch.setenv("DEV_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main([])


def test_taken_port_is_said(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DevError, match=f"Port {port} .* --port {port + 1}"):
            server._check_port(port)


def test_unsupported_python(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    with pytest.raises(DevError, match="Python 3.10 to 3.13, not on"):
        venv.check_python()


def test_odoo_path_of_another_series(monkeypatch, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0)\n")
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(DevError, match="has Odoo 18.0; Odoo 19.0 is needed"):
        odoo_source.find()


def test_odoo_path_is_used(monkeypatch, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (19, 0, 0)\n")
    (tmp_path / "addons" / "web").mkdir(parents=True)
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    source = odoo_source.find()
    assert source.package == tmp_path / "odoo"
    assert source.addons == (tmp_path / "addons",)


class TestBrowser:
    """A missing browser is installed by root, asked for by others, never skipped."""

    @pytest.fixture(autouse=True)
    def machine(self, monkeypatch):
        self.commands = []
        self.works = iter([False, True])
        monkeypatch.setattr(browser, "_works", lambda: next(self.works))
        monkeypatch.setattr(browser.shutil, "which", lambda name: f"/bin/{name}")
        monkeypatch.setattr(
            browser.steps,
            "run",
            lambda title, command, **_: self.commands.append(command),
        )

    def test_root_installs_it(self, monkeypatch):
        monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
        browser.ensure()
        assert [command[3] for command in self.commands] == ["update", "install"]
        assert self.commands[1][-1] == "chromium"

    def test_others_are_told(self, monkeypatch):
        monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
        with pytest.raises(DevError, match="install the package chromium"):
            browser.ensure()
        assert not self.commands

    def test_a_stub_is_no_browser(self, monkeypatch):
        monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
        self.works = iter([False, False])
        with pytest.raises(DevError, match="--no-browser"):
            browser.ensure()


def test_no_browser_is_found_on_an_empty_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not browser._works()


def test_help_names_every_command():
    result = subprocess.run(
        [sys.executable, paths.ROOT / "dev", "--help"], capture_output=True, text=True
    )
    assert result.returncode == 0
    for command in ("run", "test", "shell", "psql", "lint", "reset"):
        assert f"\n  {command} " in result.stdout
