# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


class AirbagGuideAttendee(models.Model):
    """Someone who attended a training session. PRO 008 §5.5.2.

    Drivers and mechanics of a fleet are no contacts of ours: their name is enough.
    """

    _name = "airbag.guide.attendee"
    _description = "Training Session Attendee"
    _order = "session_id, id"

    # === FIELDS === #
    session_id = fields.Many2one(
        comodel_name="airbag.guide.session",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="session_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True)
    function = fields.Char(string="Position")
    identification = fields.Char(string="ID Number")
    email = fields.Char(string="E-mail")
    signature = fields.Image(max_width=1024, max_height=1024)

    # === CONSTRAINTS === #
    @api.constrains("email")
    def _check_email(self):
        for attendee in self.filtered("email"):
            if not email_normalize(attendee.email):
                raise ValidationError(
                    self.env._(
                        "“%(email)s” of %(attendee)s is not an e-mail address.",
                        email=attendee.email,
                        attendee=attendee.name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        attendees = super().create(vals_list)
        attendees.session_id._check_not_held()
        return attendees

    def write(self, vals):
        self.session_id._check_not_held()
        result = super().write(vals)
        self.session_id._check_not_held()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        self.session_id._check_not_held()
