"""wkhtmltopdf with patched Qt, so that headers and footers print."""

import shutil
import subprocess
from pathlib import Path

from . import apt, components, paths, steps
from .errors import DevError

PROGRAM = "wkhtmltopdf-pack"
LIBRARIES = ["libxrender1", "libxext6", "libx11-6", "libfontconfig1", "libfreetype6"]
FONTS = ["fontconfig-config", "fonts-dejavu-core"]
FONTS_CONF = Path("/etc/fonts/fonts.conf")
WRAPPER = """\
#!/bin/sh
export LD_LIBRARY_PATH='{libraries}'
export FONTCONFIG_FILE='{fonts_conf}'
exec '{program}' "$@"
"""


def folder(venv_bin: Path) -> Path:
    """Return a folder with a working ``wkhtmltopdf``, to be first on PATH."""
    program = venv_bin / PROGRAM
    if not program.exists():  # no such wheel for this processor
        own = shutil.which("wkhtmltopdf")
        if own:
            return Path(own).parent
        raise DevError("Install wkhtmltopdf 0.12.6 with patched Qt: none fits here")
    target = paths.cache() / f"pdf-{venv_bin.parent.name}"
    components.ensure(target, lambda folder: _build(folder, program), need_mb=50)
    return target


def _build(target: Path, program: Path) -> None:
    command = target / "wkhtmltopdf"
    if _works(program) and FONTS_CONF.exists():
        command.symlink_to(program)
        return
    if not apt.is_available():
        raise DevError(f"wkhtmltopdf needs these libraries: {', '.join(LIBRARIES)}")
    own = apt.machine("pdf")
    debs = own.download_missing("Fetching libraries for PDF", LIBRARIES + FONTS)
    apt.unpack("Unpacking libraries for PDF", debs, target)
    fonts_conf = FONTS_CONF if FONTS_CONF.exists() else _fonts_conf(target)
    command.write_text(
        WRAPPER.format(
            libraries=apt.library_path(target), fonts_conf=fonts_conf, program=program
        )
    )
    command.chmod(0o755)
    if not _works(command):
        reason = steps.last_line(paths.LOGS / "setup.log")
        raise DevError(f"wkhtmltopdf does not run on this machine: {reason}")
    own.discard()


def _works(program: Path) -> bool:
    with open(paths.make(paths.LOGS) / "setup.log", "ab") as output:
        result = subprocess.run([program, "--version"], stdout=output, stderr=output)
    return result.returncode == 0


def _fonts_conf(target: Path) -> Path:
    conf = target / "fonts.conf"
    conf.write_text(
        '<?xml version="1.0"?>\n<fontconfig>\n'
        f"<dir>{target}/usr/share/fonts</dir>\n<dir>/usr/share/fonts</dir>\n"
        f"<cachedir>{target}/fontconfig-cache</cachedir>\n</fontconfig>\n"
    )
    return conf
