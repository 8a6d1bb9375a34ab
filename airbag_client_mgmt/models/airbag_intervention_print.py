# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import logging
from typing import NamedTuple

from odoo import models, tools
from odoo.tools.image import image_process

_logger = logging.getLogger(__name__)

#: Longest side of a printed photo, in pixels: sharp on paper, light in an e-mail.
PHOTO_SIZE = 900


class Photo(NamedTuple):
    """A photo as the report shows it."""

    name: str
    url: str


class AirbagIntervention(models.Model):
    """Words and pictures of the *Informe de intervención*. PRO 008 §5.3.3.

    Called by the PDF, the customer's page and the e-mail.
    """

    _inherit = "airbag.intervention"

    # === BUSINESS METHODS === #
    def _get_report_form(self):
        """Return the version of the form that was in force the day of the service."""
        self.ensure_one()
        return self.company_id._get_form("intervention", self._get_service_date())

    def _get_report_title(self):
        """Return what the document is and of which visit, in the record's language."""
        self.ensure_one()
        if self.report_revision:
            return self.env._(
                "Intervention Report %(name)s (corrected version %(number)s)",
                name=self.name,
                number=self.report_revision,
            )
        return self.env._("Intervention Report %(name)s", name=self.name)

    def _get_report_filename(self):
        """Return the name of the PDF, in the language of who receives it."""
        self.ensure_one()
        title = self.with_context(lang=self._get_report_lang())._get_report_title()
        return f"{title.replace('/', '-')}.pdf"

    def _format_moment(self, moment):
        """Return a moment as the people at the visit read it on their clocks."""
        self.ensure_one()
        if not moment:
            return ""
        zone = self.company_id._get_service_tz()
        day = tools.format_date(self.env, self.company_id._get_service_date(moment))
        return f"{day} {tools.format_time(self.env, moment, zone, 'short')}"

    def _get_printed_photos(self):
        """Return the photos, scaled, with the pictures themselves as their address."""
        self.ensure_one()
        photos = []
        for attachment in self._get_photos():
            try:
                picture = image_process(
                    attachment.raw, (PHOTO_SIZE, PHOTO_SIZE), quality=80
                )
            except Exception:  # a damaged file must not keep the report back
                _logger.warning("Photo %s is no picture", attachment.id, exc_info=True)
                continue
            encoded = base64.b64encode(picture)
            photos.append(Photo(attachment.name, tools.image.image_data_uri(encoded)))
        return photos

    def _get_photo_rows(self):
        """Return the printed photos two by two: as many as a page is wide."""
        photos = self._get_printed_photos()
        return [photos[start : start + 2] for start in range(0, len(photos), 2)]

    def _get_photos(self):
        """Return the photos that a browser shows safely, as they were taken."""
        pictures = self.sudo().photo_ids.filtered(
            lambda file: (
                (file.mimetype or "").startswith("image/")
                and "svg" not in file.mimetype
            )
        )
        return pictures.sorted("id")

    def _get_closed_recommendations(self):
        """Return the recommendations of earlier visits that were closed in this one."""
        return self.env["airbag.recommendation"].search(
            [("closed_intervention_id", "=", self.id)]
        )
