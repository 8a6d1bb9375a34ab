# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .survey_user_input import CONTACT_CHANNELS


class SurveyUserInput(models.Model):
    """What counts as the contact with the customer, and its channel. PRO 008 §5.4.1."""

    _inherit = "survey.user_input"

    # === FIELDS === #
    spoken_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When somebody first spoke or wrote to the customer in person: it is the "
        "contact if the e-mail comes back.",
    )
    spoken_channel = fields.Selection(
        selection=CONTACT_CHANNELS, readonly=True, copy=False
    )
    spoken_user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )

    contact_due_on = fields.Date(
        string="Contact by",
        compute="_compute_contact_due_on",
        help="The deadline, as long as the customer was not contacted.",
    )

    # === COMPUTE METHODS === #
    @api.depends("contact_state", "contact_deadline")
    def _compute_contact_due_on(self):
        for user_input in self:
            owed = user_input.contact_state in ("pending", "overdue")
            user_input.contact_due_on = owed and user_input.contact_deadline

    # === BUSINESS METHODS === #
    def _mark_contacted(self, channel, user=None):
        """Record that the customer was contacted. The first contact counts."""
        now = fields.Datetime.now()
        if channel != "email":
            silent = self.filtered(lambda record: not record.spoken_on)
            silent.sudo().write(
                {
                    "spoken_on": now,
                    "spoken_channel": channel,
                    "spoken_user_id": user.id if user else False,
                }
            )
        waiting = self.filtered(
            lambda record: record.contact_state in ("pending", "overdue")
        )
        waiting.sudo().write(
            {
                "contact_state": "contacted",
                "contact_channel": channel,
                "contacted_on": now,
                "contact_user_id": user.id if user else False,
            }
        )

    def _message_receive_bounce(self, email, partner):
        """An e-mail that came back is no contact: the customer is to be called.

        Unless somebody spoke to the customer, which then is the contact.
        """
        result = super()._message_receive_bounce(email, partner)
        asked = self.sudo().filtered(
            lambda record: (
                record.intervention_id
                and record.contact_state in ("pending", "contacted", "overdue")
            )
        )
        for user_input in asked:
            company = user_input.company_id
            # The gateway has no language; what changes is noted for the company.
            user_input = user_input.with_context(lang=company._get_lang())
            user_input.write(user_input._prepare_bounce_values(email))
        asked.filtered(
            lambda record: record.contact_state in ("pending", "overdue")
        )._request_missing_call()
        return result

    def _prepare_bounce_values(self, email):
        """Return what an e-mail that came back changes."""
        self.ensure_one()
        values = {
            "email_failed": True,
            "contact_error": self.env._(
                "The e-mail to %(address)s came back.", address=email
            ),
        }
        if self.contact_channel not in (False, "email"):
            return values
        if self.spoken_on:
            return values | {
                "contact_state": "contacted",
                "contacted_on": self.spoken_on,
                "contact_channel": self.spoken_channel,
                "contact_user_id": self.spoken_user_id.id,
            }
        return values | {
            "contact_state": "pending",
            "contacted_on": False,
            "contact_channel": False,
        }
