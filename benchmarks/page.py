"""Writes figures into benchmarks/README.md."""

import os
from pathlib import Path


def note(name, lines):
    """Put lines between ``<!-- name -->`` and the end that follows it."""
    page = Path(os.environ["BENCH_FIGURES"])
    begin, rest = page.read_text().split(f"<!-- {name} -->\n")
    _old, end = rest.split("<!-- end -->\n", 1)
    text = "\n".join(lines)
    page.write_text(f"{begin}<!-- {name} -->\n{text}\n<!-- end -->\n{end}")
