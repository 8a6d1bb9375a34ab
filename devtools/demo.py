"""The demo database: Spanish, with the demo data of our addon and of no other."""

from . import components, database, log_watch, paths, steps
from .environment import Environment
from .errors import DevError

# Demo data is loaded only where all dependencies have theirs: they are said to, for
# the time of the installation, so that the demo shows PRO AIRBAG and nothing else.
PRETEND = "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
BE_HONEST = f"UPDATE ir_module_module SET demo = false WHERE name <> '{paths.ADDON}'"
LOG = paths.LOGS / "demo.log"


def ensure(environment: Environment, fresh: bool = False) -> str:
    """Return the demo database, made if need be and as new as the addon's code."""
    server = environment.postgres
    name = f"{server.prefix}_demo"
    now = {"addon": database.addon_hash(), "odoo": environment.key}
    with components.locked(paths.STATE / "demo.lock"):
        before = database.note(server, name)
        if fresh or not before:
            _create(environment, name)
        elif before != now:
            _upgrade(environment, name, everything=before.get("odoo") != now["odoo"])
        database.set_note(server, name, now)
    return name


def _create(environment, name) -> None:
    template = database.template(environment)
    database.clone(environment, template, name)
    environment.postgres.sql(PRETEND, name)
    config = environment.config("demo")
    title = "Creating the demo database"
    arguments = ["-i", paths.ADDON, "--with-demo"]
    try:
        warnings = database.install(environment, title, config, name, arguments, LOG)
    except DevError:
        if not _demo_failure(log_watch.read(LOG)):
            raise
        warnings = log_watch.read(LOG)
    reason = _demo_failure(warnings)
    if reason:
        raise DevError(f"The demo data does not load ({reason}); see {LOG}")
    environment.postgres.sql(BE_HONEST, name)
    _tell(warnings)


def _demo_failure(warnings: list) -> str:
    """Return why the demo data failed, which Odoo itself takes for a warning."""
    for warning in warnings:
        if "demo data failed to install" in warning:
            return log_watch.essence(warning)
    return ""


def _upgrade(environment, name, everything) -> None:
    config = environment.config("demo")
    modules = "all" if everything else paths.ADDON
    title = "Upgrading the demo database: the code has changed"
    arguments = ["-u", modules, "--i18n-overwrite"]
    try:
        warnings = database.install(environment, title, config, name, arguments, LOG)
    except DevError as error:
        raise DevError(f"{error}. To start over: ./dev run --fresh") from error
    _tell(warnings)


def _tell(warnings) -> None:
    if warnings:
        first = log_watch.essence(warnings[0])
        steps.say(f"! The addon logged {len(warnings)} warnings: {first}; see {LOG}")
