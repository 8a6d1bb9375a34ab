"""The demo database: Spanish, with the demo data of our addon and of no other."""

from . import components, database, paths, steps
from .environment import Environment
from .errors import DevError

# Demo data is loaded only where all dependencies have theirs: they are said to, for
# the time of the installation, so that the demo shows PRO AIRBAG and nothing else.
PRETEND = "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
BE_HONEST = f"UPDATE ir_module_module SET demo = false WHERE name <> '{paths.ADDON}'"
SPANISH = f"""
language = {database.LANGUAGE!r}
env["ir.default"].set("res.partner", "lang", language)
users = env["res.users"].with_context(active_test=False).search([])
(users.partner_id | env["res.company"].search([]).partner_id).lang = language
env.cr.commit()
"""
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
    warnings = database.install(environment, title, config, name, arguments, LOG)
    environment.postgres.sql(BE_HONEST, name)
    if "demo data failed to install" in "".join(warnings):
        reason = warnings[0].splitlines()[-1]
        raise DevError(f"The demo data did not load ({reason}); see {LOG}")
    environment.script(config, name, SPANISH, paths.LOGS / "setup.log")
    _tell(warnings)


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
        steps.say(f"! {len(warnings)} warnings of the addon in {LOG}")
