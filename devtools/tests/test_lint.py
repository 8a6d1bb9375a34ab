"""The XML checks of ./dev lint."""

from devtools import lint


def test_xml_problems(tmp_path):
    addon = tmp_path / "addon"
    addon.mkdir()
    record = "<record id='{}' model='x'/>"
    (addon / "good.xml").write_text(f"<odoo>{record.format('a')}</odoo>")
    (addon / "broken.xml").write_text("<odoo>")
    (addon / "twice.xml").write_text(f"<odoo>{record.format('b') * 2}</odoo>")
    (addon / "tabs.xml").write_text("<odoo>\n\t<data/></odoo>")
    problems = lint.xml_problems(addon)
    assert [problem.split(":")[0] for problem in problems] == [
        "addon/broken.xml",
        "addon/tabs.xml",
        "addon/twice.xml",
    ]
    assert "the id b is defined twice" in problems[2]
