# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AirbagIntervention(models.Model):
    """What the customer requires is read by who goes, before starting.

    What counts is the text that was read: another text, or another technician, and
    it is read again. PRO 008 §5.1.2, §5.3.2.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    acknowledged_requirements = fields.Text(
        readonly=True, copy=False, help="The special requirements as they were read."
    )
    requirements_pending = fields.Boolean(
        compute="_compute_requirements_pending",
        help="There are special requirements that who goes has not read yet.",
    )

    # === COMPUTE METHODS === #
    @api.depends("acknowledged_requirements", "special_requirements", "state")
    def _compute_requirements_pending(self):
        for visit in self:
            visit.requirements_pending = (
                visit.state in ("draft", "planned")
                and bool(visit.special_requirements)
                and visit.special_requirements != visit.acknowledged_requirements
            )

    @api.depends("acknowledged_requirements", "state")
    def _compute_stated_texts(self):
        """Show of a visit that began what was read then, as evidence."""
        result = super()._compute_stated_texts()
        for visit in self:
            if visit.state in ("in_progress", "done"):
                read = visit.acknowledged_requirements
                visit.special_requirements = read or visit.special_requirements
        return result

    # === CRUD METHODS === #
    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "technician_ids"} & set(vals):
            self._forget_acknowledgement_of_others()
        return result

    # === ACTION METHODS === #
    def action_acknowledge_requirements(self):
        """The technician has read the customer's special requirements.

        :raise UserError: for anyone but the technicians of the visit.
        """
        self.check_access("write")
        for visit in self:
            if not visit.is_own:
                raise UserError(
                    self.env._(
                        "Only a technician of the visit %(name)s can confirm having "
                        "read its special requirements.",
                        name=visit.name,
                    )
                )
            visit.sudo().write(
                {
                    "acknowledged_requirements": visit.special_requirements,
                    "requirements_acknowledged_by": self.env.uid,
                    "requirements_acknowledged_on": fields.Datetime.now(),
                }
            )

    # === BUSINESS METHODS === #
    def _check_may_start(self):
        """:raise UserError: if special requirements have not been acknowledged."""
        if self.requirements_pending:
            raise UserError(
                self.env._(
                    "Read the customer's special requirements and confirm it with "
                    "“I have read them” before you start."
                )
            )
        return super()._check_may_start()

    def _forget_acknowledgement_of_others(self):
        """Who goes instead of a colleague has not read the requirements yet."""
        self.filtered(
            lambda visit: (
                visit.state in ("draft", "planned")
                and visit.requirements_acknowledged_by
                and visit.requirements_acknowledged_by not in visit._get_staff()
            )
        ).sudo().write(
            {
                "acknowledged_requirements": False,
                "requirements_acknowledged_by": False,
                "requirements_acknowledged_on": False,
            }
        )
