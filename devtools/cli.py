"""The command line of ./dev."""

import argparse
import errno
import os
import shutil
import sys

from .errors import DevError

COMMANDS = """\
  run      serve Odoo with the demo database (--port N, --fresh to start over)
  test     run the addon's tests (--no-browser, pytest arguments)
  shell    Odoo's Python shell on the demo database
  psql     psql on the demo database
  python   run a program with Odoo's Python (docs/examples/walk_procedure.py)
  bench    measure the figures of benchmarks/README.md (--visits N, default 1,260,000)
  lint     ruff, pylint-odoo and XML checks (--fix)
  i18n     bring the translation files up to date, print what is missing
  reset    delete this clone's databases and logs (--cache: all downloads too)
"""
INTERRUPTED = 130


def main(arguments: list) -> int:
    """Run one command; a failure is one sentence on standard error and exit code 1."""
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        _complain("Interrupted; the same command goes on from there")
        return INTERRUPTED
    except DevError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(_explain(error))
    except Exception as error:
        return _fail(f"Unexpected {type(error).__name__}: {error} (DEV_DEBUG=1: where)")


def _fail(text: str) -> int:
    if os.environ.get("DEV_DEBUG"):
        raise  # noqa: PLE0704 - called while an exception is handled
    _complain(text)
    return 1


def _complain(text: str) -> None:
    print(f"\ndev: {text}", file=sys.stderr, flush=True)


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        where = f" ({error.filename})" if error.filename else ""
        return f"The disk is full{where}; free some space"
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


def _dispatch(arguments: list) -> int:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command in ("bench", "lint", "i18n", "reset"):
        parser.error(f"unknown argument: {' '.join(rest)}")
    rest = rest[1:] if rest[:1] == ["--"] else rest
    # Imported late: each command loads only what it uses.
    if options.command == "run":
        from . import server

        return server.run(options.port, options.fresh, rest)
    if options.command == "test":
        from . import testing

        return testing.run(options.no_browser, rest)
    if options.command == "bench":
        from . import bench

        return bench.run(options.visits)
    if options.command in ("shell", "psql", "python"):
        from . import server

        return getattr(server, options.command)(rest)
    if options.command == "lint":
        from . import lint

        return lint.run(options.fix)
    if options.command == "i18n":
        from . import translations

        return translations.run()
    return _reset(options.cache)


def _parser():
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Odoo 19 with the addon, from a fresh clone.",
        epilog=COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name):
        return commands.add_parser(name, allow_abbrev=False)

    run = add("run")
    run.add_argument("--port", type=int, default=8069, help="default: 8069")
    run.add_argument("--fresh", action="store_true", help="make the database anew")
    test = add("test")
    test.add_argument("--no-browser", action="store_true", help="leave tours out")
    bench = add("bench")
    bench.add_argument("--visits", type=int, default=1_260_000, help="of the history")
    add("shell")
    add("psql")
    add("python")
    add("i18n")
    add("lint").add_argument("--fix", action="store_true", help="mend what can be")
    add("reset").add_argument("--cache", action="store_true", help="downloads too")
    return parser


def _reset(cache: bool) -> int:
    from . import paths, postgres, steps

    postgres.stop_unused()
    for folder in [paths.STATE, *([paths.cache()] if cache else [])]:
        if folder.exists():
            shutil.rmtree(folder)
            steps.say(f"✓ deleted {folder}")
    return 0
