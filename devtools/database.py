"""Databases of this clone: the template with the dependencies, and its copies."""

import ast
import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from . import components, log_watch, paths, steps
from .environment import Environment
from .errors import DevError

LANGUAGE = "es_419"
# Files of the addon that no database is made from.
NOT_LOADED = re.compile(r"(tests|readme)/|.*__pycache__")
RECIPE = "1"  # raise it when the template is made in another way


def template(environment: Environment) -> str:
    """Return the database with all that the addon depends on, made if need be.

    Its name holds what it was made from; it has that name only once complete. The
    language loaded with its first module becomes its default and only one.
    """
    server = environment.postgres
    modules = ",".join(manifest()["depends"])
    text = " ".join([RECIPE, LANGUAGE, modules, environment.key])
    key = hashlib.sha256(text.encode()).hexdigest()[:10]
    name = f"{server.prefix}_template_{key}"
    with components.locked(paths.STATE / "template.lock"):
        if exists(server, name):
            return name
        for old in names(server, "template_"):
            drop(server, old)
        new = f"{server.prefix}_template_new"
        config = environment.config("template")
        install(
            environment,
            "Creating the template database: Odoo without the addon",
            config,
            new,
            ["-i", modules, f"--load-language={LANGUAGE}"],
            paths.LOGS / "template.log",
        )
        filestore(new).rename(filestore(name))
        server.sql(f'ALTER DATABASE "{new}" RENAME TO "{name}"')
    return name


def install(environment, title, config, database, arguments, log: Path) -> list[str]:
    """Run the server for a change of modules only; return our addon's warnings."""
    log.unlink(missing_ok=True)
    command = environment.odoo(
        "-c", config, "-d", database, "--no-http", "--stop-after-init"
    )
    options = [*arguments, "--max-cron-threads=0", f"--logfile={log}"]
    try:
        steps.run(title, [*command, *options], env=environment.env, cwd=paths.ROOT)
    except DevError as error:
        reason = log_watch.last_error(log)
        if not reason:
            raise
        raise DevError(f"{title}: {reason}; see {log}") from error
    return log_watch.read(log)


def clone(environment: Environment, source: str, name: str) -> None:
    """Copy a database with its files, which are linked: Odoo never rewrites one."""
    drop(environment.postgres, name)
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)
    environment.postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def drop(server, name: str) -> None:
    """Delete a database and its files, whoever is still connected."""
    # The autovacuum is a superuser's process: DROP DATABASE ends it by itself.
    connections = f"""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{name}' AND pid <> pg_backend_pid()
          AND backend_type = 'client backend'
    """
    server.sql(connections)
    server.sql(f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(filestore(name), ignore_errors=True)


def exists(server, name: str) -> bool:
    """Tell whether the server has a database of this name."""
    return bool(server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def names(server, kind: str) -> list[str]:
    """Return this clone's databases of one kind."""
    pattern = f"{server.prefix}_{kind}".replace("_", r"\_")
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}%'"
    return server.sql(query).split()


def filestore(name: str) -> Path:
    """Return the folder of a database's files."""
    return paths.make(paths.DATA / "filestore") / name


def note(server, name: str) -> dict:
    """Return what was noted in a database: what it was made from, once complete."""
    text = server.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{name}'"
    )
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}


def set_note(server, name: str, value: dict) -> None:
    """Note in a database what it was made from."""
    text = json.dumps(value).replace("'", "''")
    server.sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def manifest() -> dict:
    """Return the addon's manifest."""
    file = paths.ADDON_PATH / "__manifest__.py"
    try:
        return ast.literal_eval(file.read_text())
    except (ValueError, SyntaxError) as error:
        raise DevError(f"{file} cannot be read: {error}") from error


def addon_hash() -> str:
    """Return a hash of the addon's files that a database is made from."""
    digest = hashlib.sha256()
    for file in sorted(paths.ADDON_PATH.rglob("*")):
        place = file.relative_to(paths.ADDON_PATH)
        if file.is_file() and not NOT_LOADED.match(str(place)):
            digest.update(str(place).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
