"""What ./dev test adds to pytest-odoo: nothing is skipped, no warning goes unseen.

* a skipped test fails;
* a warning or an error that our addon logs fails the test during which it came, and
  one of the addon's installation fails a test of its own;
* a test that uses the browser must carry the tag ``browser``, so that --no-browser
  leaves out exactly those;
* the examples in the docstrings of ``tools/`` run as well.
"""

import logging
import os
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

from devtools import log_watch, paths

BROWSER = "browser"


def pytest_addoption(parser):
    parser.addoption("--no-browser", action="store_true", help="leave tours out")


def pytest_configure(config):
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        return  # the workers run the tests
    handler = _Collector()
    config.stash[_KEY] = handler
    logging.getLogger().addHandler(handler)


class _Collector(logging.Handler):
    """Keeps our addon's warnings and errors until a test answers for them."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        text = record.getMessage()
        if log_watch.is_ours(record.name, text):
            self.records.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        """Return what was logged since the last call."""
        records, self.records = self.records, []
        return records


_KEY = pytest.StashKey[_Collector]()


# --- Collection


def pytest_collect_file(file_path: Path, parent):
    if file_path.suffix == ".py" and file_path.parent == paths.ADDON_PATH / "tools":
        return DoctestModule.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session, config, items):
    if config.getoption("--no-browser"):
        browser = [item for item in items if BROWSER in _tags(item)]
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if item not in browser]
    if items and "DEV_INSTALL_LOG" in os.environ:
        name = "installation log"
        nodeid = f"{paths.ADDON}/__manifest__.py::{name}"
        items.append(InstallationLog.from_parent(session, name=name, nodeid=nodeid))


def _tags(item):
    return getattr(getattr(item, "cls", None), "test_tags", ())


class InstallationLog(pytest.Item):
    """Fails if our addon warned while it was installed."""

    def runtest(self):
        warnings = log_watch.read(Path(os.environ["DEV_INSTALL_LOG"]))
        if warnings:
            pytest.fail("\n".join(warnings), pytrace=False)

    def reportinfo(self):
        manifest = paths.ADDON_PATH / "__manifest__.py"
        return manifest, None, "the addon installs without a warning"


# --- Execution


@pytest.fixture(scope="session", autouse=True)
def _browser_tests_are_tagged():
    from odoo.tests.common import HttpCase

    original = HttpCase.browser_js

    def browser_js(self, *args, **kwargs):
        if BROWSER not in self.test_tags:
            self.fail(f'Tag the class of this test: @tagged("{BROWSER}")')
        return original(self, *args, **kwargs)

    HttpCase.browser_js = browser_js
    yield
    HttpCase.browser_js = original


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if report.longrepr else "no reason given"
        _fail(report, f"A skipped test is a failed one here. {reason}")
    collector = item.config.stash.get(_KEY, None)
    records = collector.take() if collector else []
    if records:
        _fail(report, "The addon logged:\n" + "\n".join(records))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        _fail(report, f"Skipped tests are failed ones here. {report.longrepr}")
    return report


def _fail(report, text):
    details = f"\n\n{report.longreprtext}" if report.failed else ""
    report.outcome = "failed"
    report.longrepr = text + details
