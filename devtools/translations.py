"""./dev i18n: the translation files, brought up to date with the addon's terms."""

import os

from . import database, environment, paths, steps

LOG = paths.LOGS / "i18n.log"
I18N = paths.ADDON_PATH / "i18n"
# Runs in Odoo's environment, which has polib.
MERGE = r"""
import re, sys, polib
template, spanish = sys.argv[1:]
with open(template) as file:
    text = file.read()
with open(template, "w") as file:  # when it was exported is no change of its terms
    file.write(re.sub(r'"(POT-Creation|PO-Revision)-Date: .*\\n"\n', "", text))
catalog = polib.pofile(spanish)
catalog.merge(polib.pofile(template))
for entry in [entry for entry in catalog if entry.obsolete or entry.fuzzy]:
    catalog.remove(entry)
catalog.sort(key=lambda entry: entry.msgid)
catalog.save()
missing = catalog.untranslated_entries()
for entry in missing:
    print("---", entry.msgid, sep="\n")
print(f"{len(catalog)} terms, {len(missing)} without translation")
sys.exit(bool(missing))
"""


def run() -> int:
    """Export the terms, merge them into es.po; print those still to translate.

    Exit code 1 while a term has no translation.
    """
    with environment.ready() as ready:
        template = database.template(ready)
        name = f"{ready.postgres.prefix}_i18n_{os.getpid()}"
        try:
            database.clone(ready, template, name)
            config = ready.config("i18n")
            title = "Installing the addon for its terms"
            database.install(ready, title, config, name, ["-i", paths.ADDON], LOG)
            steps.run(
                "Exporting the terms", _export(ready, config, name), env=ready.env
            )
        finally:
            database.drop(ready.postgres, name)
        files = [I18N / f"{paths.ADDON}.pot", I18N / "es.po"]
        merge = [ready.bin / "python", "-c", MERGE, *files]
        return steps.foreground(merge, ready.env)


def _export(ready, config, name) -> list[str]:
    return ready.odoo(
        "i18n", "export", "-c", config, "-d", name, paths.ADDON, "-l", "pot"
    )
