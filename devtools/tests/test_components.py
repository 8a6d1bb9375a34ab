"""Fetched components are trusted only when complete."""

import pytest

from devtools import components
from devtools.errors import DevError


def build(folder):
    (folder / "part").mkdir()
    (folder / "part" / "file").write_text("whole")


def test_built_once(tmp_path):
    calls = []
    folder = tmp_path / "thing"
    for _ in range(2):
        components.ensure(folder, lambda target: (calls.append(1), build(target)), 0)
    assert calls == [1]


def test_interrupted_build_is_not_trusted(tmp_path):
    folder = tmp_path / "thing"

    def interrupted(target):
        (target / "half").write_text("")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        components.ensure(folder, interrupted, 0)
    assert not components.is_complete(folder)
    components.ensure(folder, build, 0)
    assert components.is_complete(folder)
    assert not (folder / "half").exists()


@pytest.mark.parametrize("damage", ["delete", "truncate", "stamp"])
def test_damage_is_mended(tmp_path, damage):
    folder = components.ensure(tmp_path / "thing", build, 0)
    file = folder / "part" / "file"
    if damage == "delete":
        file.unlink()
    elif damage == "truncate":
        file.write_text("")
    else:
        (folder / components.STAMP).write_text("{nonsense")
    components.ensure(folder, build, 0)
    assert file.read_text() == "whole"


def test_byte_code_is_no_damage(tmp_path):
    folder = components.ensure(tmp_path / "thing", build, 0)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_text("code")
    assert components.is_complete(folder)


def test_full_disk_is_said_before_the_work(tmp_path):
    with pytest.raises(DevError, match="MB free, but 10000000000 MB are needed"):
        components.ensure(tmp_path / "thing", build, 10**10)
    assert not (tmp_path / "thing").exists()
