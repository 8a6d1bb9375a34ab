# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import importlib.util

from odoo.modules import Manifest
from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestUpgrade(TransactionCase):
    """Databases with a register of years are updated, not only made anew."""

    def _migrate(self, name):
        """Run a script of this version as the update does."""
        folder = f"{get_module_path('airbag_client_mgmt')}/migrations/19.0.1.2.0"
        spec = importlib.util.spec_from_file_location(name, f"{folder}/{name}.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.flush_all()
        self.env.invalidate_all()

    def test_what_an_email_shows_is_there_before_the_email(self):
        """Odoo renders a template it creates, with the first survey there is."""
        files = Manifest.for_addon("airbag_client_mgmt")["data"]
        scale = files.index("views/survey_page_templates.xml")
        for name in ("mail_followup_data.xml", "mail_reminder_data.xml"):
            self.assertLess(scale, files.index(f"data/{name}"))

    def test_the_email_gets_the_numbers_in_each_language_once(self):
        template = self.env.ref("airbag_client_mgmt.mail_template_satisfaction_survey")
        numbers = '<t t-out="object._get_one_click_html()"/>'
        self.env["res.lang"]._activate_lang("en_US")
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        self.assertGreater(len(languages), 1)
        template.body_html = str(template.body_html).replace(numbers, "")
        self.assertNotIn("_get_one_click_html", template.body_html)
        for _turn in range(2):
            self._migrate("post-survey-mail")
            for code in languages:
                body = template.with_context(lang=code).body_html
                self.assertEqual(body.count("_get_one_click_html"), 1, code)
                self.assertLess(body.index("one_click"), body.index("start_url"))
