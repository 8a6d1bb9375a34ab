# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestUpgrade(TransactionCase):
    """Databases with a register of years are updated, not only made anew."""

    def test_what_an_email_shows_is_there_before_the_email(self):
        """Odoo renders a template it creates, with the first survey there is."""
        files = Manifest.for_addon("airbag_client_mgmt")["data"]
        scale = files.index("views/survey_page_templates.xml")
        for name in ("mail_followup_data.xml", "mail_reminder_data.xml"):
            self.assertLess(scale, files.index(f"data/{name}"))
