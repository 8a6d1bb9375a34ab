# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: Rows of the attendance list that fit on a page with its signatures.
MINIMUM_ROWS = 8
#: What may still be written once the session was held.
WRITABLE_WHEN_HELD = {
    "attachment_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
}


class AirbagGuideSession(models.Model):
    """A training session at a customer: which guides, when, by whom, who came.

    Registered by whoever gives it. Planned first, if its attendance list is to be
    printed; once held it informs the customer of its guides and is locked, except
    for quality. PRO 008 §5.5.2.
    """

    _name = "airbag.guide.session"
    _description = "Training Session"
    _inherit = ["mail.thread", "airbag.guide.audience"]
    _order = "date desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True
    _rec_names_search = ["partner_id.name", "place"]

    # === FIELDS === #
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    state = fields.Selection(
        selection=[("planned", "Planned"), ("held", "Held")],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
    )
    contact_id = fields.Many2one(
        string="Customer's Contact",
        help="Who received the session for the customer.",
    )
    guide_ids = fields.Many2many(
        comodel_name="airbag.guide",
        relation="airbag_guide_session_rel",
        string="Guides",
        check_company=True,
        domain="[('current_version_id', '!=', False)]",
        help="The good practices that were explained.",
    )
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, tracking=True
    )
    duration_hours = fields.Float(string="Duration", default=1.0)
    place = fields.Char()
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Trainer",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    attendee_ids = fields.One2many(
        comodel_name="airbag.guide.attendee",
        inverse_name="session_id",
        string="Attendees",
    )
    attendee_count = fields.Integer(
        compute="_compute_attendee_count", store=True, string="Number of Attendees"
    )
    delivery_ids = fields.One2many(
        comodel_name="airbag.guide.delivery",
        inverse_name="session_id",
        string="Registered As",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="airbag_guide_session_attachment_rel",
        string="Evidence",
        copy=False,
        ondelete="restrict",
        help="The signed attendance list, photographs. They may be added later.",
    )
    note = fields.Text()
    is_locked = fields.Boolean(compute="_compute_is_locked")

    _duration_positive = models.Constraint(
        "CHECK (duration_hours > 0 AND duration_hours <= 24)",
        "The duration of a session is between a few minutes and 24 hours.",
    )

    # === COMPUTE METHODS === #
    @api.depends("attendee_ids")
    def _compute_attendee_count(self):
        for session in self:
            session.attendee_count = len(session.attendee_ids)

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_is_locked(self):
        """Show as read-only what ``write`` would refuse."""
        quality = self.env.user.has_group("airbag_client_mgmt.group_quality_manager")
        for session in self:
            session.is_locked = session.state == "held" and not quality

    @api.depends("partner_id", "date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for session in self:
            company = session.company_id or self.env.company
            day = session.date and company._get_service_date(session.date)
            parts = [session.partner_id.name, day and format_date(self.env, day)]
            session.display_name = " · ".join(part for part in parts if part)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        sessions = super().create(vals_list)
        if not self.env.su and any(session.state != "planned" for session in sessions):
            raise UserError(self.env._("Register the session with “Session Held”."))
        sessions._share_evidence()
        return sessions

    def write(self, vals):
        """Lock what was held; only its evidence is completed afterwards."""
        if set(vals) - WRITABLE_WHEN_HELD:
            self._check_not_held()
        if "state" in vals and not self.env.su:
            raise UserError(self.env._("Register the session with “Session Held”."))
        before = {session: session.attachment_ids for session in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            for session, evidence in before.items():
                if evidence - session.attachment_ids:
                    session._check_not_held()
            self._share_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if any(session.state == "held" for session in self):
            raise UserError(
                self.env._("A training session that was held is never deleted.")
            )

    # === ACTION METHODS === #
    def action_hold(self):
        """The session was held: the customer is informed of its guides.

        :raise UserError: naming what is missing
        """
        self.check_access("write")
        for session in self:
            session._check_not_held(quality_may=False)
            session._check_complete()
            versions = session._get_versions()
            session.sudo().state = "held"
            session.env["airbag.guide.delivery"]._register_versions(
                versions, [session._prepare_delivery_values()]
            )

    # === BUSINESS METHODS === #
    def _prepare_delivery_values(self):
        """Return how, when and by whom the session informs its customer."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "channel": "session",
            "session_id": self.id,
            "date": self.date,
            "user_id": self.user_id.id,
        }

    def _check_not_held(self, quality_may=True):
        """:raise UserError: if one was held; quality corrects, with its log."""
        if quality_may and (
            self.env.su
            or self.env.user.has_group("airbag_client_mgmt.group_quality_manager")
        ):
            return
        for session in self:
            if session.state == "held":
                raise UserError(
                    self.env._(
                        "The session %(session)s was held and can no longer be "
                        "changed. Ask the QMS responsible to correct it.",
                        session=session.display_name,
                    )
                )

    def _share_evidence(self):
        """Let whoever reads the session see the files, not only who uploaded them."""
        for session in self:
            loose = session.attachment_ids.filtered(lambda file: not file.res_id)
            loose.check_access("write")  # one's own
            # Evidence of a session that was held: see ir.attachment.
            loose.sudo().write({"res_model": self._name, "res_id": session.id})

    def _check_complete(self):
        """:raise UserError: if the session did not take place, or informed nobody"""
        self.ensure_one()
        if self.date > fields.Datetime.now():
            raise UserError(self.env._("This session has not taken place yet."))
        if not self.guide_ids:
            raise UserError(self.env._("Say which guides were explained."))
        if not self.attendee_ids:
            raise UserError(self.env._("Write down who attended the session."))

    def _get_versions(self):
        """Return the versions that were in force the day of the session.

        :raise UserError: naming a guide that had none
        """
        self.ensure_one()
        day = self.company_id._get_service_date(self.date)
        versions = self.env["airbag.guide.version"]
        for guide in self.guide_ids:
            version = guide._get_version_on(day)
            if not version:
                raise UserError(
                    self.env._(
                        "The guide “%(guide)s” had no published version on %(date)s.",
                        guide=guide.name,
                        date=format_date(self.env, day),
                    )
                )
            versions |= version
        return versions

    def _get_attendance_form(self):
        """Return the version of the printed attendance list, of the day it was held."""
        self.ensure_one()
        company, day = self.company_id, None
        if self.state == "held":
            day = company._get_service_date(self.date)
        return company._get_form("attendance", day)

    def _get_blank_rows(self):
        """Return the rows left to write who comes without being listed."""
        self.ensure_one()
        listed = len(self.attendee_ids)
        return range(listed + 1, max(MINIMUM_ROWS, listed + 3) + 1)
