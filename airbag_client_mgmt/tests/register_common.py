# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import date

from lxml import html
from openpyxl import load_workbook

from .satisfaction_common import SatisfactionCommon

REPORT = "airbag_client_mgmt.report_register"


class RegisterCommon(SatisfactionCommon):
    """A register to print or export, and what is read from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english(cls.customer, cls.other_customer)
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Late visit", "kind": "complaint", "target_resolution_hours": 8}
        )

    def _wizard(self, register, user=None, start=None, end=None, **values):
        return (
            self.env["airbag.register.print"]
            .with_user(user or self.quality)
            .create(
                {
                    "register": register,
                    "date_from": start or date(2026, 1, 1),
                    "date_to": end or date(2026, 12, 31),
                    **values,
                }
            )
        )

    def _print(self, wizard):
        """Return the page of the register, parsed."""
        reports = self.env["ir.actions.report"].with_user(wizard.env.user)
        content = reports._render_qweb_html(REPORT, wizard.ids)[0]
        return html.fromstring(content.decode())

    def _texts(self, nodes):
        return [" ".join(node.text_content().split()) for node in nodes]

    def _get_cells(self, page):
        """Return the rows of the printed register, as lists of texts."""
        rows = page.xpath("//tr[contains(@class, 'o_airbag_register_row')]")
        return [self._texts(row.xpath("td")) for row in rows]

    def _get_summary(self, page, number=0):
        table = page.xpath("//table[@name='register_summary']")[number]
        rows = (self._texts(row.xpath("td")) for row in table.xpath("tbody/tr"))
        return {label: figures for label, *figures in rows}

    def _export(self, wizard):
        wizard.env.user.sudo().group_ids |= self.env.ref("base.group_allow_export")
        wizard.action_export()
        content = base64.b64decode(wizard.with_context(bin_size=False).file)
        return load_workbook(io.BytesIO(content))

    def _create_ticket(self, received, resolved=None, **values):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Late <b>again</b>",
                "description": "Text",
                "partner_id": self.customer.id,
                "category_id": self.category.id,
                "received_on": received,
                "user_id": False,
                **values,
            }
        )
        if resolved:
            ticket.sudo().write({"resolved_on": resolved})
        return ticket
