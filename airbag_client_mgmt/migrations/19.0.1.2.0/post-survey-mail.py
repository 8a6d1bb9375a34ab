# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

ONE_CLICK = '<t t-out="object._get_one_click_html()"/>'
#: The paragraph of the button, before which the numbers come.
BUTTON = '<p style="margin: 24px 0px; text-align: center;">'


def migrate(cr, _version):
    """Put the numbers to click into the e-mail of databases that have it already.

    The template is the company's to change: what it wrote stays.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(
        "airbag_client_mgmt.mail_template_satisfaction_survey", raise_if_not_found=False
    )
    if not template:
        return
    for code, _name in env["res.lang"].get_installed():
        translated = template.with_context(lang=code)
        body = translated.body_html or ""
        if BUTTON in body and "_get_one_click_html" not in body:
            # Markup would escape what is looked for, and find nothing.
            body = str(body).replace(BUTTON, f"{ONE_CLICK}{BUTTON}", 1)
            translated.body_html = body
