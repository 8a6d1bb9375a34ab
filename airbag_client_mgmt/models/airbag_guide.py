# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class AirbagGuide(models.Model):
    """Good practices that a customer should know about some treatments.

    Set up by the quality manager. What customers read is a version of the guide: at
    most one is current, and what was published is never changed. PRO 008 §5.5.2.
    """

    _name = "airbag.guide"
    _description = "Good Practices Guide"
    _inherit = ["mail.thread"]
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    code = fields.Char(required=True, tracking=True)
    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        help="Leave empty to share the guide among all companies.",
    )
    treatment_ids = fields.Many2many(
        comodel_name="airbag.treatment",
        relation="airbag_guide_treatment_rel",
        column1="guide_id",
        column2="treatment_id",
        string="Treatments",
        required=True,
        tracking=True,
        check_company=True,
        help="The customer of a visit of one of these treatments is to be informed.",
    )
    send_always = fields.Boolean(
        string="With Every Report",
        tracking=True,
        help="By default the guide goes with the intervention report only while the "
        "customer has not yet been informed of its current version, so that nobody "
        "gets the same document every month.",
    )
    version_ids = fields.One2many(
        comodel_name="airbag.guide.version", inverse_name="guide_id"
    )
    current_version_id = fields.Many2one(
        comodel_name="airbag.guide.version",
        compute="_compute_current_version_id",
        store=True,
        index="btree_not_null",
    )
    version_date = fields.Date(related="current_version_id.date", string="Published On")
    delivery_count = fields.Integer(compute="_compute_delivery_count")

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "The code of a guide must be unique."
    )

    # === COMPUTE METHODS === #
    @api.depends("version_ids.state")
    def _compute_current_version_id(self):
        for guide in self:
            guide.current_version_id = guide.version_ids.filtered(
                lambda version: version.state == "current"
            )[:1]

    def _compute_delivery_count(self):
        counts = dict(
            self.env["airbag.guide.delivery"]._read_group(
                [("guide_id", "in", self.ids)], ["guide_id"], ["__count"]
            )
        )
        for guide in self:
            guide.delivery_count = counts.get(guide, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for guide in self:
            guide.display_name = f"{guide.code or ''} · {guide.name or ''}"

    # === CONSTRAINTS === #
    @api.constrains("treatment_ids")
    def _check_treatments(self):
        for guide in self:
            if not guide.treatment_ids:
                raise ValidationError(
                    self.env._(
                        "Say for which treatments the guide “%(guide)s” is.",
                        guide=guide.name,
                    )
                )

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(version.state != "draft" for version in self.version_ids):
            raise UserError(
                self.env._(
                    "A guide that was published is evidence of what customers were "
                    "told: archive it instead of deleting it."
                )
            )

    # === ACTION METHODS === #
    def action_new_version(self):
        """Open the draft of the next version, begun from the current one.

        :return: the window of the draft
        """
        self.ensure_one()
        draft = self.version_ids.filtered(lambda version: version.state == "draft")[:1]
        if not draft and self.current_version_id:
            draft = self.current_version_id.copy()
        elif not draft:
            draft = draft.create({"guide_id": self.id})
        return draft._get_window()

    def action_view_deliveries(self):
        """Open who was informed of the guide."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_guide_delivery_action"
        )
        action["domain"] = [("guide_id", "=", self.id)]
        action["context"] = {"default_guide_id": self.id}
        return action

    # === BUSINESS METHODS === #
    def _get_version_on(self, day):
        """Return the version that was in force on a day, or an empty record."""
        self.ensure_one()
        published = self.version_ids.filtered(
            lambda version: version.state != "draft" and version.date <= day
        )
        return published.sorted("number")[-1:]

    def _log_publication(self, version):
        """Keep in the chatter who published what, and when."""
        self.ensure_one()
        body = Markup("%s<br/>%s") % (
            self.env._(
                "Version %(number)s published, in force from %(date)s.",
                number=version.number,
                date=format_date(self.env, version.date),
            ),
            version.changes or "",
        )
        self.message_post(body=body, subtype_xmlid="mail.mt_note")
