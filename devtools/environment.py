"""All that Odoo needs to run here, set up and put into one environment."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, paths, pdf, postgres, venv
from .errors import DevError

# Settings of the user's shell that would change what Odoo or Python does.
LEAKS = (
    "PGDATABASE",
    "ODOO_RC",
    "OPENERP_SERVER",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
)


@dataclass
class Environment:
    """A ready Odoo with its database server."""

    bin: Path
    env: dict
    postgres: postgres.Postgres
    key: str
    addons_path: str

    def config(self, name: str, **options) -> Path:
        """Write a configuration file for the server and return it."""
        options = {
            "addons_path": self.addons_path,
            "data_dir": paths.make(paths.DATA),
            "http_interface": "127.0.0.1",
            "list_db": False,
            **options,
        }
        lines = [f"{key} = {value}\n" for key, value in options.items()]
        file = paths.STATE / f"{name}.conf"
        file.write_text("[options]\n" + "".join(lines))
        return file

    def odoo(self, *arguments) -> list[str]:
        """Return a command line of Odoo."""
        command = [self.bin / "python", self.bin / "odoo", *arguments]
        return [str(word) for word in command]


@contextlib.contextmanager
def ready():
    """Set up what is missing and give the environment, the database server running."""
    paths.make(paths.STATE)
    source = odoo_source.find()
    venv_bin = venv.odoo(source)
    pdf_bin = pdf.folder(venv_bin)
    if not (paths.ADDON_PATH / "__manifest__.py").exists():
        raise DevError(f"The addon's manifest is missing: {paths.ADDON_PATH}")
    with postgres.running() as server:
        env = {key: value for key, value in os.environ.items() if key not in LEAKS}
        env.update(server.env)
        places = [pdf_bin, venv_bin, server.bin, env.get("PATH", os.defpath)]
        env["PATH"] = os.pathsep.join(map(str, places))
        requirements = (paths.REQUIREMENTS / "odoo.txt").read_text()
        key = f"{source.key} {_oca(requirements)}"
        addons = ",".join(map(str, [paths.ROOT, *source.addons]))
        yield Environment(venv_bin, env, server, key, addons)


def _oca(requirements: str) -> str:
    lines = requirements.splitlines()
    return " ".join(line for line in lines if line.startswith("odoo-addon-"))
