"""./dev bench: the figures of benchmarks/README.md, on a million surveys."""

import hashlib
import subprocess

from . import database, environment, paths, steps
from .errors import DevError

FOLDER = paths.ROOT / "benchmarks"
FIGURES = FOLDER / "README.md"


def run(visits: int) -> int:
    """Measure, on a database made anew when the code or its size has changed."""
    with environment.ready() as ready:
        name = _ensure(ready, visits)
        for script in ("measure.py", "windows.py"):
            _shell(ready, name, script, BENCH_FIGURES=str(FIGURES))
    return 0


def _ensure(ready, visits) -> str:
    server = ready.postgres
    name = f"{server.prefix}_bench"
    made_of = {"addon": database.addon_hash(), "data": _hash(), "visits": visits}
    if database.exists(server, name) and database.note(server, name) == made_of:
        return name
    database.clone(ready, database.template(ready), name)
    database.install(
        ready,
        "Installing the addon for the benchmark",
        ready.config("bench"),
        name,
        ["-i", paths.ADDON],
        paths.LOGS / "bench-install.log",
    )
    _shell(ready, name, "people.py")
    psql = [server.bin / "psql", "-q", "-d", name, "-v", f"visits={visits}"]
    steps.run(
        f"Writing a history of {visits:,} visits",
        [*psql, "-f", FOLDER / "history.sql"],
        env=ready.env,
    )
    database.set_note(server, name, made_of)
    return name


def _hash() -> str:
    files = (FOLDER / "people.py", FOLDER / "history.sql")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _shell(ready, name, script, **variables) -> None:
    """Run a script of the folder in Odoo's shell."""
    config = ready.config("bench", log_level="warn")
    command = ready.odoo("shell", "-c", config, "-d", name, "--no-http")
    with (FOLDER / script).open() as source:
        process = subprocess.run(
            [str(word) for word in (*command, "--max-cron-threads=0")],
            stdin=source,
            env={**ready.env, "PYTHONPATH": str(paths.ROOT), **variables},
            cwd=paths.ROOT,
        )
    if process.returncode:
        raise DevError(f"benchmarks/{script} failed ({process.returncode})")
