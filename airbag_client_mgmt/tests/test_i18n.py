# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Everything a user or a customer reads is in Spanish, and stays so.

``es.po`` is read by all Spanish languages, ``es_419`` among them. After adding or
changing words in the interface, in data or in messages, ``./dev i18n`` brings the
files up to date; then write the translations that it prints as missing. Customers are
addressed with *usted*; the words are those of PRO 008.
"""

import io
import re
from collections import Counter

import polib
from lxml import etree

from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import code_translations, trans_export

MODULE = "airbag_client_mgmt"
#: What a translation must keep: placeholders and the expressions of templates.
PLACEHOLDER = re.compile(r'%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\bt-[\w-]+="[^"]*"')
TAG = re.compile(r"</?([a-z][\w-]*)")
FIELD = re.compile(r"model:ir\.model\.fields,\w+:(\w+\.field_\w+)")
INFORMAL = re.compile(r"\b(tú|tu|tus|te|ti|contigo|vosotros|vuestr[oa]s?)\b", re.I)


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    """The translation files against the terms of the running database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        cls.exported = cls._export()
        cls.pot = polib.pofile(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        cls.spanish = polib.pofile(file_path(f"{MODULE}/i18n/es.po"))

    @classmethod
    def _export(cls):
        """Return the terms as ``odoo i18n export -l pot`` writes them."""
        with io.BytesIO() as buffer:
            trans_export(None, [MODULE], buffer, "po", cls.env)
            return polib.pofile(buffer.getvalue().decode())

    @classmethod
    def _get_known_modules(cls):
        module = cls.env["ir.module.module"]._get(MODULE)
        known = module.upstream_dependencies(exclude_states=("uninstalled",))
        return {MODULE, *known.mapped("name")}

    @classmethod
    def _get_demo_xmlids(cls):
        """Return the ids of the demo records, which are written in Spanish."""
        if not cls.env["ir.module.module"]._get(MODULE).demo:
            return set()
        return {
            f"{MODULE}.{name}"
            for path in Manifest.for_addon(MODULE)["demo"]
            for name in etree.parse(file_path(f"{MODULE}/{path}")).xpath("//record/@id")
        }

    def _is_foreign(self, reference, known_modules):
        """Tell whether another module put this field on one of our models."""
        match = FIELD.match(reference)
        if not match:
            return False
        field = self.env.ref(match[1])
        definition = self.env[field.model]._fields.get(field.name)
        return definition is not None and not known_modules & set(definition._modules)

    def _get_references(self, catalog):
        return {
            (entry.msgid, reference)
            for entry in catalog
            if not entry.obsolete
            for reference, _line in entry.occurrences
        }

    def _get_own_references(self):
        known_modules = self._get_known_modules()
        demo_xmlids = self._get_demo_xmlids()
        return {
            (msgid, reference)
            for msgid, reference in self._get_references(self.exported)
            if not self._is_foreign(reference, known_modules)
            and reference.rpartition(":")[2].partition("_product_template")[0]
            not in demo_xmlids
        }

    def test_template_equals_the_export(self):
        written = self._get_references(self.pot)
        missing = self._get_own_references() - written
        stale = written - self._get_references(self.exported)
        self.assertFalse(missing, "in the database, not in the .pot")
        self.assertFalse(stale, "in the .pot, no longer in the database")

    def test_every_term_is_translated(self):
        translated = {
            entry.msgid
            for entry in self.spanish
            if entry.msgstr.strip() and not entry.fuzzy and not entry.obsolete
        }
        missing = {msgid for msgid, _reference in self._get_own_references()}
        self.assertFalse(missing - translated, "terms without Spanish translation")

    def test_no_stale_translation(self):
        exported = {entry.msgid for entry in self.exported}
        stale = {entry.msgid for entry in self.spanish} - exported
        self.assertFalse(stale, "translations of terms that no longer exist")
        repeated = Counter(entry.msgid for entry in self.spanish) - Counter(exported)
        self.assertFalse(repeated, "terms translated twice")

    def _find_entries(self, is_wrong):
        return [
            (entry.msgid, entry.msgstr)
            for entry in self.spanish
            if is_wrong(entry.msgid, entry.msgstr)
        ]

    def test_translations_keep_placeholders_and_tags(self):
        for pattern in (PLACEHOLDER, TAG):
            lost = self._find_entries(
                lambda source, translation, find=pattern.findall: (
                    Counter(find(source)) != Counter(find(translation))
                )
            )
            self.assertFalse(lost, pattern.pattern)

    def test_translations_keep_outer_spaces(self):
        def has_outer_spaces(text):
            return text[:1].isspace(), text[-1:].isspace()

        lost = self._find_entries(
            lambda source, translation: (
                has_outer_spaces(source) != has_outer_spaces(translation)
            )
        )
        self.assertFalse(lost, "spaces around the words")

    def test_translations_say_usted(self):
        informal = self._find_entries(
            lambda _source, translation: INFORMAL.search(translation)
        )
        self.assertFalse(informal, "the customer is addressed with usted")

    def test_latin_american_users_read_it(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.env["ir.module.module"]._get(MODULE)._update_translations(["es_419"])
        menu = self.env.ref(f"{MODULE}.menu_root").with_context(lang="es_419")
        self.assertEqual(menu.name, "Gestión del Cliente")
        survey = self.env.ref(f"{MODULE}.satisfaction_survey")
        self.assertEqual(
            survey.with_context(lang="es_419").title,
            "Encuesta de Satisfacción del Cliente",
        )
        # i18n_extra/es.po fills what helpdesk_mgmt leaves in English on our screens.
        label = self.env.ref("helpdesk_mgmt.field_helpdesk_ticket__partner_email")
        self.assertEqual(
            label.with_context(lang="es_419").field_description, "Correo electrónico"
        )
        messages = code_translations.get_python_translations(MODULE, "es_419")
        self.assertEqual(messages["Renewals"], "Renovaciones")
