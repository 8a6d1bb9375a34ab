"""Which log records are our addon's."""

import pytest

from devtools import log_watch, paths

LOG = """\
2026-01-31 09:00:00,001 12 INFO db odoo.addons.airbag_client_mgmt.models.x: fine
2026-01-31 09:00:00,002 12 WARNING db odoo.addons.sale.models.sale_order: not ours
2026-01-31 09:00:00,003 12 WARNING db odoo.fields: Field airbag.vehicle.vin: unknown
2026-01-31 09:00:00,004 12 ERROR db odoo.sql_db: bad query: INSERT INTO
    airbag_vehicle VALUES (1)
ERROR: null value
2026-01-31 09:00:00,005 12 INFO db odoo.modules.loading: done
"""


def test_records_of_a_log_file(tmp_path):
    log = tmp_path / "x.log"
    log.write_text(LOG)
    first, second = log_watch.read(log)
    assert first == "WARNING odoo.fields: Field airbag.vehicle.vin: unknown"
    assert second.startswith("ERROR odoo.sql_db: bad query")
    assert log_watch.last_error(log) == "ERROR: null value"


def test_no_log_no_records(tmp_path):
    assert log_watch.read(tmp_path / "none.log") == []


@pytest.mark.parametrize(
    ("logger", "text", "ours"),
    [
        ("odoo.addons.airbag_client_mgmt.models.sale_order", "anything", True),
        ("odoo.addons.airbag_client_mgmt.tests.test_x.TestX.browser", "core", False),
        ("odoo.modules.loading", "Module airbag_client_mgmt: demo failed", True),
        ("odoo.http", "Traceback in airbag.intervention", True),
        ("py.warnings", f"{paths.ADDON_PATH}/models/x.py:3: Deprecated", True),
        ("py.warnings", f"{paths.ROOT}/.dev/x.py:3: Deprecated", False),
        ("odoo.addons.sale", "nothing of ours", False),
    ],
)
def test_whose_record(logger, text, ours):
    assert log_watch.is_ours(logger, text) is ours


def test_essence_of_a_traceback():
    text = "failed\n  File x\nodoo.ParseError: while parsing x.xml:6\n<record/>"
    assert log_watch.essence(text) == "odoo.ParseError: while parsing x.xml:6"
    assert log_watch.essence("one\ntwo\n") == "two"
    assert log_watch.essence("") == ""
