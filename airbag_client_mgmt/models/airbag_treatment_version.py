# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import models
from odoo.exceptions import ValidationError


class AirbagTreatment(models.Model):
    """One version of a procedure is one list of steps. PRO 008 §5.3.2.

    A visit keeps the version it followed: an auditor who reads “3” on two visits may
    rely on both having followed the same steps.
    """

    _inherit = "airbag.treatment"

    # === CRUD METHODS === #
    def write(self, vals):
        if "version" in vals:
            self._check_version_unused(vals["version"])
        return super().write(vals)

    # === BUSINESS METHODS === #
    def _raise_version(self):
        """Go to the next version if visits followed this one. Called by the steps."""
        for treatment in self:
            before = treatment.version
            if not treatment._is_version_used(before):
                continue
            treatment.version = treatment._get_next_version()
            treatment.message_post(
                body=self.env._(
                    "The steps changed: version %(before)s, which visits have "
                    "followed, became %(after)s.",
                    before=before,
                    after=treatment.version,
                )
            )

    def _get_next_version(self):
        """Return the version with its last number raised, past those in use."""
        self.ensure_one()
        version = self.version
        while self._is_version_used(version):
            head, number = re.fullmatch(r"(.*?)(\d*)", version).groups()
            if not number and not head.endswith("."):
                head += "."
            version = f"{head}{int(number or 0) + 1:0{len(number)}d}"
        return version

    def _is_version_used(self, version):
        """Tell whether a visit, whoever's, has followed that version."""
        self.ensure_one()
        visits = self.env["airbag.intervention"].sudo()
        return bool(
            visits.with_context(active_test=False).search_count(
                [("treatment_id", "=", self.id), ("treatment_version", "=", version)],
                limit=1,
            )
        )

    def _check_version_unused(self, version):
        """:raise ValidationError: if visits followed other steps under that name."""
        for treatment in self:
            if version != treatment.version and treatment._is_version_used(version):
                raise ValidationError(
                    self.env._(
                        "Visits have already followed version %(version)s of "
                        "%(treatment)s: choose a new one.",
                        version=version,
                        treatment=treatment.display_name,
                    )
                )
