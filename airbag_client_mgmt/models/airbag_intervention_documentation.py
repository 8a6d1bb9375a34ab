# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import binary_to_image

#: What says what was done: it does not change once a visit was broken off.
DOCUMENTATION_FIELDS = {
    "customer_signature",
    "findings",
    "no_products_used",
    "no_recommendations",
    "photo_ids",
    "product_ids",
    "recommendation_ids",
    "signed_by",
    "step_ids",
}
#: What a phone takes, and what the report can print.
PHOTO_FORMATS = {"JPEG", "MPO", "PNG"}


class AirbagIntervention(models.Model):
    """What the technician records with a tap, and keeps as evidence. PRO 008 §5.3.3."""

    _inherit = "airbag.intervention"

    # === FIELDS === #
    usual_product_ids = fields.Many2many(related="treatment_id.product_ids")

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        interventions = super().create(vals_list)
        interventions._take_in_photos()
        return interventions

    def write(self, vals):
        if DOCUMENTATION_FIELDS & set(vals):
            self._check_not_broken_off()
        result = super().write(vals)
        if "photo_ids" in vals:
            self._take_in_photos()
        return result

    # === ACTION METHODS === #
    def action_add_usual_products(self):
        """Record what the treatment usually takes: one tap of the technician.

        :raise UserError: if the visit is not going on
        """
        self.check_access("write")
        rows = []
        for intervention in self:
            if intervention.state != "in_progress":
                raise UserError(
                    self.env._(
                        "Start the visit %(name)s before you record its products.",
                        name=intervention.name,
                    )
                )
            new = intervention.usual_product_ids - intervention.product_ids.product_id
            rows += [
                {"intervention_id": intervention.id, "product_id": product.id}
                for product in new
            ]
        self.env["airbag.intervention.product"].create(rows)
        self.no_products_used = False

    # === BUSINESS METHODS === #
    def _is_evidence(self):
        """Tell a visit whose documentation is closed: done, or broken off."""
        self.ensure_one()
        return self.state == "done" or self._is_broken_off()

    def _is_broken_off(self):
        """Tell a visit that began and was cancelled, planned again or not."""
        return bool(self.started_at) and self.state not in ("in_progress", "done")

    def _check_not_broken_off(self):
        """:raise UserError: if one of the visits was cancelled after it had begun."""
        for intervention in self:
            if intervention._is_broken_off():
                raise UserError(
                    self.env._(
                        "%(name)s was broken off after it had begun: what was recorded "
                        "is kept as it is.",
                        name=intervention.name,
                    )
                )

    def _take_in_photos(self):
        """Let the photos belong to their visit, with its access rights.

        :raise UserError: for a file that is no photo, or is another document's
        """
        for intervention in self:
            # The link gives no right to read: who may take in what is checked here.
            for photo in intervention.sudo().photo_ids:
                intervention._check_photo(photo)
                if not photo.res_id:
                    photo.write({"res_model": self._name, "res_id": intervention.id})

    def _check_photo(self, photo):
        """:raise UserError: for a file that is no photo, or is another document's."""
        own = photo.res_model == self._name and photo.res_id == self.id
        mine = self.env.su or photo.create_uid == self.env.user
        if not own and (photo.res_id or not mine):
            raise UserError(
                self.env._(
                    "%(file)s belongs to another document: take a photo of this visit.",
                    file=photo.name,
                )
            )
        try:
            image_format = binary_to_image(photo.raw or b"").format
        except UserError:
            image_format = None
        if image_format not in PHOTO_FORMATS:
            raise UserError(
                self.env._(
                    "%(file)s is not a photo: only JPEG and PNG images are accepted, "
                    "whatever the name of the file says.",
                    file=photo.name,
                )
            )
