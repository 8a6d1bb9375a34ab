"""./dev lint: ruff, its formatter, pylint-odoo, and the XML files."""

import collections
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import paths, steps, venv


def run(fix: bool) -> int:
    """Run all linters, even after one has complained; return 1 if any did."""
    bin_folder = venv.lint()
    ruff = bin_folder / "ruff"
    targets = ["devtools", "dev", paths.ADDON]
    targets += [name for name in ("benchmarks", "docs") if _has_python(name)]
    check = ["check", "--fix"] if fix else ["check"]
    format_ = ["format"] if fix else ["format", "--check"]
    pylint = [bin_folder / "pylint", "--rcfile=.pylintrc", "--jobs=2", paths.ADDON]
    codes = [
        _run("ruff", [ruff, *check, *targets]),
        _run("ruff format", [ruff, *format_, *targets]),
        _run("pylint-odoo", pylint),
        _run_xml(),
    ]
    return 1 if any(codes) else 0


def _run(name, command) -> int:
    code = subprocess.run(list(map(str, command)), cwd=paths.ROOT).returncode
    _tell(name, code)
    return code


def _run_xml() -> int:
    problems = xml_problems(paths.ADDON_PATH)
    for problem in problems:
        steps.say(problem)
    code = 1 if problems else 0
    _tell("XML", code)
    return code


def _tell(name: str, code: int) -> None:
    steps.say(f"{'✗' if code else '✓'} {name}")


def _has_python(folder: str) -> bool:
    return any((paths.ROOT / folder).rglob("*.py"))


def xml_problems(addon: Path) -> list[str]:
    """Return the XML files that cannot be parsed and the ids defined twice.

    An id may be defined again in another file: that is how data is extended. In one
    file it is a mistake, and so are tabs, since XML is indented by four spaces.
    """
    problems = []
    for file in sorted(addon.rglob("*.xml")):
        place = file.relative_to(addon.parent)
        try:
            root = ElementTree.parse(file).getroot()
        except ElementTree.ParseError as error:
            problems.append(f"{place}: {error}")
            continue
        counts = collections.Counter(_ids(root))
        twice = [name for name, count in counts.items() if count > 1]
        problems += [f"{place}: the id {name} is defined twice" for name in twice]
        if "\t" in file.read_text():
            problems.append(f"{place}: tabs; indent by four spaces")
    return problems


def _ids(root):
    """Yield the external ids that a data file defines."""
    if root.tag not in ("odoo", "openerp"):
        return
    for element in root.iter():
        if element.tag in ("record", "template", "menuitem") and element.get("id"):
            yield element.get("id")
