# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from PIL import Image, ImageDraw

from odoo.fields import Command

from .common import ClientMgmtCommon


def draw(size=(240, 80), kind="PNG", color="navy"):
    """Return a picture, in base64 text: a signature, or a photo."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).line([(5, 5), (size[0] - 5, size[1] - 5)], color, 4)
    output = io.BytesIO()
    picture.save(output, kind)
    return base64.b64encode(output.getvalue()).decode()


class ReportCase(ClientMgmtCommon):
    """A visit done by ``technician`` for a person of the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.email = "office@example.com"
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Ana Mora",
                "email": "ana.mora@example.com",
                "lang": "es_419",
                "parent_id": cls.customer.id,
            }
        )
        cls.visit = cls._create_done_intervention(contact_id=cls.contact.id)

    @classmethod
    def _create_photo(cls, name="front.jpg", size=(1600, 1200), **values):
        return cls.env["ir.attachment"].create(
            {"name": name, "datas": draw(size, "JPEG"), **values}
        )

    @classmethod
    def _create_documented(cls, **values):
        """Return a visit in progress, with all that a report shows."""
        visit = cls._create_intervention(contact_id=cls.contact.id)
        visit.action_plan()
        visit.action_start()
        visit.step_ids[0].done = True
        visit.step_ids[1].excuse = "Camera <b>broken</b>"
        visit.write(
            {
                "findings": "Squib open\nClock spring <script>alert(1)</script>",
                "product_ids": [
                    Command.create(
                        {
                            "product_id": cls.airbag.id,
                            "quantity": 2,
                            "lot_name": "LOT-77",
                        }
                    )
                ],
                "recommendation_ids": [
                    Command.create(
                        {"name": "Change the\nclock spring", "date_due": "2027-01-31"}
                    )
                ],
                **values,
            }
        )
        return visit

    def _run_reports(self):
        """Run the scheduled action as the server does."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "airbag_client_mgmt.ir_cron_intervention_reports"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _get_pdfs(self, visit):
        """Return the reports that the chatter keeps."""
        return visit.message_ids.attachment_ids.filtered(
            lambda file: file.name.endswith(".pdf")
        )
