# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: How a customer was informed.
CHANNELS = [
    ("report", "With the report"),
    ("email", "E-mail"),
    ("session", "Training session"),
    ("in_person", "In person"),
    ("printed", "Printed"),
]
#: What the system registers of what it did itself.
SYSTEM_CHANNELS = {"report", "session"}


class AirbagGuideDelivery(models.Model):
    """A customer was informed of one version of a guide: who, when and how.

    Registered by the system with the report, the e-mail or the training session
    that informed, or by an employee. It is evidence: nobody deletes it, and only
    quality corrects it, which the chatter keeps. PRO 008 §5.5.2.
    """

    _name = "airbag.guide.delivery"
    _description = "Good Practices Delivery"
    _inherit = ["mail.thread", "airbag.guide.audience"]
    _order = "date desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True
    _rec_names_search = ["guide_id.code", "guide_id.name", "partner_id.name"]

    # === FIELDS === #
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    guide_id = fields.Many2one(
        comodel_name="airbag.guide",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    version_id = fields.Many2one(
        comodel_name="airbag.guide.version",
        string="Guide Version",
        compute="_compute_version_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('guide_id', '=', guide_id), ('state', '!=', 'draft')]",
        tracking=True,
        help="The one in force that day.",
    )
    version_number = fields.Integer(
        related="version_id.number", store=True, aggregator=None
    )
    commercial_partner_id = fields.Many2one(store=True)
    contact_id = fields.Many2one(string="Informed Person", tracking=True)
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, tracking=True
    )
    channel = fields.Selection(
        selection=CHANNELS, required=True, default="in_person", tracking=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Informed By",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="restrict",
    )
    intervention_id = fields.Many2one(
        comodel_name="airbag.intervention",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        check_company=True,
    )
    session_id = fields.Many2one(
        comodel_name="airbag.guide.session",
        string="Training Session",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        check_company=True,
    )
    attendee_ids = fields.One2many(
        related="session_id.attendee_ids", string="Attendees"
    )
    attendee_count = fields.Integer(related="session_id.attendee_count")
    mail_message_id = fields.Many2one(
        comodel_name="mail.message",
        string="E-mail Sent",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    email_failed = fields.Boolean(
        string="Not Received",
        readonly=True,
        tracking=True,
        help="The e-mail did not leave, or came back: the customer was not informed.",
    )
    note = fields.Text(tracking=True)
    is_merged = fields.Boolean(
        string="Of a Merged Customer",
        copy=False,
        readonly=True,
        help="Of a customer that was merged with another one, which may have been "
        "informed of the same.",
    )

    # Whatever is repeated (a report sent again, two clicks, two servers), each
    # customer is registered, and written to, once.
    _intervention_uniq = models.UniqueIndex(
        "(version_id, intervention_id, commercial_partner_id)"
        " WHERE intervention_id IS NOT NULL AND is_merged IS NOT TRUE",
        "The guide is already registered with this intervention.",
    )
    _session_uniq = models.UniqueIndex(
        "(version_id, session_id) WHERE session_id IS NOT NULL",
        "The guide is already registered with this session.",
    )
    _email_uniq = models.UniqueIndex(
        "(version_id, company_id, commercial_partner_id, COALESCE(contact_id, 0))"
        " WHERE channel = 'email' AND email_failed IS NOT TRUE"
        " AND is_merged IS NOT TRUE",
        "This person was already informed of this version by e-mail.",
    )
    # Which customers have not been informed: read for all of them at once.
    _informed_idx = models.Index("(commercial_partner_id, version_id, company_id)")

    # === COMPUTE METHODS === #
    @api.depends("guide_id", "date", "company_id")
    def _compute_version_id(self):
        for delivery in self:
            guide, moment = delivery.guide_id, delivery.date
            company = delivery.company_id or self.env.company
            if delivery.version_id.guide_id != guide or not delivery.version_id:
                delivery.version_id = (
                    guide._get_version_on(company._get_service_date(moment))
                    if guide and moment
                    else False
                )

    @api.depends("version_id", "partner_id")
    def _compute_display_name(self):
        for delivery in self:
            version, partner = delivery.version_id, delivery.partner_id
            delivery.display_name = (
                f"{version.display_name or ''} · {partner.name or ''}"
            )

    # === CONSTRAINTS === #
    @api.constrains("version_id", "guide_id", "date")
    def _check_version(self):
        """:raise ValidationError: for a version that nobody could have got that day"""
        now = fields.Datetime.now()
        for delivery in self:
            version = delivery.version_id
            day = delivery.company_id._get_service_date(delivery.date)
            if version.guide_id != delivery.guide_id or version.state == "draft":
                raise ValidationError(
                    self.env._(
                        "Choose a published version of the guide “%(guide)s”.",
                        guide=delivery.guide_id.name,
                    )
                )
            if version.date > day:
                raise ValidationError(
                    self.env._(
                        "“%(version)s” was not yet published that day.",
                        version=version.display_name,
                    )
                )
            if delivery.date > now:
                raise ValidationError(
                    self.env._(
                        "A customer who will be informed later cannot be registered "
                        "as informed."
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Register deliveries; what the system did, it registers itself.

        :raise UserError: when somebody says to have sent what the system sends
        """
        for vals in vals_list:
            self._check_version_exists(vals)
        deliveries = super().create(vals_list)
        by_system = deliveries.filtered(
            lambda delivery: (
                delivery.channel in SYSTEM_CHANNELS
                or delivery.intervention_id
                or delivery.session_id
                or delivery.mail_message_id
            )
        )
        if by_system and not self.env.su:
            raise UserError(
                self.env._(
                    "What goes with a report or a training session is registered by "
                    "the system."
                )
            )
        return deliveries

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "That a customer was informed is evidence, and is never deleted. The "
                "QMS responsible corrects it if something is wrong."
            )
        )

    # === BUSINESS METHODS === #
    @api.model
    def _check_version_exists(self, vals):
        """:raise UserError: in words, before the database says it in its own"""
        guide = self.env["airbag.guide"].browse(vals.get("guide_id"))
        if guide and not vals.get("version_id") and not guide.current_version_id:
            raise UserError(
                self.env._(
                    "The guide “%(guide)s” has no published version yet.",
                    guide=guide.name,
                )
            )

    @api.model
    def _register_versions(self, versions, values_list):
        """Register, as the system, that customers got some versions.

        :param versions: the versions that each of them got
        :param values_list: the rest of the delivery of each: customer, channel, date…
        :return: the deliveries, with superuser rights
        """
        return self.sudo().create(
            [
                {
                    "guide_id": version.guide_id.id,
                    "version_id": version.id,
                    "user_id": self.env.uid,
                    **values,
                }
                for values in values_list
                for version in versions
            ]
        )

    def _mark_email_failed(self):
        """The e-mail did not arrive: the customer has not been informed."""
        arrived = self.filtered(lambda delivery: not delivery.email_failed)
        arrived.email_failed = True

    def _mark_email_arrived(self):
        """An e-mail that had failed left after all: the customer was informed.

        Unless somebody has informed that person by another e-mail in the meantime.
        """
        for delivery in self.filtered("email_failed"):
            again = delivery.channel == "email" and self.search_count(
                [
                    ("id", "!=", delivery.id),
                    ("channel", "=", "email"),
                    ("email_failed", "=", False),
                    ("version_id", "=", delivery.version_id.id),
                    ("company_id", "=", delivery.company_id.id),
                    ("contact_id", "=", delivery.contact_id.id),
                    ("commercial_partner_id", "=", delivery.commercial_partner_id.id),
                ],
                limit=1,
            )
            if not again:
                delivery.email_failed = False
